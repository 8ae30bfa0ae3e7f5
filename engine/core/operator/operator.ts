import { accountSchema, assetSchema, instrumentSchema, type Instrument } from "../../../shared/catalog.ts";
import { exactRatio, unitStep } from "../../../shared/decimal.ts";
import { MAX_AMOUNT } from "../../../shared/money.ts";
import { emitCatalogEntry, emitCommandDenied, emitFundsDeposited, emitOperatorActionRecorded } from "../records/emit.ts";
import { emitPriceSet } from "../records/emitSpecials.ts";
import type { Engine } from "../engineParts.ts";
import { highestRebate } from "../state/feeBook.ts";
import { NO_OPERAND, fromJson } from "../records/fields.ts";
import { commandKinds } from "../records/kinds.ts";
import { commandLayouts, eventLayouts } from "../records/layout.ts";
import { PASSED, type Refused } from "../records/refused.ts";

const deposit = commandLayouts.DepositFunds.slots;
// The two commands have the same slots.
const price = commandLayouts.SetMarkPrice.slots;
const action = commandLayouts.RecordOperatorAction.slots;

/** LG-7: adds an asset to the catalog. */
export function defineAsset(engine: Engine, at: number): void {
  const jsonText = engine.log.numbers[at + commandLayouts.DefineAsset.slots.asset]!;
  const asset = fromJson(assetSchema, engine.log.texts.list[jsonText]!);
  const { catalog } = engine.state;
  if (checkNextId(engine.refused, asset.assetId, catalog.assets.length, catalog.hasAssetCode(asset.code)) !== PASSED) {
    return emitCommandDenied(engine, commandKinds.DefineAsset);
  }
  emitCatalogEntry(engine, eventLayouts.AssetDefined, jsonText);
}

/** LG-7, LG-9 and LG-16: opens an account. */
export function openAccount(engine: Engine, at: number): void {
  const jsonText = engine.log.numbers[at + commandLayouts.OpenAccount.slots.account]!;
  const account = fromJson(accountSchema, engine.log.texts.list[jsonText]!);
  const { catalog } = engine.state;
  const refusal =
    checkNextId(engine.refused, account.accountId, catalog.accounts.length, catalog.hasAccountCode(account.code)) ||
    (account.receivesFees && catalog.feeAccountId !== 0 ? engine.refused.because("CATALOG_FEE_ACCOUNT") : PASSED) ||
    checkMaster(engine, account.masterAccountId);
  if (refusal !== PASSED) return emitCommandDenied(engine, commandKinds.OpenAccount);
  emitCatalogEntry(engine, eventLayouts.AccountOpened, jsonText);
}

/** LG-7 to LG-9: lists an instrument; trading in it may begin at once. */
export function listInstrument(engine: Engine, at: number): void {
  const jsonText = engine.log.numbers[at + commandLayouts.ListInstrument.slots.instrument]!;
  const instrument = fromJson(instrumentSchema, engine.log.texts.list[jsonText]!);
  const { catalog } = engine.state;
  const refusal =
    checkNextId(engine.refused, instrument.instrumentId, catalog.instruments.length, catalog.hasSymbol(instrument.symbol)) ||
    checkInstrument(engine, instrument);
  if (refusal !== PASSED) return emitCommandDenied(engine, commandKinds.ListInstrument);
  emitCatalogEntry(engine, eventLayouts.InstrumentListed, jsonText);
}

/** LG-1: brings money in from outside; not in a journal that is linked to a venue. */
export function depositFunds(engine: Engine, at: number): void {
  const { log, refused, state } = engine;
  const accountId = log.numbers[at + deposit.accountId]!;
  const assetId = log.numbers[at + deposit.assetId]!;
  const amount = log.numbers[at + deposit.amount]!;
  const balance = state.accounts.exists(accountId) ? state.balances.find(accountId, assetId) : 0;
  const room = MAX_AMOUNT - state.balances.total(balance) - state.balances.incoming(balance);
  if (!state.accounts.exists(accountId)) refused.because("CATALOG_UNKNOWN_ACCOUNT");
  else if (!state.catalog.hasAsset(assetId)) refused.because("CATALOG_UNKNOWN_ASSET");
  // CN-10: what the venue has is the account's, and only an approved proposal takes another balance over.
  else if (state.routes.link !== null) refused.because("RISK_UNKNOWN_PROPOSAL");
  else if (amount > room) refused.with("LEDGER_OVERFLOW", MAX_AMOUNT, amount, room);
  else return emitFundsDeposited(engine, accountId, assetId, amount);
  emitCommandDenied(engine, commandKinds.DepositFunds);
}

