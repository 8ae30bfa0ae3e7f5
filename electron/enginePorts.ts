import { MessageChannelMain, type WebContents } from "electron";
import { shellChannels } from "../shared/shell.ts";
import type { EngineProcess } from "./engineProcess.ts";

/** The person at the window: owner of the desk's accounts, and allowed to operate the venue. */
export const DESK = { owner: "desk", operator: true } as const;

/**
 * Gives windows their direct line to the engine. A window that asks while no engine runs gets its port as soon as one does; asking twice in
 * the meantime gives one port.
 */
export class EnginePorts {
  readonly #engine: EngineProcess;
  readonly #waiting = new Set<WebContents>();
  readonly #sessions = new Map<WebContents, string>();
  #lastSession = 0;

  constructor(engine: EngineProcess) {
    this.#engine = engine;
    engine.onState((state) => {
      if (state.state !== "running") return;
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const contents of waiting) this.request(contents);
    });
  }

  /** For a sender that has been checked. */
  request(contents: WebContents): void {
    if (contents.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    if (this.#engine.connect(port2, { session: this.#sessionOf(contents), ...DESK })) {
      contents.postMessage(shellChannels.port, null, [port1]);
    } else {
      this.#waiting.add(contents);
    }
  }

  /** A window keeps its session's name over reloads and restarts of the engine. */
  #sessionOf(contents: WebContents): string {
    const known = this.#sessions.get(contents);
    if (known !== undefined) return known;
    this.#lastSession += 1;
    const session = `ui-${this.#lastSession}`;
    this.#sessions.set(contents, session);
    contents.once("destroyed", () => {
      this.#waiting.delete(contents);
      this.#sessions.delete(contents);
    });
    return session;
  }
}
