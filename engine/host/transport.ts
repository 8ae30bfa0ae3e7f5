import type { MessagePort } from "node:worker_threads";
import { PostBatch } from "../edge/hashkey/postBatch.ts";
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

/** As threadTransport, with lists of messages in both directions: for the line of a thread that speaks for many clients at once. */
export function batchedTransport(port: MessagePort): ClientTransport {
  const batch = new PostBatch<HostMessage>(port, queueMicrotask);
  return {
    send: (message) => batch.post(message),
    close: () => {
      batch.flush();
      port.close();
    },
    onMessage: (listener) =>
      void port.on("message", (messages: readonly unknown[]) => {
        for (const message of messages) listener(message);
      }),
    onClose: (listener) => void port.on("close", listener),
  };
}
