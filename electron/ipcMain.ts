import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from "electron";
import type { z } from "zod";
import { errorFromZod, TerminalError, typedError, type TypedError } from "../shared/errors.ts";
import { failed, ok, type Result } from "../shared/result.ts";
import { isOwnPage } from "./appProtocol.ts";
import { describe, errorLine, type Log } from "./log.ts";

type AnyEvent = IpcMainEvent | IpcMainInvokeEvent;

export type Guard = {
  /** Is this the content of a window that the terminal itself made? */
  readonly isOurs: (contents: WebContents) => boolean;
  readonly log: Log;
};

/** Answers `channel` for our own windows with what `answer` returns; every other sender and every message that does not fit gets its TypedError. */
export function handle<S extends z.ZodType, R extends object>(
  guard: Guard,
  channel: string,
  schema: S,
  answer: (message: z.output<S>, sender: WebContents) => Promise<R>,
): void {
  ipcMain.handle(channel, async (event, ...input: readonly unknown[]): Promise<R | { readonly ok: false; readonly error: TypedError }> => {
    const message = admit(guard, channel, schema, event, input);
    if (!message.ok) return message;
    try {
      return await answer(message.value, event.sender);
    } catch (error) {
      if (error instanceof TerminalError) return failed(error.typed);
      guard.log.error(`Request on ${channel} failed`, error);
      return failed(typedError("JOURNAL_IO", { field: channel, rule: "a request that can be carried out", message: messageOf(error) }));
    }
  });
}

/** Acts on messages of `channel` from our own windows; all others are written to the log and have no effect. */
export function listen<S extends z.ZodType>(
  guard: Guard,
  channel: string,
  schema: S,
  act: (message: z.output<S>, sender: WebContents) => void,
): void {
  ipcMain.on(channel, (event, ...input: readonly unknown[]) => {
    const message = admit(guard, channel, schema, event, input);
    if (message.ok) act(message.value, event.sender);
  });
}

function admit<S extends z.ZodType>(
  guard: Guard,
  channel: string,
  schema: S,
  event: AnyEvent,
  input: readonly unknown[],
): Result<z.output<S>> {
  const refusal = refusedSender(guard, event);
  if (refusal !== null) {
    guard.log.warn(`${channel}: ${errorLine(refusal)}`);
    return failed(refusal);
  }
  const [first, ...surplus] = input;
  const parsed = schema.safeParse(first);
  if (parsed.success && surplus.length === 0) return ok(parsed.data);
  const error = parsed.success
    ? typedError("MESSAGE_MALFORMED", { value: surplus, rule: "one argument", message: "The message has more than one argument." })
    : errorFromZod("MESSAGE_MALFORMED", parsed.error, first);
  guard.log.warn(`${channel}: ${errorLine(error)}`);
  return failed(error);
}

/** Only the main frame of our own window, showing our own page, may speak. */
function refusedSender(guard: Guard, event: AnyEvent): TypedError | null {
  const frame = event.senderFrame;
  if (frame !== null && frame === event.sender.mainFrame && guard.isOurs(event.sender) && isOwnPage(frame.url)) return null;
  return typedError("SENDER_REFUSED", {
    value: frame?.url ?? "a frame that is gone",
    rule: "the main frame of a window of the terminal",
    message: "This page may not ask the terminal for anything.",
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : describe(error);
}
