import type { Operation } from "../../shared/protocol.ts";
import type { Dice } from "../bench/dice.ts";
import type { TestClient } from "../host/testClient.ts";

const ACCOUNTS = [2, 3, 4] as const;
const MOST_OUTSTANDING = 64;
const ORDERS_PER_SWEEP = 400;
const PAUSE_MS = 2;

/** A client that trades on and on, through every restart, and remembers only how far the engine has acknowledged. */
export class SoakClient {
  lastAcknowledgedSeq = 0;
  acknowledged = 0;
  refused = 0;
  readonly #dice: Dice;
  #client: TestClient | null = null;
  #isGone: () => boolean = () => true;
  #nextRequest = 1_000_000;
  #nextClientOrderId = 1;
  #outstanding = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** Goes on with the session of a newly started engine; what was under way in the old one is given up. */
  use(client: TestClient, isGone: () => boolean): void {
    this.#client = client;
    this.#isGone = isGone;
    this.#outstanding = 0;
  }

  /** Sends orders as fast as they are answered, until the time is over or the engine is gone; then waits for what is still under way. */
  async tradeFor(ms: number): Promise<void> {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs && !this.#isGone()) {
      while (this.#outstanding < MOST_OUTSTANDING) this.#send();
      await this.#pause();
    }
    const patienceMs = performance.now() + 30_000;
    while (this.#outstanding > 0 && !this.#isGone() && performance.now() < patienceMs) await this.#pause();
  }

  /** Waits until so many more answers have come. */
  async untilAnswered(answers: number): Promise<void> {
    const goal = this.acknowledged + this.refused + answers;
    while (this.acknowledged + this.refused < goal && !this.#isGone()) await this.#pause();
  }

  async operate(operation: Operation): Promise<void> {
    await this.#client?.operate(operation);
  }

  #send(): void {
    const side = this.#dice.below(2) === 0 ? "buy" : "sell";
    const accountId = ACCOUNTS[this.#dice.below(ACCOUNTS.length)] ?? 2;
    const id = this.#nextClientOrderId++;
    const command =
      id % ORDERS_PER_SWEEP === 0
        ? { type: "CancelAllOrders", accountId, instrumentId: null }
        : {
            type: "SubmitOrder",
            accountId,
            instrumentId: 1,
            clientOrderId: id,
            side,
            orderType: "limit",
            timeInForce: this.#dice.below(3) === 0 ? "ioc" : "gtc",
            limitTicks: 6_500_000 + (side === "buy" ? -1 : 1) * (this.#dice.below(40) - 10),
            lots: 30 + this.#dice.below(20),
          };
    this.#client?.say({ type: "submit", requestId: this.#nextRequest++, command });
    this.#outstanding += 1;
  }

  /** Lets time pass and takes in what was answered meanwhile; nothing that was heard is kept. */
  async #pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    const heard = this.#client?.heard;
    if (heard === undefined) return;
    const kept = heard.filter((message) => {
      if (message.type === "outcome") {
        this.#outstanding -= 1;
        if (message.outcome.refusal === null) this.acknowledged += 1;
        else this.refused += 1;
        this.lastAcknowledgedSeq = Math.max(this.lastAcknowledgedSeq, message.outcome.lastSeq);
        return false;
      }
      if (message.type === "error") this.#outstanding -= 1;
      return message.type !== "error" && message.type !== "frame" && message.type !== "status";
    });
    heard.splice(0, heard.length, ...kept);
  }
}
