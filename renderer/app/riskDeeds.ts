import type { Command } from "../../shared/commands.ts";
import { recordAction } from "./actions.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { messages } from "./messages.ts";
import { refusalText } from "./orderText.ts";
import { readModel } from "./readModel.ts";
import { refreshRiskTree } from "./riskTree.ts";
import { deedTexts } from "./deedTexts.ts";

/** A deed in words: as something that was done, and as something that was asked for. */
export type DeedWords = { readonly done: string; readonly asked: string };

/** Has an operator's command done, says what became of it, and looks at the tree again. Answers whether it was done. Never rejects. */
export async function riskDeed(command: Command, { done, asked }: DeedWords): Promise<boolean> {
  recordAction(`risk.${command.type}`, "menu", asked);
  try {
    const { refusal } = await engineClient.submit(command);
    if (refusal === null) messages.post({ severity: "info", text: deedTexts.done(done) });
    else
      messages.post({
        severity: "warning",
        text: deedTexts.denied(asked),
        detail: refusalText(refusal, readModel, null),
        code: refusal.code,
      });
    await refreshRiskTree();
    return refusal === null;
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    messages.post({
      severity: cause.unknown ? "breach" : "warning",
      text: cause.unknown ? deedTexts.unknown(asked) : deedTexts.notAccepted(asked),
      detail: cause.typed.message,
      code: cause.typed.code,
    });
    return false;
  }
}
