import type { MessagePort } from "node:worker_threads";
import type { HostMessage } from "../../shared/protocol.ts";

/** A client's line to the host, whatever carries it. Messages from it are unknown until they have been parsed. */
export type ClientTransport = {
  readonly send: (message: HostMessage) => void;
  readonly close: () => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  readonly onClose: (listener: () => void) => void;
};

/** What this needs of Electron's MessagePortMain; the host does not import Electron. */
export type ElectronPort = {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  on(event: "message", listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: "close", listener: () => void): unknown;
};

/** A port handed over by the shell. */
export function electronTransport(port: ElectronPort): ClientTransport {
  return {
    send: (message) => port.postMessage(message),
    close: () => port.close(),
    onMessage: (listener) => {
      port.on("message", ({ data }) => listener(data));
      port.start();
    },
    onClose: (listener) => void port.on("close", listener),
  };
}

/** A port to another thread of this process. */
export function threadTransport(port: MessagePort): ClientTransport {
  return {
    send: (message) => port.postMessage(message),
    close: () => port.close(),
    onMessage: (listener) => void port.on("message", listener),
    onClose: (listener) => void port.on("close", listener),
  };
}
