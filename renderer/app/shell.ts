import { typedError } from "../../shared/errors.ts";
import { errorText, ruleText } from "../../shared/errorText.ts";
import { appTexts } from "./appTexts.ts";
import type { ShellReply, ShellRequest, TerminalBridge } from "../../shared/shell.ts";

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly terminal?: TerminalBridge;
  }
}

/** The shell's bridge; absent only when the page is opened outside the application. */
export function shellBridge(): TerminalBridge | null {
  return window.terminal ?? null;
}

/** Asks the shell; a broken bridge is an answer as well, never an exception. */
export async function shellRequest(request: ShellRequest): Promise<ShellReply> {
  const bridge = shellBridge();
  if (bridge === null) {
    return {
      ok: false,
      error: typedError("SENDER_REFUSED", {
        rule: "the application's own window",
        message: appTexts.onlyInside,
      }),
    };
  }
  try {
    const reply = await bridge.request(request);
    return reply.ok ? reply : { ok: false, error: { ...reply.error, message: errorText(reply.error), rule: ruleText(reply.error) } };
  } catch (cause) {
    return {
      ok: false,
      error: typedError("ENGINE_DOWN", {
        value: cause,
        rule: "a shell that answers",
        message: appTexts.shellSilent,
      }),
    };
  }
}
