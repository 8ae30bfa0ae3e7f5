import { VENUE_NODE, type RiskNode } from "../../../shared/risk.ts";
import { ACTIVE } from "./controls.ts";
import { ConversionPool } from "./conversions.ts";
import { DuplicateRings } from "./duplicateRings.ts";
import { ExposurePool, OpenValuePool } from "./exposures.ts";
import { LimitBook } from "./limitBook.ts";
import { NodePool } from "./nodes.ts";

const INITIAL_PLACES = 1_024;
const DUE_US = 0;
const INITIAL_SUSPECTS = 64;

/** A price from outside for one instrument. */
export type ReferenceEntry = { readonly ticks: number; readonly atUs: number; readonly goodForUs: number };

/** Everything that the risk stage depends on, beside orders and balances. Only evolve() changes it, except what is marked as scratch. */
export class RiskState {
  readonly nodes = new NodePool();
  readonly exposures = new ExposurePool();
  readonly openValues = new OpenValuePool();
  readonly conversions = new ConversionPool();
  readonly duplicates = new DuplicateRings();
  readonly book = new LimitBook();
  /** Definitions of nodes 2 and up, by id less 2. */
  readonly definitions: RiskNode[] = [];
  /** Who is blocked by a kill switch, or which node, and who engaged it. */
  readonly killedActors = new Map<string, string>();
  readonly killedNodes = new Map<number, string>();
  /** Open sessions: are their orders cancelled when they are lost? */
  readonly sessions = new Map<string, boolean>();
  readonly references = new Map<number, ReferenceEntry>();
  /** Nothing is set up, so that no control can object to anything. */
  isIdle = true;

  /** Bits of the controls of nodes that have a bound anywhere; see NodePool.limited(). */
  limitedAnywhere = 0;

  /**
   * Scratch: a node with a loss limit has a position, as far as is known, so that its loss moves with prices. It decides nothing but when
   * the sequencer asks for the next look.
   */
  lossesMove = false;

  /** Scratch of the command under way: who sent it, and whether its order stays when the session is lost. */
  actor = "";
  keepsOnDisconnect = false;
  /** Scratch: whose order the stages are asked about: the command's actor, or that of the list that calls for it (RK-34). */
  asker = "";
  /** Scratch: the order that the stages are asked about is the message that came, and not one that a list calls for (RK-13, RK-14). */
  isMessage = false;
  /** Scratch: the account whose message waits to be counted until what is due has taken effect (RK-29); 0 if none does. */
  uncountedAccount = 0;
  /** Scratch: the first node whose message tokens were used up; 0 if none. */
  throttledNode = 0;
  /** Scratch: nodes in which something happened that a control counts, for the look after the command. */
  suspects = new Int32Array(INITIAL_SUSPECTS);
  suspectCount = 0;

  private readonly actorNumbers = new Map<string, number>();
  readonly actorNames: string[] = [""];
  private lastActor = "";
  private lastActorNumber = 0;
  private places = new Int32Array(INITIAL_PLACES);
  private venueRows = new Int32Array(INITIAL_PLACES);
  private readonly clock = new Float64Array([Number.POSITIVE_INFINITY]);

  constructor() {
    this.nodes.create(0, 0, 1);
  }

  /** When the next proposal or cooling-off falls due; Infinity if nothing waits. */
  get dueUs(): number {
    return this.clock[DUE_US]!;
  }
  set dueUs(atUs: number) {
    this.clock[DUE_US] = atUs;
  }

  /** Node of a placed account; the venue for any other. */
  nodeOf(accountId: number): number {
    return (accountId < this.places.length ? this.places[accountId]! : 0) || VENUE_NODE;
  }
  place(accountId: number, node: number): void {
    if (accountId >= this.places.length) this.places = grown(this.places, accountId);
    this.places[accountId] = node;
  }

  /** The venue's row for an instrument, 0 if it has none; kept apart because every order asks for it. */
  venueRow(instrumentId: number): number {
    return instrumentId < this.venueRows.length ? this.venueRows[instrumentId]! : 0;
  }
  setVenueRow(instrumentId: number, row: number): void {
    if (instrumentId >= this.venueRows.length) this.venueRows = grown(this.venueRows, instrumentId);
    this.venueRows[instrumentId] = row;
  }

  /** Number of an actor's name, given at its first order. Numbers say nothing outside this engine. */
  actorNumber(name: string): number {
    if (name === this.lastActor) return this.lastActorNumber;
    let number = this.actorNumbers.get(name);
    if (number === undefined) {
      number = this.actorNames.length;
      this.actorNames.push(name);
      this.actorNumbers.set(name, number);
    }
    this.lastActor = name;
    this.lastActorNumber = number;
    return number;
  }

  /** Number of an actor who has sent an order in this engine's life; 0 for one who has not. */
  knownActorNumber(name: string): number {
    return this.actorNumbers.get(name) ?? 0;
  }

  suspect(node: number): void {
    for (let n = 0; n < this.suspectCount; n += 1) if (this.suspects[n] === node) return;
    if (this.suspectCount === this.suspects.length) this.suspects = grown(this.suspects, this.suspectCount);
    this.suspects[this.suspectCount] = node;
    this.suspectCount += 1;
  }

  /** To be called after anything but orders changed. */
  refreshIdle(): void {
    this.isIdle =
      this.nodes.live === 1 &&
      this.nodes.state(VENUE_NODE) === ACTIVE &&
      this.nodes.locks(VENUE_NODE) === 0 &&
      this.killedActors.size === 0 &&
      this.book.entries.size === 0;
  }
}

function grown(from: Int32Array, place: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(from.length * 2, place + 1));
  larger.set(from);
  return larger;
}
