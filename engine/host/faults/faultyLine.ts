import type { HostMessage } from "../../../shared/protocol.ts";
import { clientMessageSchema, type ClientMessage } from "../../../shared/protocol.ts";
import { typedError } from "../../../shared/errors.ts";
import type { Seq } from "../../../shared/ids.ts";
import { refusalOf } from "../../../shared/rejects.ts";
import { emptyFrame, LEVEL_STRIDE, type BookView, type Frame } from "../../../shared/views.ts";
import type { Pace } from "../pace.ts";
import type { ClientTransport } from "../transport.ts";
import type { FaultBoard, Victim } from "./faultBoard.ts";
import { HeldFills } from "./heldFills.ts";

/** What a fault of the line has the host do. */
export type LineServices = {
  readonly board: FaultBoard;
  /** The time by which faults delay and count. */
  readonly pace: Pace;
  /** Cancels all open orders of the owner. */
  readonly cancelAll: (owner: string) => void;
};

/** A frame that waits for the next one to overtake it waits no longer than this. */
const OVERTAKE_MS = 150;
const SECOND_MS = 1_000;
/** A line that is made while it could be cut stands at least so long, or nobody could switch off a cut that has no end. */
const STANDS_MS = 2_000;

type FrameMessage = Extract<HostMessage, { type: "frame" }>;
type Submit = Extract<ClientMessage, { type: "submit" }>;

/**
 * SM-61: a client's line with the faults that are on for it, between the client and its port. With none on, everything passes as it is. The
 * engine and its journal know nothing of it.
 */
export class FaultyLine implements ClientTransport {
  readonly #line: ClientTransport;
  readonly #victim: Victim;
  readonly #services: LineServices;
  readonly #held: HeldFills;
  #receive: (message: unknown) => void = () => undefined;
  #closed: () => void = () => undefined;
  #lastSnapshot: FrameMessage | null = null;
  #overtaken: { readonly message: FrameMessage; readonly callOff: () => void } | null = null;
  #sentSeq = 0;
  /** Moments of the commands of the last second, milliseconds. */
  #recent: number[] = [];
  #isOpen = true;
  readonly #cutFromMs: number;

