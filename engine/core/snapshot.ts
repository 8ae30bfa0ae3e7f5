import { invariant } from "../../shared/assert.ts";
import type { z } from "zod";
import { accountSchema, assetSchema, instrumentSchema } from "../../shared/catalog.ts";
import { ByteReader, ByteWriter } from "./canonicalBytes.ts";
import { REMEMBERED_ORDERS } from "./clientOrderIds.ts";
import { Engine } from "./engineParts.ts";
import { accountOpened, appendRecentId, assetDefined, instrumentListed, openOrder, restOrder } from "./evolve.ts";
import { checkInvariants } from "./invariants.ts";
import { openBalance } from "./ledger.ts";
import type { EngineState } from "./state.ts";
import { BUY, SELL, areTerms } from "./terms.ts";

const FORMAT = 1;

/**
 * JR-3: the whole state in canonical order, free of pool handles: equal states give equal bytes. Derived figures (holds per balance,
 * level sums, price trees) are left out, because they follow from what is there.
 */
export function snapshot(engine: Engine): Uint8Array {
  const { state } = engine;
  invariant(engine.log.count === 0, "a snapshot is taken between batches");
  const out = new ByteWriter();
  out.number(FORMAT);
  out.number(state.lastSeq);
  out.number(state.lastAtUs);
  writeCatalog(state, out);
  writeBalances(state, out);
  writeRecentIds(state, out);
  writeOrders(state, out);
  return out.finish();
}

/** The engine that snapshot() saw. Throws InvariantError on bytes that it cannot have written. */
export function restore(bytes: Uint8Array): Engine {
  const engine = new Engine();
  const { state } = engine;
  const from = new ByteReader(bytes);
  const format = from.integer(1);
  invariant(format === FORMAT, `snapshot has format ${format}, this engine reads ${FORMAT}`);
  state.lastSeq = from.integer(0);
  state.lastAtUs = from.integer(0);
  readCatalog(state, from);
  readBalances(state, from);
  readRecentIds(state, from);
  readOrders(state, from);
  from.expectEnd();
  checkInvariants(engine);
  return engine;
}

function writeCatalog(state: EngineState, out: ByteWriter): void {
  const { catalog, markets } = state;
  out.number(catalog.assets.length);
  for (const asset of catalog.assets) {
    out.text(JSON.stringify(asset));
    out.text(String(state.issued[asset.assetId - 1]));
  }
  out.number(catalog.accounts.length);
  for (const account of catalog.accounts) out.text(JSON.stringify(account));
  out.number(catalog.instruments.length);
  for (const instrument of catalog.instruments) {
    out.text(JSON.stringify(instrument));
    out.number(markets.lastTicks(instrument.instrumentId));
    out.number(markets.lastLots(instrument.instrumentId));
    out.number(markets.lastTakerSide(instrument.instrumentId));
    out.number(markets.lastTradeId(instrument.instrumentId));
    out.number(markets.lastTradeAtUs(instrument.instrumentId));
  }
}

function readCatalog(state: EngineState, from: ByteReader): void {
  for (let left = from.integer(0); left > 0; left -= 1) {
    assetDefined(state, readJson(assetSchema, from));
    const issued = from.text();
    invariant(/^\d+$/.test(issued), `snapshot has the issued amount "${issued}"`);
    state.issued[state.issued.length - 1] = BigInt(issued);
  }
  for (let left = from.integer(0); left > 0; left -= 1) accountOpened(state, readJson(accountSchema, from));
  for (let left = from.integer(0); left > 0; left -= 1) {
    const instrument = readJson(instrumentSchema, from);
    instrumentListed(state, instrument);
    state.markets.recordTrade({
      instrumentId: instrument.instrumentId,
      ticks: from.integer(0),
      lots: from.integer(0),
      takerSide: from.integer(0),
      tradeId: from.integer(0),
      atUs: from.integer(0),
    });
  }
}

function readJson<Schema extends z.ZodType>(schema: Schema, from: ByteReader): z.output<Schema> {
  const text = from.text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    invariant(false, `snapshot holds no JSON: ${text.slice(0, 80)}`);
  }
  const parsed = schema.safeParse(value);
  invariant(parsed.success, `snapshot holds an impossible catalog entry: ${text.slice(0, 80)}`);
  return parsed.data;
}

