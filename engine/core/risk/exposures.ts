import { instrumentControls } from "../../../shared/risk.ts";
import { HandleTable, hashOfPair } from "../state/handleTable.ts";
import { RowPool } from "../state/rowPool.ts";
import { NO_LIMIT } from "./controls.ts";

/*
 * A sum over accounts may pass the largest whole number that a double tells apart. Such a sum is kept in two parts: so many limbs, and what is
 * left, at least 0 and less than a limb.
 */
const LIMB = 2 ** 52;

// Row: soft, hard and parameter of each control, 7 figures, then 6 integers.
const LIMIT_DOUBLES = instrumentControls.length * 3;
const POSITION = LIMIT_DOUBLES;
const BUY_LOTS = LIMIT_DOUBLES + 1;
const SELL_LOTS = LIMIT_DOUBLES + 2;
const GROSS = LIMIT_DOUBLES + 3;
const CASH = LIMIT_DOUBLES + 4;
const PROTECTION_START = LIMIT_DOUBLES + 5;
const PROTECTION_LOTS = LIMIT_DOUBLES + 6;
const DOUBLES = LIMIT_DOUBLES + 10;
const INTS = DOUBLES * 2;
const FIRST_INT = (LIMIT_DOUBLES + 7) * 2;
const NODE = FIRST_INT;
const INSTRUMENT = FIRST_INT + 1;
const UP = FIRST_INT + 2;
const OPEN_VALUE = FIRST_INT + 3;
const LIMITED = FIRST_INT + 4;
const CASH_LIMBS = FIRST_INT + 5;

/** What a node has and may have of an instrument: position, working orders, bounds (RK-10, RK-11). A row is never removed. */
export class ExposurePool extends RowPool {
  private readonly byKey = new HandleTable();

  constructor() {
    super(DOUBLES * 8);
  }

  /** Handle of the row of a node and an instrument, 0 if there is none yet. */
  find(node: number, instrumentId: number): number {
    const table = this.byKey;
    const hash = hashOfPair(node, instrumentId);
    for (let at = table.start(hash); ; at = table.next(at)) {
      const row = table.handleAt(at);
      if (row === 0) return 0;
      if (table.hashAt(at) === hash && this.node(row) === node && this.instrumentId(row) === instrumentId) return row;
    }
  }

  create(node: number, instrumentId: number): number {
    const row = this.allocate();
    this.ints[row * INTS + NODE] = node;
    this.ints[row * INTS + INSTRUMENT] = instrumentId;
    for (let place = 0; place < instrumentControls.length; place += 1) this.setLimits(row, place, NO_LIMIT, NO_LIMIT, 0);
    this.byKey.add(hashOfPair(node, instrumentId), row);
    return row;
  }

  /** Bounds in force, as in NodePool. */
  soft(row: number, place: number): number {
    return this.doubles[row * DOUBLES + place * 3]!;
  }
  hard(row: number, place: number): number {
    return this.doubles[row * DOUBLES + place * 3 + 1]!;
  }
  /** A bit for each control that has a bound, so that what has none is passed over at a glance. */
  limited(row: number): number {
    return this.ints[row * INTS + LIMITED]!;
  }
  parameter(row: number, place: number): number {
    return this.doubles[row * DOUBLES + place * 3 + 2]!;
  }
  setLimits(row: number, place: number, soft: number, hard: number, parameter: number): void {
    const at = row * DOUBLES + place * 3;
    this.doubles[at] = soft;
    this.doubles[at + 1] = hard;
    this.doubles[at + 2] = parameter;
    const bit = 1 << place;
    const limited = this.ints[row * INTS + LIMITED]!;
    this.ints[row * INTS + LIMITED] = soft === NO_LIMIT ? limited & ~bit : limited | bit;
  }