  constructor(line: ClientTransport, victim: Victim, services: LineServices) {
    this.#line = line;
    this.#victim = victim;
    this.#services = services;
    this.#cutFromMs = services.board.canStrike("disconnect", victim) ? services.pace.nowMs() + STANDS_MS : 0;
    const tell = (rows: Pick<Frame, "orders" | "fills">): void =>
      this.#pass({ type: "frame", frame: { ...emptyFrame(this.#sentSeq as Seq, this.#sentSeq as Seq), ...rows } });
    this.#held = new HeldFills(tell, services.pace);
    line.onMessage((message) => this.#fromClient(message));
    line.onClose(() => this.#end());
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#receive = listener;
  }

  onClose(listener: () => void): void {
    this.#closed = listener;
  }

  close(): void {
    this.#isOpen = false;
    this.#line.close();
  }

  send(message: HostMessage): void {
    const { board } = this.#services;
    if (board.isQuiet && this.#held.isEmpty) {
      if (message.type === "frame") this.#sent(message);
      this.#pass(message);
      return;
    }
    const cut = this.#services.pace.nowMs() < this.#cutFromMs ? null : board.strike("disconnect", this.#victim);
    if (cut !== null) {
      this.#cut(cut.cancelOnDisconnect);
      return;
    }
    switch (message.type) {
      case "frame":
        this.#frame(message);
        return;
      case "status": {
        const skew = board.strike("clockSkew", this.#victim);
        if (skew === null) this.#pass(message);
        else {
          const venueTimeUs = (message.status.venueTimeUs + skew.ms * 1_000) as typeof message.status.venueTimeUs;
          this.#pass({ ...message, status: { ...message.status, venueTimeUs } });
        }
        return;
      }
      case "outcome":
        if (board.strike("loseAcknowledgement", this.#victim) === null) this.#pass(message);
        return;
      case "welcome":
      case "past":
      case "result":
      case "done":
      case "error":
        this.#pass(message);
    }
  }

  #frame(message: FrameMessage): void {
    const { board } = this.#services;
    const late = board.armed("lateFill", this.#victim);
    const told = {
      ...message,
      frame: this.#held.hold(message.frame, late?.ms ?? null, () => board.strike("lateFill", this.#victim) !== null),
    };
    const stale = this.#lastSnapshot !== null && !told.frame.snapshot && board.strike("staleSnapshot", this.#victim) !== null;
    const earlier = this.#lastSnapshot;
    this.#sent(told);
    let shown = stale && earlier !== null ? earlier : told;
    if (shown.frame.books.length > 0 && board.strike("crossedSnapshot", this.#victim) !== null)
      shown = { ...shown, frame: { ...shown.frame, books: shown.frame.books.map(crossed) } };
    const gap = shown.frame.snapshot ? null : board.strike("sequenceGap", this.#victim);
    // A sequence that the frame only claims to begin at.
    if (gap !== null) shown = { ...shown, frame: { ...shown.frame, fromSeq: (shown.frame.fromSeq + gap.by) as Seq } };
    this.#deliver(shown);
  }

  #deliver(message: FrameMessage): void {
    const { board, pace } = this.#services;
    if (board.strike("dropFrames", this.#victim) !== null) return;
    const twice = board.strike("duplicateFrames", this.#victim) !== null;
    const delay = board.strike("delayFrames", this.#victim);
    const pass = (): void => {
      this.#pass(message);
      if (twice) this.#pass(message);
    };
    if (delay !== null) pace.after(delay.ms, pass);
    else if (this.#overtaken === null && board.strike("reorderFrames", this.#victim) !== null) {
      this.#overtaken = { message, callOff: pace.after(OVERTAKE_MS, () => this.#release()) };
    } else {
      pass();
      this.#release();
    }
  }

  #release(): void {
    const waiting = this.#overtaken;
    this.#overtaken = null;
    if (waiting === null) return;
    waiting.callOff();
    this.#pass(waiting.message);
  }

  /** What the client would stand at if nothing befell its line. */
  #sent(message: FrameMessage): void {
    this.#sentSeq = message.frame.toSeq;
    if (message.frame.snapshot) this.#lastSnapshot = message;
  }

  #cut(cancelOnDisconnect: boolean): void {
    this.#line.close();
    this.#end();
    if (cancelOnDisconnect) this.#services.cancelAll(this.#victim.owner);
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#closed();
  }

  #pass(message: HostMessage): void {
    if (this.#isOpen) this.#line.send(message);
  }

  #fromClient(raw: unknown): void {
    const { board } = this.#services;
    if (!this.#isOpen) return;
    if (board.isQuiet && this.#held.isEmpty) {
      this.#receive(raw);
      return;
    }
    const parsed = clientMessageSchema.safeParse(raw);
    // What does not fit is the port's to refuse.
    if (!parsed.success) this.#receive(raw);
    else if (parsed.data.type === "submit") this.#submit(parsed.data);
    else if (parsed.data.type !== "seen" || board.strike("slowConsumer", this.#victim) === null) this.#receive(raw);
  }

  #submit(message: Submit): void {
    const { board } = this.#services;
    const { requestId, command } = message;
    const throttle = board.armed("throttle", this.#victim);
    if (throttle !== null && this.#isBeyond(throttle.perSecond) && board.strike("throttle", this.#victim) !== null) {
      const rule = `at most ${throttle.perSecond} commands in a second`;
      const error = typedError("ENGINE_BUSY", { field: "command", value: command.type, rule, message: "Throttled: nothing was sent." });
      this.#pass({ type: "error", requestId, error });
      return;
    }
    const refuse = board.strike("refuse", this.#victim);
    const seq = this.#sentSeq as Seq;
    if (refuse !== null) {
      this.#pass({ type: "outcome", requestId, outcome: { seq, lastSeq: seq, orderId: null, refusal: refusalOf(refuse.code) } });
      return;
    }
    if (command.type === "CancelOrder" && this.#held.cancelled(command.orderId)) {
      this.#pass({ type: "outcome", requestId, outcome: { seq, lastSeq: seq, orderId: null, refusal: null } });
      return;
    }
    this.#receive(message);
  }

  #isBeyond(perSecond: number): boolean {
    const now = this.#services.pace.nowMs();
    this.#recent = [...this.#recent.filter((ms) => now - ms < SECOND_MS), now];
    return this.#recent.length > perSecond;
  }
}

/** The book with its bids raised until the best one stands above the best ask. */
function crossed(book: BookView): BookView {
  const { bids, asks } = book;
  const best = { bid: bids[0], ask: asks[0] };
  if (best.bid === undefined || best.ask === undefined) return book;
  const by = best.ask - best.bid + 1;
  return { ...book, bids: bids.map((value, at) => (at % LEVEL_STRIDE === 0 ? value + by : value)) };
}
