import type { Command } from "../../shared/commands.ts";
import type { Outcome } from "../../shared/protocol.ts";
import type { Refusal } from "../../shared/rejects.ts";
import type { OrderRow } from "../../shared/views.ts";
import { engineClient } from "./engineClient.ts";
import { messages } from "./messages.ts";
import { isPending, type PendingOrder } from "./orderEntry.ts";
import { describeRequest } from "./orderText.ts";
import { orderTexts } from "./orderTexts.ts";
import { readModel } from "./readModel.ts";

/** Without an answer for so long an order's state is said to be unknown. */
const ANSWER_WITHIN_MS = 600;

/**
 * Waits for the answer to an order, and no longer than is honest: after a while the row is marked unknown, and from then on the journal's own
 * row, should it come first, is the answer.
 */
export class Patience {
  readonly #pending: PendingOrder;
  readonly #key: string;

  constructor(pending: PendingOrder, key: string) {
    this.#pending = pending;
    this.#key = key;
  }

  /** Rejects with RequestError. */
  async of(command: Command): Promise<Outcome | { readonly row: OrderRow }> {
    let endWatch = (): void => undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const recorded = new Promise<{ readonly row: OrderRow }>((resolve) => {
      timer = setTimeout(() => {
        this.#tell();
        const settle = (): void => {
          const row = this.#row();
          if (row !== null) resolve({ row });
        };
        endWatch = readModel.onOrders(settle);
        settle();
      }, ANSWER_WITHIN_MS);
    });
    try {
      return await Promise.race([engineClient.submit(command), recorded]);
    } finally {
      clearTimeout(timer);
      endWatch();
    }
  }

  #tell(): void {
    if (!readModel.orders.has(this.#key)) return;
    readModel.markUnknown(this.#key);
    messages.post({
      severity: "warning",
      text: orderTexts.noAnswer(describeRequest(this.#pending, readModel)),
      detail: orderTexts.noAnswerOrder,
      code: "NO_ANSWER",
    });
  }

  /** The engine's own row of the order, if it is there. */
  #row(): OrderRow | null {
    for (const entry of readModel.orders.values()) {
      if (isPending(entry)) continue;
      if (entry.clientOrderId === this.#pending.clientOrderId && entry.accountId === this.#pending.accountId) return entry;
    }
    return null;
  }
}

/** Sends a cancel; its refusal or null, or "unanswered" when no answer came in time: then the order's row tells. Rejects with RequestError. */
export async function cancelOutcome(
  command: Extract<Command, { type: "CancelOrder" }>,
  what: string,
): Promise<Refusal | null | "unanswered"> {
  const { orderId } = command;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const unanswered = new Promise<"unanswered">((resolve) => {
    timer = setTimeout(() => {
      const row = readModel.orders.get(orderId);
      if (row !== undefined && !isPending(row) && row.leavesLots > 0) {
        readModel.setCancelling(orderId, false);
        messages.post({
          severity: "warning",
          text: orderTexts.noAnswer(what),
          detail: orderTexts.noAnswerCancel,
          code: "NO_ANSWER",
        });
      }
      resolve("unanswered");
    }, ANSWER_WITHIN_MS);
  });
  try {
    const outcome = await Promise.race([engineClient.submit(command), unanswered]);
    return outcome === "unanswered" ? outcome : outcome.refusal;
  } finally {
    clearTimeout(timer);
  }
}
