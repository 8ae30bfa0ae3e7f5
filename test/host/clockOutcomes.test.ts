import { describe, expect, it } from "vitest";
import { runHost } from "./runningHost.ts";
import { tempFolder } from "./tempFolder.ts";
import { connect, order } from "./testClient.ts";

describe("JR-8 GW-3 what the clock brings about", () => {
  it("JR-8 GW-3 goes to the journal, and every sender still gets the outcome of its own command", async () => {
    const { host, failures } = await runHost(tempFolder());
    const client = await connect(host, "desk", { operator: true });
    // A venue's clock begins with the machine's.
    const nowUs = Date.now() * 1_000;
    const ends = await Promise.all(
      [100_000, 300_000].map((soonUs) => client.submit(order({ timeInForce: "gtd", expireAtUs: nowUs + 2_000_000 + soonUs }))),
    );
    expect(ends.map(({ refusal }) => refusal)).toEqual([null, null]);
    // Orders go on coming while both ends pass; each answer must be about the order that it answers.
    const ended = async (): Promise<boolean> => {
      const frame = await client.subscribe();
      return ends.every(({ orderId }) => frame.orders.some((row) => row.orderId === orderId && row.status === "cancelled"));
    };
    const sent: { readonly clientOrderId: number; readonly orderId: number | null }[] = [];
    for (let isOver = false; !isOver; isOver = await ended()) {
      const command = order();
      const { orderId, refusal } = await client.submit(command);
      expect(refusal).toBeNull();
      sent.push({ clientOrderId: command.clientOrderId, orderId });
      await client.submit({ type: "CancelAllOrders", accountId: 3, instrumentId: null });
    }
    const { orders } = await client.subscribe();
    for (const { clientOrderId, orderId } of sent) {
      const row = orders.find((one) => one.orderId === orderId);
      if (row !== undefined) expect(row.clientOrderId).toBe(clientOrderId);
    }
    const last = order();
    const outcome = await client.submit(last);
    const rows = (await client.subscribe()).orders;
    expect(rows.find((row) => row.orderId === outcome.orderId)?.clientOrderId).toBe(last.clientOrderId);
    expect(failures).toEqual([]);
  });

  it("GW-3 tells the sender of an amendment why it is refused", async () => {
    const { host } = await runHost(tempFolder());
    const client = await connect(host, "desk");
    const { refusal } = await client.submit({ type: "AmendOrder", accountId: 2, orderId: 999, lots: 50 });
    expect(refusal?.code).toBe("BOOK_UNKNOWN_ORDER");
  });
});
