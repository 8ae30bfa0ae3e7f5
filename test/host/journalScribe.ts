import { createEngine, decide, takeBatch, type Engine } from "../../engine/core/engine.ts";
import { encodeCommands, RecordCursor, type PackedRecords } from "../../engine/core/records/records.ts";
import { genesisCommands } from "../../engine/host/genesis.ts";
import { JournalWriter } from "../../engine/host/journal/journal.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import type { EpochUs } from "../../shared/ids.ts";
import type { PlainCommand } from "../core/drive.ts";

/** Accounts, instruments and assets of the venue's own data files. */
export const ALPHA = 2;
export const BRAVO = 3;
export const CHARLIE = 4;
export const MAKER = 6;
export const BTC_USD = 1;
export const USD = 1;
const START_US = 1_700_000_000_000_000;

/** A real engine writing a real journal file: one row a call of `commit`. */
export class JournalScribe {
  readonly engine: Engine = createEngine();
  readonly batches: PackedRecords[] = [];
  writer: JournalWriter;
  readonly #path: string;
  #atUs = START_US;
  #clientOrderId = 0;

  constructor(path: string) {
    this.#path = path;
    this.writer = this.open();
    this.commit(genesisCommands(), "genesis");
  }

  open(engineVersion = "0.1.0"): JournalWriter {
    this.writer = new JournalWriter(this.#path, { engineVersion, quotaBytes: null });
    return this.writer;
  }

  commit(commands: readonly Command[], actor = "scribe"): PackedRecords {
    const cursor = new RecordCursor(encodeCommands(commands.map((command) => ({ command, actor }))));
    while (cursor.next()) {
      this.#atUs += 250_000;
      decide(this.engine, cursor, this.#atUs as EpochUs);
    }
    const batch = takeBatch(this.engine);
    if (batch === null) throw new Error("nothing was decided");
    this.writer.append(batch, this.#atUs);
    this.batches.push(batch);
    return batch;
  }

  limit(order: { accountId: number; side: "buy" | "sell"; ticks: number; lots: number; instrumentId?: number }): PackedRecords {
    this.#clientOrderId += 1;
    const { accountId, side, ticks, lots, instrumentId = BTC_USD } = order;
    const plain: PlainCommand = {
      type: "SubmitOrder",
      accountId,
      instrumentId,
      clientOrderId: this.#clientOrderId,
      side,
      orderType: "limit",
      timeInForce: "gtc",
      limitTicks: ticks,
      lots,
    };
    return this.commit([commandSchema.parse(plain)]);
  }

  /** Rests, trades and cancels: `rows` rows of an ordinary day. */
  trade(rows: number): this {
    for (let n = 0; n < rows; n += 1) {
      const side = n % 2 === 0 ? "buy" : "sell";
      const accountId = [ALPHA, BRAVO, CHARLIE, MAKER][n % 4] ?? ALPHA;
      const batch = this.limit({
        accountId,
        side,
        ticks: 6_500_000 + ((n * 7) % 11) - (side === "buy" ? 3 : 0),
        lots: 40 + (n % 60),
        instrumentId: 1 + ((n >> 1) % 2),
      });
      if (n % 9 === 8) {
        const orderId = batch.firstSeq + 1;
        this.commit([commandSchema.parse({ type: "CancelOrder", accountId, orderId })]);
      }
    }
    return this;
  }

  close(): void {
    this.writer.close();
  }
}
