import { useState } from "react";
import type { Operation } from "../../../shared/protocol.ts";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { messages } from "../../app/messages.ts";

/** Sends a deed that changes what the journal says, once, and tells what became of it; `done` is called when it was. `failed` heads the message when it was not. */
export function useDeed(failed: string, done: () => void): { readonly isSending: boolean; readonly send: (operation: Operation) => void } {
  const [isSending, setSending] = useState(false);
  const send = async (operation: Operation): Promise<void> => {
    setSending(true);
    try {
      messages.post({ severity: "warning", text: await engineClient.operate(operation) });
      done();
    } catch (cause) {
      if (!(cause instanceof RequestError)) throw cause;
      messages.post({ severity: "breach", text: failed, detail: cause.typed.message, code: cause.typed.code });
      setSending(false);
    }
  };
  return { isSending, send: (operation) => void send(operation) };
}
