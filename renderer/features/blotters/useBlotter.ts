import { useRef, useState } from "react";
import { z } from "zod";
import { messages } from "../../app/messages.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { copyText } from "../../ui/copyText.ts";
import type { GridHandle } from "../../ui/Grid.tsx";
import { rowTexts } from "./rowTexts.ts";

type Blotter<Row, Total> = {
  readonly grid: { readonly current: GridHandle<Row, Total> | null };
  /** Remembers the grid; given to it by its connect function. */
  readonly attach: (grid: GridHandle<Row, Total>) => void;
  readonly search: string;
  readonly setSearch: (text: string) => void;
  readonly shown: number;
  readonly setShown: (rows: number) => void;
  readonly copy: () => void;
  readonly savedColumns: unknown;
  readonly onColumnsChanged: (state: unknown) => void;
};

/** State that every blotter has: its grid, the quick filter, the number of rows in sight, and the columns as kept. */
export function useBlotter<Row, Total = never>(name: string): Blotter<Row, Total> {
  const grid = useRef<GridHandle<Row, Total> | null>(null);
  const [search, setSearchText] = useState("");
  const [shown, setShown] = useState(0);
  const key = `grid.${name}`;
  return {
    grid,
    attach: (handle) => {
      grid.current = handle;
    },
    search,
    setSearch: (text) => {
      setSearchText(text);
      grid.current?.search(text);
    },
    shown,
    setShown,
    copy: () => {
      const copied = grid.current?.copy();
      if (copied === undefined) return;
      const done = copyText(copied.text);
      messages.post(
        done
          ? { severity: "info", text: rowTexts.copied(copied.rows) }
          : { severity: "warning", text: rowTexts.notCopied, detail: rowTexts.clipboard },
      );
    },
    savedColumns: savedSetting(key, z.unknown(), null),
    onColumnsChanged: (state) => saveSetting(key, state),
  };
}
