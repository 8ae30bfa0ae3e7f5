import type { BrowserWindow } from "electron";
import type { EngineProcess } from "../engineProcess.ts";
import type { Hands } from "./hands.ts";
import type { Screen } from "./screen.ts";

/** What a chapter works with. */
export type Tour = {
  readonly window: BrowserWindow;
  readonly engine: EngineProcess;
  readonly hands: Hands;
  readonly screen: Screen;
  /** Takes the next numbered screenshot and says what it shows. */
  readonly show: (name: string, what: string) => Promise<void>;
  /** States what must hold; the tour fails where it does not. */
  readonly check: (what: string, holds: boolean) => void;
};