function writeBalances(state: EngineState, out: ByteWriter): void {
  const { accounts, balances } = state;
  const total = [...handles(balances.highestHandle)].filter((handle) => balances.total(handle) !== 0).length;
  out.number(total);
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const own: number[] = [];
    for (let handle = accounts.firstBalance(accountId); handle !== 0; handle = balances.nextOfAccount(handle)) {
      if (balances.total(handle) !== 0) own.push(handle);
    }
    own.sort((a, b) => balances.assetId(a) - balances.assetId(b));
    for (const handle of own) {
      out.number(accountId);
      out.number(balances.assetId(handle));
      out.number(balances.total(handle));
    }
  }
}

function* handles(highest: number): Generator<number> {
  for (let handle = 1; handle <= highest; handle += 1) yield handle;
}

function readBalances(state: EngineState, from: ByteReader): void {
  for (let left = from.integer(0); left > 0; left -= 1) {
    const accountId = from.integer(1);
    const assetId = from.integer(1);
    invariant(state.accounts.exists(accountId) && state.catalog.hasAsset(assetId), "snapshot has a balance of nobody or of nothing");
    state.balances.addTotal(openBalance(state, accountId, assetId), from.integer(1));
  }
}

function writeRecentIds(state: EngineState, out: ByteWriter): void {
  const { accounts, clientOrderIds } = state;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    out.number(accounts.recentIds(accountId));
    for (let id = accounts.oldestId(accountId); id !== 0; id = clientOrderIds.newer(id)) out.number(clientOrderIds.clientOrderId(id));
  }
}

function readRecentIds(state: EngineState, from: ByteReader): void {
  const { accounts, clientOrderIds } = state;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const count = from.integer(0);
    invariant(count <= REMEMBERED_ORDERS, `snapshot remembers ${count} orders of account ${accountId}`);
    for (let left = count; left > 0; left -= 1) appendRecentId(state, accountId, clientOrderIds.restoreRecent(accountId, from.integer(1)));
  }
}

function writeOrders(state: EngineState, out: ByteWriter): void {
  const { books, catalog, orders, clientOrderIds } = state;
  out.number(orders.live);
  for (const { instrumentId } of catalog.instruments) {
    for (const side of [BUY, SELL]) {
      for (let level = books.best(instrumentId, side); level !== 0; level = books.levels.worse(level)) {
        for (let order = books.levels.first(level); order !== 0; order = orders.next(order)) {
          out.number(orders.id(order));
          out.number(orders.accountId(order));
          out.number(instrumentId);
          out.number(clientOrderIds.clientOrderId(orders.clientId(order)));
          out.number(orders.terms(order));
          out.number(orders.limitTicks(order));
          out.number(orders.lots(order));
          out.number(orders.leavesLots(order));
          out.number(orders.held(order));
          out.number(orders.feeCredit(order));
        }
      }
    }
  }
}

type SavedOrder = {
  readonly orderId: number;
  readonly accountId: number;
  readonly instrumentId: number;
  readonly clientOrderId: number;
  readonly terms: number;
  readonly limitTicks: number;
  readonly lots: number;
  readonly leavesLots: number;
  readonly held: number;
  readonly feeCredit: number;
};

function readOrders(state: EngineState, from: ByteReader): void {
  const inBookOrder: SavedOrder[] = [];
  for (let left = from.integer(0); left > 0; left -= 1) {
    const saved = {
      orderId: from.integer(1),
      accountId: from.integer(1),
      instrumentId: from.integer(1),
      clientOrderId: from.integer(1),
      terms: from.integer(0),
      limitTicks: from.integer(1),
      lots: from.integer(1),
      leavesLots: from.integer(1),
      held: from.integer(0),
      feeCredit: from.integer(0),
    };
    invariant(state.accounts.exists(saved.accountId) && state.catalog.hasInstrument(saved.instrumentId), "snapshot has an order of nobody or of nothing");
    invariant(areTerms(saved.terms), "snapshot has an order with impossible terms");
    inBookOrder.push(saved);
  }
  // An account's list of open orders is in order of acceptance, a book's queue need not be: so first the lists, then the queues.
  for (const saved of inBookOrder.toSorted((a, b) => a.orderId - b.orderId)) {
    const order = openOrder(state, saved);
    state.orders.setFeeCredit(order, saved.feeCredit);
    state.orders.setClientId(order, state.clientOrderIds.restoreOpen(saved.accountId, saved.clientOrderId));
  }
  for (const saved of inBookOrder) restOrder(state, state.orders.find(saved.orderId));
}