/** MT-32: sets the mark or the index price of an instrument. */
export function setPrice(engine: Engine, at: number, kind: typeof commandKinds.SetMarkPrice | typeof commandKinds.SetIndexPrice): void {
  const { log, refused, state } = engine;
  const instrumentId = log.numbers[at + price.instrumentId]!;
  if (state.catalog.hasInstrument(instrumentId)) {
    const isMark = kind === commandKinds.SetMarkPrice;
    return emitPriceSet(
      engine,
      isMark ? eventLayouts.MarkPriceSet : eventLayouts.IndexPriceSet,
      instrumentId,
      log.numbers[at + price.ticks]!,
    );
  }
  refused.because("VALIDATE_UNKNOWN_INSTRUMENT");
  emitCommandDenied(engine, kind);
}

/** JR-4: keeps what an operator did outside the engine in the journal. */
export function recordOperatorAction(engine: Engine, at: number): void {
  const row = engine.log.numbers;
  emitOperatorActionRecorded(engine, row[at + action.action]!, row[at + action.detail]!);
}

export function checkNextId(refused: Refused, id: number, known: number, isCodeTaken: boolean): number {
  if (id <= known || isCodeTaken) return refused.with("CATALOG_DUPLICATE_ID", NO_OPERAND, id, NO_OPERAND);
  if (id > known + 1) return refused.with("CATALOG_ID_GAP", known + 1, id, NO_OPERAND);
  return PASSED;
}

/** LG-16: a master exists and has no master itself. */
function checkMaster(engine: Engine, masterAccountId: number | null): number {
  const { refused, state } = engine;
  if (masterAccountId === null) return PASSED;
  const isMaster = state.accounts.exists(masterAccountId) && state.accounts.masterId(masterAccountId) === masterAccountId;
  return isMaster ? PASSED : refused.because("CATALOG_SUB_ACCOUNT");
}

/** LG-8, LG-9 and EL-8: are the instrument's assets known, its steps and factors consistent, and is there an account for its fees? */
function checkInstrument(engine: Engine, instrument: Instrument): number {
  const { refused } = engine;
  const { catalog } = engine.state;
  const base = catalog.assets[instrument.baseAssetId - 1];
  const quote = catalog.assets[instrument.quoteAssetId - 1];
  if (base === undefined || quote === undefined) return refused.because("CATALOG_UNKNOWN_ASSET");
  if (catalog.feeAccountId === 0) return refused.because("CATALOG_FEE_ACCOUNT");
  if (!isOfVenue(engine, instrument)) return refused.because("CATALOG_UNKNOWN_VENUE");
  const unitsPerLot = exactRatio(instrument.lotSize, "1", unitStep(base.decimals), "baseUnitsPerLot");
  const unitsPerTickLot = exactRatio(instrument.tickSize, instrument.lotSize, unitStep(quote.decimals), "quoteUnitsPerTickLot");
  const isConsistent =
    base.assetId !== quote.assetId &&
    instrument.minLots <= instrument.maxLots &&
    instrument.minLots <= instrument.marketMaxLots &&
    unitsPerLot.ok &&
    unitsPerLot.value === instrument.baseUnitsPerLot &&
    unitsPerTickLot.ok &&
    unitsPerTickLot.value === instrument.quoteUnitsPerTickLot;
  if (!isConsistent) return refused.because("CATALOG_INVALID_INSTRUMENT");
  // LG-14: orders under the instrument's own rates may meet makers that are owed a rebate.
  const schedules = engine.state.fees.schedules.filter(({ venueId }) => venueId === instrument.venueId);
  const rebate = highestRebate(schedules, instrument.pairType);
  return rebate > instrument.takerFeePpm ? refused.with("CATALOG_REBATE_NOT_FUNDED", instrument.takerFeePpm, rebate, NO_OPERAND) : PASSED;
}

/** EL-8: an instrument names an existing venue as soon as there is any. */
function isOfVenue(engine: Engine, { venueId }: Instrument): boolean {
  const { rulebook } = engine.state;
  return venueId === null ? rulebook.venues.length === 0 : rulebook.hasVenue(venueId);
}
