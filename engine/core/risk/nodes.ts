import { nodeControls } from "../../../shared/risk.ts";
import { RowPool } from "../state/rowPool.ts";
import { NO_LIMIT } from "./controls.ts";

// Row: soft, hard and parameter of each control, the counters, then 8 integers (7 named, 1 spare).
const LIMIT_DOUBLES = nodeControls.length * 3;
export const NODE_COUNTERS = 11;
const DOUBLES = LIMIT_DOUBLES + NODE_COUNTERS + 4;
const INTS = DOUBLES * 2;
const FIRST_INT = (LIMIT_DOUBLES + NODE_COUNTERS) * 2;
const PARENT = FIRST_INT;
const ACCOUNT = FIRST_INT + 1;
const STATE = FIRST_INT + 2;
const LOCKS = FIRST_INT + 3;
const CURRENCY = FIRST_INT + 4;
const FIRST_OPEN_VALUE = FIRST_INT + 5;
const LIMITED = FIRST_INT + 6;

/** Counters of a node. Message tokens are counted in millionths; windows begin with the first thing that falls outside the last one. */
export const TOKENS_USED = 0;
export const TOKENS_AT = 1;
export const RATIO_START = 2;
export const RATIO_MESSAGES = 3;
export const RATIO_FILLS = 4;
export const EXECUTIONS_START = 5;
export const EXECUTIONS_COUNT = 6;
export const PROTECTION_START = 7;
export const PROTECTION_COUNT = 8;
/** When the present cooling-off ends; 0 if there is none. */
export const COOLING_UNTIL = 9;
/** Profit at which the counting of losses began, in units of the node's currency; may be negative. */
export const PROFIT_BASE = 10;

/** The places of the risk tree (RK-4); the handle is the node's id, and node 1 is the venue. */
export class NodePool extends RowPool {
  constructor() {
    super(DOUBLES * 8);
  }

  create(parent: number, accountId: number, currencyAssetId: number): number {
    const node = this.allocate();
    this.ints[node * INTS + PARENT] = parent;
    this.ints[node * INTS + ACCOUNT] = accountId;
    this.ints[node * INTS + CURRENCY] = currencyAssetId;
    for (let place = 0; place < nodeControls.length; place += 1) this.setLimits(node, place, NO_LIMIT, NO_LIMIT, 0);
    return node;
  }

  exists(node: number): boolean {
    return node >= 1 && node <= this.highestHandle;
  }

  /** Bounds in force at this node, capped by those above it; NO_LIMIT where none is set. The soft one is never above the hard one. */
  soft(node: number, place: number): number {
    return this.doubles[node * DOUBLES + place * 3]!;
  }
  hard(node: number, place: number): number {
    return this.doubles[node * DOUBLES + place * 3 + 1]!;
  }
  /** A bit for each control that has a bound, so that what has none is passed over at a glance. */
  limited(node: number): number {
    return this.ints[node * INTS + LIMITED]!;
  }
  parameter(node: number, place: number): number {
    return this.doubles[node * DOUBLES + place * 3 + 2]!;
  }
  setLimits(node: number, place: number, soft: number, hard: number, parameter: number): void {
    const at = node * DOUBLES + place * 3;
    this.doubles[at] = soft;
    this.doubles[at + 1] = hard;
    this.doubles[at + 2] = parameter;
    const bit = 1 << place;
    const limited = this.ints[node * INTS + LIMITED]!;
    this.ints[node * INTS + LIMITED] = soft === NO_LIMIT ? limited & ~bit : limited | bit;
  }

  counter(node: number, which: number): number {
    return this.doubles[node * DOUBLES + LIMIT_DOUBLES + which]!;
  }
  setCounter(node: number, which: number, value: number): void {
    this.doubles[node * DOUBLES + LIMIT_DOUBLES + which] = value;
  }
  addCounter(node: number, which: number, change: number): void {
    const at = node * DOUBLES + LIMIT_DOUBLES + which;
    this.doubles[at] = this.doubles[at]! + change;
  }

  /** 0 for the venue. */
  parent(node: number): number {
    return this.ints[node * INTS + PARENT]!;
  }
  setParent(node: number, parent: number): void {
    this.ints[node * INTS + PARENT] = parent;
  }
  /** 0 for a node that is no account's. */
  accountId(node: number): number {
    return this.ints[node * INTS + ACCOUNT]!;
  }
  /** Its own trading state; see controls.ts. */
  state(node: number): number {
    return this.ints[node * INTS + STATE]!;
  }
  setState(node: number, state: number): void {
    this.ints[node * INTS + STATE] = state;
  }
  locks(node: number): number {
    return this.ints[node * INTS + LOCKS]!;
  }
  setLocks(node: number, locks: number): void {
    this.ints[node * INTS + LOCKS] = locks;
  }
  currency(node: number): number {
    return this.ints[node * INTS + CURRENCY]!;
  }
  setCurrency(node: number, assetId: number): void {
    this.ints[node * INTS + CURRENCY] = assetId;
  }
  /** First of the list of its open order values by quote asset. */
  firstOpenValue(node: number): number {
    return this.ints[node * INTS + FIRST_OPEN_VALUE]!;
  }
  setFirstOpenValue(node: number, row: number): void {
    this.ints[node * INTS + FIRST_OPEN_VALUE] = row;
  }
}
