import type { Operation } from "../../shared/protocol.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { messages } from "./messages.ts";

/** Has the host do a deed of the person at the controls, and tells what became of it. Never rejects. */
export async function operate(operation: Operation): Promise<void> {
  try {
    messages.post({ severity: "info", text: await engineClient.operate(operation) });
  } catch (cause) {
    tellRefusal(cause);
  }
}

/** Tells why a request came to nothing. Throws whatever is no RequestError. */
export function tellRefusal(cause: unknown): void {
  if (!(cause instanceof RequestError)) throw cause;
  messages.post({ severity: "warning", text: cause.typed.message, detail: cause.typed.rule, code: cause.typed.code });
}