  /** Lots bought less lots sold, of all accounts below. */
  position(row: number): number {
    return this.doubles[row * DOUBLES + POSITION]!;
  }
  addPosition(row: number, lots: number): void {
    this.doubles[row * DOUBLES + POSITION] = this.doubles[row * DOUBLES + POSITION]! + lots;
  }
  /** Lots of open buy orders, and of open sell orders. */
  buyLots(row: number): number {
    return this.doubles[row * DOUBLES + BUY_LOTS]!;
  }
  addBuyLots(row: number, lots: number): void {
    this.doubles[row * DOUBLES + BUY_LOTS] = this.doubles[row * DOUBLES + BUY_LOTS]! + lots;
  }
  sellLots(row: number): number {
    return this.doubles[row * DOUBLES + SELL_LOTS]!;
  }
  addSellLots(row: number, lots: number): void {
    this.doubles[row * DOUBLES + SELL_LOTS] = this.doubles[row * DOUBLES + SELL_LOTS]! + lots;
  }
  /** Sum over the accounts below of the largest position, long or short, that each can come to. */
  gross(row: number): number {
    return this.doubles[row * DOUBLES + GROSS]!;
  }
  addGross(row: number, lots: number): void {
    this.doubles[row * DOUBLES + GROSS] = this.doubles[row * DOUBLES + GROSS]! + lots;
  }
  /** More or fewer lots of one side work, and the gross position changes by so much. */
  work(row: number, isBuyer: boolean, lots: number, grossChange: number): void {
    const at = row * DOUBLES;
    const side = at + (isBuyer ? BUY_LOTS : SELL_LOTS);
    this.doubles[side] = this.doubles[side]! + lots;
    this.doubles[at + GROSS] = this.doubles[at + GROSS]! + grossChange;
  }
  /** Working lots of one side have filled for a value and a fee, and the gross position changes by so much. */
  fill(row: number, isBuyer: boolean, lots: number, value: number, fee: number, grossChange: number): void {
    const at = row * DOUBLES;
    const side = at + (isBuyer ? BUY_LOTS : SELL_LOTS);
    this.doubles[side] = this.doubles[side]! - lots;
    this.doubles[at + POSITION] = this.doubles[at + POSITION]! + (isBuyer ? lots : -lots);
    this.addCash(row, (isBuyer ? -value : value) - fee);
    this.doubles[at + GROSS] = this.doubles[at + GROSS]! + grossChange;
  }
  /** The largest position, long or short, that this row by itself can come to if its orders fill. */
  worstLots(row: number): number {
    const at = row * DOUBLES;
    const position = this.doubles[at + POSITION]!;
    return Math.max(position + this.doubles[at + BUY_LOTS]!, this.doubles[at + SELL_LOTS]! - position);
  }
  /** Quote units received less quote units paid by trading, fees included. */
  cash(row: number): bigint {
    return exactSum(this.ints[row * INTS + CASH_LIMBS]!, this.doubles[row * DOUBLES + CASH]!);
  }
  addCash(row: number, change: number): void {
    const at = row * DOUBLES + CASH;
    const sum = this.doubles[at]! + change;
    if (sum >= 0 && sum < LIMB) this.doubles[at] = sum;
    else {
      this.ints[row * INTS + CASH_LIMBS] = this.ints[row * INTS + CASH_LIMBS]! + limbsAfter(this.doubles[at]!, change);
      this.doubles[at] = restAfter(this.doubles[at]!, change);
    }
  }
  /** Adds what another row has of cash, or what a snapshot says. */
  addExactCash(row: number, cash: bigint): void {
    const limbs = cash / BigInt(LIMB);
    this.addCash(row, Number(cash - limbs * BigInt(LIMB)));
    this.ints[row * INTS + CASH_LIMBS] = this.ints[row * INTS + CASH_LIMBS]! + Number(limbs);
  }
  /** Lots that filled as maker in the window that began then (RK-18). */
  protectionStart(row: number): number {
    return this.doubles[row * DOUBLES + PROTECTION_START]!;
  }
  protectionLots(row: number): number {
    return this.doubles[row * DOUBLES + PROTECTION_LOTS]!;
  }
  setProtection(row: number, startUs: number, lots: number): void {
    this.doubles[row * DOUBLES + PROTECTION_START] = startUs;
    this.doubles[row * DOUBLES + PROTECTION_LOTS] = lots;
  }

