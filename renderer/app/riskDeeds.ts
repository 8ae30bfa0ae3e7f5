import type { Command } from "../../shared/commands.ts";
import type { Refusal } from "../../shared/rejects.ts";
import { recordAction } from "./actions.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { messages } from "./messages.ts";
import { refusalText } from "./orderText.ts";
import { readModel } from "./readModel.ts";
import { refreshRiskTree } from "./riskTree.ts";
import { deedTexts } from "./draftTexts.ts";

/** Has an operator's command done, says what became of it in `words`, and looks at the tree again. Answers why it was refused, or null. Never rejects. */
export async function riskDeed(command: Command, words: string): Promise<Refusal | null> {
  recordAction(`risk.${command.type}`, "menu", words);
  try {
    const { refusal } = await engineClient.submit(command);
    if (refusal === null) messages.post({ severity: "info", text: deedTexts.done(words) });
    else
      messages.post({
        severity: "warning",
        text: deedTexts.denied(words),
        detail: refusalText(refusal, readModel, null),
        code: refusal.code,
      });
    await refreshRiskTree();
    return refusal;
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    messages.post({
      severity: cause.unknown ? "breach" : "warning",
      text: cause.unknown ? deedTexts.unknown(words) : deedTexts.notAccepted(words),
      detail: cause.typed.message,
      code: cause.typed.code,
    });
    return null;
  }
}
