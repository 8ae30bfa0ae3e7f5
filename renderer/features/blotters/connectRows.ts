import { onAnimationFrame } from "../../app/frame.ts";
import { readModel } from "../../app/readModel.ts";
import type { AccountChoice, Selection } from "../../app/selection.ts";
import type { Topic } from "../../app/topics.ts";
import { atMostEvery } from "../../ui/atMostEvery.ts";
import type { GridHandle } from "../../ui/gridHandle.ts";

type Source<Row, Total> = {
  readonly topic: Topic;
  readonly rows: () => Iterable<Row>;
  readonly idOf: (row: Row) => string;
  readonly accountOf: (row: Row) => number;
  /** Rows pinned at the bottom while several accounts are on view. */
  readonly totals: (rows: readonly Row[]) => readonly Total[];
};

/** Sums need not move faster than they can be read. */
const TOTALS_EVERY_MS = 250;

/** Keeps a grid equal to a small set of rows that the model replaces one by one: hands over those that changed, at most once a frame. */
export function connectRows<Row, Total>(grid: GridHandle<Row, Total>, selection: Selection, source: Source<Row, Total>): () => void {
  let shown = new Map<string, Row>();
  const totals = atMostEvery(TOTALS_EVERY_MS, () => grid.totals(selection.account === "all" ? source.totals([...source.rows()]) : []));
  const painter = onAnimationFrame(() => {
    const rows = new Map<string, Row>();
    for (const row of source.rows()) rows.set(source.idOf(row), row);
    grid.upsert([...rows].filter(([id, row]) => shown.get(id) !== row).map(([, row]) => row));
    grid.remove([...shown.keys()].filter((id) => !rows.has(id)));
    shown = rows;
    totals.request();
  });
  const filter = (): void => {
    const { account } = selection;
    grid.filter(account === "all" ? null : (row) => source.accountOf(row) === account);
    totals.request();
  };
  let filtered: AccountChoice = selection.account;
  const stops = [
    readModel.subscribe(source.topic, painter.invalidate),
    readModel.subscribe("selection", () => {
      if (selection.account === filtered) return;
      filtered = selection.account;
      filter();
    }),
    readModel.subscribe("catalog", () => {
      grid.redraw();
      painter.invalidate();
    }),
  ];
  filter();
  painter.invalidate();
  return () => {
    for (const stop of stops) stop();
    painter.dispose();
    totals.cancel();
  };
}