  node(row: number): number {
    return this.ints[row * INTS + NODE]!;
  }
  instrumentId(row: number): number {
    return this.ints[row * INTS + INSTRUMENT]!;
  }
  /** The row of the same instrument one level up; 0 below the venue, which adds up nothing. */
  up(row: number): number {
    return this.ints[row * INTS + UP]!;
  }
  setUp(row: number, other: number): void {
    this.ints[row * INTS + UP] = other;
  }
  /** Row of the node's open order value in the instrument's quote asset. */
  openValue(row: number): number {
    return this.ints[row * INTS + OPEN_VALUE]!;
  }
  setOpenValue(row: number, other: number): void {
    this.ints[row * INTS + OPEN_VALUE] = other;
  }
}

/** How many limbs come to a rest, and what rest there is, when so much is added to it. */
function limbsAfter(rest: number, change: number): number {
  const whole = Math.floor(change / LIMB);
  return rest + (change - whole * LIMB) >= LIMB ? whole + 1 : whole;
}
function restAfter(rest: number, change: number): number {
  const sum = rest + (change - Math.floor(change / LIMB) * LIMB);
  return sum >= LIMB ? sum - LIMB : sum;
}
function exactSum(limbs: number, rest: number): bigint {
  return BigInt(limbs) * BigInt(LIMB) + BigInt(rest);
}

// Row: 1 double, then 4 integers.
const VALUE_DOUBLES = 3;
const VALUE_INTS = 6;
const VALUE_LIMBS = 5;

/** Value at their limits of a node's open orders, by quote asset (RK-12). */
export class OpenValuePool extends RowPool {
  constructor() {
    super(VALUE_DOUBLES * 8);
  }
  create(node: number, assetId: number, next: number): number {
    const row = this.allocate();
    this.ints[row * VALUE_INTS + 2] = node;
    this.ints[row * VALUE_INTS + 3] = assetId;
    this.ints[row * VALUE_INTS + 4] = next;
    return row;
  }
  /** The value less a part of it: exact up to the largest amount, and above that above it. */
  value(row: number, less = 0): number {
    return this.doubles[row * VALUE_DOUBLES]! - less + this.ints[row * VALUE_INTS + VALUE_LIMBS]! * LIMB;
  }
  exactValue(row: number): bigint {
    return exactSum(this.ints[row * VALUE_INTS + VALUE_LIMBS]!, this.doubles[row * VALUE_DOUBLES]!);
  }
  add(row: number, change: number): void {
    const at = row * VALUE_DOUBLES;
    const sum = this.doubles[at]! + change;
    if (sum >= 0 && sum < LIMB) this.doubles[at] = sum;
    else {
      this.ints[row * VALUE_INTS + VALUE_LIMBS] = this.ints[row * VALUE_INTS + VALUE_LIMBS]! + limbsAfter(this.doubles[at]!, change);
      this.doubles[at] = restAfter(this.doubles[at]!, change);
    }
  }
  /** Adds what another row has. */
  addRow(row: number, other: number): void {
    this.add(row, this.doubles[other * VALUE_DOUBLES]!);
    this.ints[row * VALUE_INTS + VALUE_LIMBS] = this.ints[row * VALUE_INTS + VALUE_LIMBS]! + this.ints[other * VALUE_INTS + VALUE_LIMBS]!;
  }
  assetId(row: number): number {
    return this.ints[row * VALUE_INTS + 3]!;
  }
  next(row: number): number {
    return this.ints[row * VALUE_INTS + 4]!;
  }
}
