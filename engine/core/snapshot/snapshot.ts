import { invariant } from "../../../shared/assert.ts";
import { accountSchema, assetSchema, instrumentSchema } from "../../../shared/catalog.ts";
import { ByteReader, ByteWriter } from "./canonicalBytes.ts";
import { REMEMBERED_ORDERS } from "../state/recentIds.ts";
import { Engine } from "../engineParts.ts";
import { accountOpened, assetDefined, instrumentListed } from "../evolve/evolve.ts";
import { fromJson } from "../records/fields.ts";
import { checkInvariants } from "./invariants.ts";

import { readLists, writeLists } from "./snapshotLists.ts";
import { readMarket, writeMarket } from "./snapshotMarkets.ts";
import { readOrders, writeOrders } from "./snapshotOrders.ts";
import { haveLossesAtStake } from "../risk/loss.ts";
import { readRisk, writeRisk } from "../risk/riskSnapshot.ts";
import { readRoutes, writeRoutes } from "./snapshotRoutes.ts";
import { readFees, readRules, writeFees, writeRules } from "./snapshotRules.ts";
import type { EngineState } from "../state/state.ts";

/** Counts up with every change of the canonical bytes: state hashes of different formats cannot be compared. */
export const FORMAT = 3;

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
  out.number(state.advancedUs);
  writeRules(state, out);
  writeCatalog(state, out);
  writeFees(state, out);
  writeBalances(state, out);
  writeRecentIds(state, out);
  writeOrders(state, out);
  writeLists(state, out);
  writeRisk(state, out);
  writeRoutes(state, out);
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
  state.advancedUs = from.integer(0);
  readRules(state, from);
  readCatalog(state, from);
  readFees(state, from);
  readBalances(state, from);
  readRecentIds(state, from);
  readOrders(state, from);
  readLists(state, from);
  readRisk(state, from);
  readRoutes(state, from);
  from.expectEnd();
  checkInvariants(engine);
  state.risk.lossesMove = haveLossesAtStake(state);
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
    writeMarket(state, instrument.instrumentId, out);
  }
}

function readCatalog(state: EngineState, from: ByteReader): void {
  for (let left = from.integer(0); left > 0; left -= 1) {
    assetDefined(state, fromJson(assetSchema, from.text()));
    const issued = from.text();
    invariant(/^\d+$/.test(issued), `snapshot has the issued amount "${issued}"`);
    state.issued[state.issued.length - 1] = BigInt(issued);
  }
  for (let left = from.integer(0); left > 0; left -= 1) accountOpened(state, fromJson(accountSchema, from.text()));
  for (let left = from.integer(0); left > 0; left -= 1) {
    const instrument = fromJson(instrumentSchema, from.text());
    const { catalog } = state;
    invariant(
      catalog.hasAsset(instrument.baseAssetId) && catalog.hasAsset(instrument.quoteAssetId) && catalog.feeAccountId !== 0,
      "snapshot has an instrument of nothing",
    );
    instrumentListed(state, instrument);
    state.markets.setLastTrade(instrument.instrumentId, from.integer(0), from.integer(0), from.integer(0));
    state.markets.setLastTradeId(instrument.instrumentId, from.integer(0));
    state.markets.setLastTradeAtUs(instrument.instrumentId, from.integer(0));
    readMarket(state, instrument.instrumentId, from);
  }
}

function writeBalances(state: EngineState, out: ByteWriter): void {
  const { accounts, balances } = state;
  let count = 0;
  for (const handle of balances) if (balances.total(handle) !== 0) count += 1;
  out.number(count);
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const own = [...balances.ofAccount(accountId)].filter((handle) => balances.total(handle) !== 0);
    own.sort((a, b) => balances.assetId(a) - balances.assetId(b));
    for (const handle of own) {
      out.number(accountId);
      out.number(balances.assetId(handle));
      out.number(balances.total(handle));
    }
  }
}

function readBalances(state: EngineState, from: ByteReader): void {
  for (let left = from.integer(0); left > 0; left -= 1) {
    const accountId = from.integer(1);
    const assetId = from.integer(1);
    invariant(state.accounts.exists(accountId) && state.catalog.hasAsset(assetId), "snapshot has a balance of nobody or of nothing");
    state.balances.addTotal(state.balances.open(accountId, assetId), from.integer(1));
  }
}

function writeRecentIds(state: EngineState, out: ByteWriter): void {
  const { accounts, clientOrderIds } = state;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    out.number(accounts.recentCount(accountId));
    for (const clientOrderId of clientOrderIds.recentOf(accountId)) out.number(clientOrderId);
  }
}

function readRecentIds(state: EngineState, from: ByteReader): void {
  const { accounts, clientOrderIds } = state;
  for (let accountId = 1; accountId <= accounts.highestHandle; accountId += 1) {
    const count = from.integer(0);
    invariant(count <= REMEMBERED_ORDERS, `snapshot remembers ${count} orders of account ${accountId}`);
    for (let left = count; left > 0; left -= 1) clientOrderIds.remember(accountId, from.integer(1));
  }
}
