import type { HostMessage } from "../../shared/protocol.ts";
import type { EngineControl, EngineReport } from "../../shared/shell.ts";
import type { ClientTransport } from "./transport.ts";

/*
 * The engine process without Electron: a plain Node process that was forked with `serialization: "advanced"`. Ports cannot pass over a
 * process's channel, so each client's messages travel inside it, marked with the client's session. Everything behind is the same as for
 * a port: the same schema, the same permissions.
 */

/** Parent -> engine process. A "connect" opens the session; "disconnect" closes it. */
export type HeadlessControl =
  | EngineControl
  | { readonly type: "client"; readonly session: string; readonly message: unknown }
  | { readonly type: "disconnect"; readonly session: string };

/** Engine process -> parent. */
export type HeadlessReport = EngineReport | { readonly type: "client"; readonly session: string; readonly message: HostMessage };

/** The lines of all headless clients over the process's channel. */
export class HeadlessDoor {
  readonly #send: (report: HeadlessReport) => void;
  readonly #lines = new Map<string, { readonly receive: (message: unknown) => void; readonly closed: () => void }>();

  constructor(send: (report: HeadlessReport) => void) {
    this.#send = send;
  }

  /** A new line; an earlier one of the same session is closed. */
  open(session: string): ClientTransport {
    this.close(session);
    let receive: (message: unknown) => void = () => undefined;
    let closed: () => void = () => undefined;
    this.#lines.set(session, { receive: (message) => receive(message), closed: () => closed() });
    return {
      send: (message) => this.#send({ type: "client", session, message }),
      close: () => void this.#lines.delete(session),
      onMessage: (listener) => (receive = listener),
      onClose: (listener) => (closed = listener),
    };
  }

  receive(session: string, message: unknown): void {
    this.#lines.get(session)?.receive(message);
  }

  close(session: string): void {
    const line = this.#lines.get(session);
    this.#lines.delete(session);
    line?.closed();
  }
}
