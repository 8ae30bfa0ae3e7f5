import { randomBytes } from "node:crypto";
import type { AccountId } from "../../../../shared/ids.ts";
import type { BalanceRow, FillRow, OrderRow } from "../../../../shared/views.ts";
import { feeAssetOf } from "../../../../shared/fees.ts";
import type { ApiFraming } from "../apiMessages.ts";
import type { Venue } from "../call.ts";
import { decimalText } from "../decimalText.ts";
import type { OwnerLine } from "../exchange.ts";
import type { AccountEvent } from "../ownerView.ts";
import { cancelText, millis, orderTexts } from "../orderTexts.ts";
import { Message, type Connection } from "./connection.ts";

const PING_MS = 30_000;
/** Without any sign of life for so long the line is dropped; client libraries differ in which kind of ping they answer. */
const SILENCE_MS = 60 * 60_000;
const WITHDRAWN = "The API key has been withdrawn.";
const INTERRUPTED = "Events may have been lost: connect again, and ask for what is open.";

type Open = (listeners: { readonly message: (text: string) => void; readonly closed: () => void }) => Connection;

/** The private sockets of one site: everything that happens to the account is pushed, unasked. */
export class PrivateStream {
  readonly #venue: Venue;
  readonly #framing: ApiFraming;
  readonly #connections = new Map<Connection, { readonly channelId: string; readonly mayListen: () => boolean }>();
  readonly #timer: NodeJS.Timeout;

  constructor(venue: Venue, framing: ApiFraming) {
    this.#venue = venue;
    this.#framing = framing;
    this.#timer = setInterval(() => this.#ping(), PING_MS);
  }

  /** `framing` is the connection's own wish, if it has one; `mayListen` tells whether the key it was opened with still counts (GW-24). */
  join(
    line: OwnerLine,
    accountId: AccountId,
    { framing, mayListen, open }: { readonly framing: ApiFraming | null; readonly mayListen: () => boolean; readonly open: Open },
  ): void {
    const channelId = randomBytes(16).toString("hex");
    const batched = (framing ?? this.#framing) === "batched";
    const leave = line.view.listen(
      accountId,
      (events, atMs) => {
        if (!mayListen()) return connection.cut(WITHDRAWN);
        const items = events.flatMap((event) => this.#items(line, event, { atMs, batched }));
        const frames = batched ? [items] : items.map((item) => [item]);
        for (const frame of frames) if (frame.length > 0) connection.send(new Message(frame));
      },
      () => connection.cut(INTERRUPTED),
    );
    const connection = open({
      message: (text) => {
        const value = pingOf(text);
        if (value !== undefined) connection.send(new Message({ pong: value, channelId }));
      },
      closed: () => {
        leave();
        this.#connections.delete(connection);
      },
    });
    this.#connections.set(connection, { channelId, mayListen });
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const connection of this.#connections.keys()) connection.end();
  }

  #ping(): void {
    for (const [connection, { channelId, mayListen }] of this.#connections) {
      if (!mayListen()) connection.cut(WITHDRAWN);
      else if (connection.silentMs() > SILENCE_MS) connection.cut("No sign of life for 60 minutes.");
      else connection.send(new Message({ ping: this.#venue.exchange.nowMs(), channelId }));
    }
  }

  #items(line: OwnerLine, event: AccountEvent, { atMs, batched }: { readonly atMs: number; readonly batched: boolean }): unknown[] {
    if (event.type === "balances") {
      const { balances } = event;
      return batched ? [this.#accountInfo(balances, atMs)] : balances.map((balance) => this.#accountInfo([balance], atMs));
    }
    const { order, fill } = event;
    const fee = order.orderId === null ? 0 : line.view.feesOf(order.orderId);
    const report = this.#executionReport(order, fill, { atMs, fee });
    return fill === null ? [report] : [report, this.#ticketInfo(order, fill, atMs)];
  }

  #accountInfo(balances: readonly BalanceRow[], atMs: number): unknown {
    const { market } = this.#venue.exchange;
    const rows = balances.map(({ assetId, available, held }) => {
      const { code, decimals } = market.asset(assetId);
      return { a: code, f: decimalText(available, decimals), l: decimalText(held, decimals), r: "" };
    });
    return { e: "outboundAccountInfo", E: String(atMs), T: true, W: true, D: true, B: rows };
  }

  #executionReport(order: OrderRow, fill: FillRow | null, { atMs, fee }: { readonly atMs: number; readonly fee: number }): unknown {
    const { exchange, notes } = this.#venue;
    const texts = orderTexts(order, exchange.market, notes);
    const { pair } = texts;
    const asset = exchange.market.asset(feeAssetOf(pair.instrument, order.side));
    return {
      e: "executionReport",
      E: String(atMs),
      s: pair.symbol,
      c: texts.clientOrderId,
      S: texts.side,
      o: texts.type,
      f: texts.timeInForce,
      q: texts.origQty,
      p: texts.price,
      X: texts.status,
      i: texts.orderId,
      M: "0",
      l: pair.quantity.of(fill?.lots ?? 0),
      z: texts.executedQty,
      L: pair.price.of(fill?.ticks ?? 0),
      n: decimalText(fill?.fee ?? 0, asset.decimals),
      F: decimalText(fee, asset.decimals),
      N: fill === null ? "" : asset.code,
      u: true,
      w: order.leavesLots > 0,
      m: fill?.liquidity === "maker",
      O: millis(order.createdUs),
      U: millis(order.updatedUs),
      Z: texts.quoteQty,
      A: String(order.accountId),
      C: false,
      v: "0",
      reqAmt: texts.reqAmount,
      d: fill === null ? "" : String(fill.tradeId),
      r: pair.quantity.of(order.leavesLots),
      V: texts.avgPrice,
      x: cancelText(order.cancelReason),
      rt: fill === null ? "" : fill.liquidity.toUpperCase(),
      T: fill === null ? "" : String(fill.tradeId),
    };
  }

  #ticketInfo(order: OrderRow, fill: FillRow, atMs: number): unknown {
    const { exchange, notes } = this.#venue;
    const { pair, clientOrderId } = orderTexts(order, exchange.market, notes);
    return {
      e: "ticketInfo",
      E: String(atMs),
      s: pair.symbol,
      q: pair.quantity.of(fill.lots),
      t: millis(fill.atUs),
      p: pair.price.of(fill.ticks),
      T: String(fill.tradeId),
      o: String(fill.orderId),
      c: clientOrderId,
      O: "0",
      a: String(fill.accountId),
      A: "0",
      m: fill.liquidity === "maker",
      S: fill.side.toUpperCase(),
    };
  }
}

/** The value of a client's ping; undefined for any other message. */
function pingOf(text: string): number | string | undefined {
  try {
    const raw: unknown = JSON.parse(text);
    if (raw === null || typeof raw !== "object" || !("ping" in raw)) return undefined;
    return typeof raw.ping === "number" || typeof raw.ping === "string" ? raw.ping : undefined;
  } catch {
    return undefined;
  }
}
