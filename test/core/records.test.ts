import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandKinds, eventKinds } from "../../engine/core/records/kinds.ts";
import { commandLayouts, eventLayouts, layoutOfKind } from "../../engine/core/records/layout.ts";
import { RecordCursor, decodeEntries, encodeCommands, encodeEntries, unsoundness } from "../../engine/core/records/records.ts";
import { clientClasses, pairTypes, products, type Account, type Asset, type Instrument } from "../../shared/catalog.ts";
import { commandSchema, operatorActions, type Command } from "../../shared/commands.ts";
import type { Event, JournalEntry } from "../../shared/events.ts";
import { MAX_CATALOG_ID, type EpochUs, type Seq, type VenueId } from "../../shared/ids.ts";
import { MAX_AMOUNT, MAX_LOTS, MAX_TICKS, type Amount } from "../../shared/money.ts";
import { discrepancies, routeStandings } from "../../shared/venueReports.ts";
import {
  adjustmentReasons,
  cancelReasons,
  orderTypes,
  phaseCauses,
  pegs,
  postOnlyModes,
  selfTradeModes,
  selfTradeScopes,
  sides,
  timesInForce,
  tradingPhases,
  triggers,
} from "../../shared/orders.ts";
import { rejectTable } from "../../shared/rejects.ts";
import { breachTiers, riskControls, riskLevels, riskLocks, tradingStates } from "../../shared/risk.ts";
import { licenceStatuses } from "../../shared/venues.ts";
import { coinUsd, fundedVenue, order } from "./drive.ts";
import { SEED } from "./runBoth.ts";

const catalogId = fc.integer({ min: 1, max: MAX_CATALOG_ID });
const seq = fc.integer({ min: 1, max: MAX_AMOUNT });
const amount = fc.integer({ min: 1, max: MAX_AMOUNT });
const lots = fc.integer({ min: 1, max: MAX_LOTS });
const ticks = fc.integer({ min: 1, max: MAX_TICKS });
const code = fc.stringMatching(/^[A-Z0-9][A-Z0-9._/-]{0,10}$/);
const label = fc.string({ minLength: 1, maxLength: 30, unit: "binary" });

const asset = fc.record({ assetId: catalogId, code, decimals: fc.integer({ min: 0, max: 12 }), usdMillionths: fc.nat(10 ** 9) });
const place = fc.stringMatching(/^[A-Z]{2}$/);
const words = fc.stringMatching(/^[A-Za-z]{1,20}$/);
const time = fc.integer({ min: 0, max: MAX_AMOUNT });
const account = fc.record({
  accountId: catalogId,
  code,
  name: label,
  owner: fc.constantFrom("desk", "sim-maker"),
  clientClass: fc.constantFrom(...clientClasses),
  receivesFees: fc.boolean(),
  groupId: fc.option(catalogId),
  firmId: fc.option(catalogId),
  residence: fc.option(place),
  masterAccountId: fc.option(catalogId),
});
/** What journals of earlier versions lack, as it is filled in. */
const newFields = {
  maxNotional: null,
  marketMaxNotional: null,
  maxOpenOrders: null,
  staticBandPpm: null,
  dynamicBandPpm: null,
  volatilityAuctionUs: 300_000_000,
  initialPhase: "continuous",
};
const instrument = fc
  .record({
    instrumentId: catalogId,
    symbol: code,
    minLots: lots,
    minNotional: fc.nat(),
    venueId: fc.option(catalogId),
    product: fc.constantFrom(...products),
    pairType: fc.constantFrom(...pairTypes),
  })
  .map((changes) => ({ ...newFields, ...coinUsd, ...changes }));
const terms = {
  accountId: catalogId,
  instrumentId: catalogId,
  clientOrderId: seq,
  side: fc.constantFrom(...sides),
  orderType: fc.constantFrom(...orderTypes),
  timeInForce: fc.constantFrom(...timesInForce),
  limitTicks: fc.option(ticks),
  lots,
  quoteAmount: fc.option(amount),
  displayLots: fc.option(lots),
  expireAtUs: fc.option(seq),
  trigger: fc.option(fc.constantFrom(...triggers)),
  triggerTicks: fc.option(ticks),
  offsetTicks: fc.option(ticks),
  peg: fc.option(fc.constantFrom(...pegs)),
  postOnly: fc.option(fc.constantFrom(...postOnlyModes)),
  reduceOnly: fc.boolean(),
  selfTradeMode: fc.option(fc.constantFrom(...selfTradeModes)),
  selfTradeScope: fc.option(fc.constantFrom(...selfTradeScopes)),
};
const anyLots = { lots: fc.option(lots) };
const aboutOrder = { orderId: seq, accountId: catalogId, instrumentId: catalogId };
const held = fc.integer({ min: 0, max: MAX_AMOUNT });
/** Words that the schema leaves as they are. */
const reason = fc.stringMatching(/^[a-z]{3,20}$/);
const operand = fc.option(fc.integer({ min: 0, max: MAX_AMOUNT }));
const refusal = fc.record({
  code: fc.constantFrom(...Object.keys(rejectTable)),
  limit: operand,
  used: operand,
  actual: operand,
  headroom: operand,
  nearest: fc.option(fc.record({ limitTicks: fc.option(ticks), lots })),
  licenceId: fc.option(catalogId),
  ruleId: fc.option(catalogId),
});
const venue = fc.record({
  venueId: catalogId,
  siteCode: fc.stringMatching(/^[A-Z]{2,8}$/),
  name: words,
  operator: words,
  jurisdiction: place,
});
const licence = fc.record({
  licenceId: catalogId,
  venueId: catalogId,
  regulator: words,
  name: words,
  reference: words,
  status: fc.constantFrom(...licenceStatuses),
  fromUs: fc.option(time),
  products: fc.uniqueArray(fc.record({ product: fc.constantFrom(...products), fromUs: fc.option(time) }), {
    selector: (one) => one.product,
  }),
  remark: words,
});
const rule = fc.record({
  ruleId: catalogId,
  venueId: catalogId,
  licenceId: catalogId,
  effect: fc.constantFrom("allow", "deny"),
  clientClasses: fc.uniqueArray(fc.constantFrom(...clientClasses), { minLength: 1 }),
  residence: fc.oneof(
    fc.constant({ mode: "any" }),
    fc.record({ mode: fc.constantFrom("only", "except"), places: fc.array(place, { minLength: 1, maxLength: 4 }) }),
  ),
  product: fc.option(fc.constantFrom(...products)),
  pairs: fc.option(fc.array(code, { minLength: 1, maxLength: 3 })),
  fromUs: time,
  untilUs: fc.constantFrom(null, MAX_AMOUNT),
  clause: words,
});
const withdrawal = fc.record({ fromUs: time, clause: words });
const rates = fc.record({ makerPpm: fc.integer({ min: -100_000, max: 100_000 }), takerPpm: fc.nat(100_000) });
const schedule = fc.record({
  scheduleId: catalogId,
  venueId: catalogId,
  name: words,
  fromUs: time,
  minimumFeeUsdMillionths: fc.nat(10 ** 9),
  tiers: fc.array(fc.record({ minVolumeUsd: fc.nat(), tokenFiat: rates, tokenToken: rates, securityToken: rates }), {
    minLength: 1,
    maxLength: 16,
  }),
  reference: words,
});
const tier = fc.nat(15);
const action = fc.constantFrom(...operatorActions);

const part = fc.record({
  side: terms.side,
  orderType: terms.orderType,
  timeInForce: terms.timeInForce,
  limitTicks: fc.option(ticks),
  lots,
  expireAtUs: fc.option(seq),
  trigger: terms.trigger,
  triggerTicks: fc.option(ticks),
  offsetTicks: fc.option(ticks),
});
const list = fc.oneof(
  fc.record({ kind: fc.constant("oco"), limit: part, stop: part }),
  fc.record({ kind: fc.constant("oto"), first: part, second: part }),
  fc.record({
    kind: fc.constant("bracket"),
    entry: part,
    profitTicks: ticks,
    stopTicks: ticks,
    stopLimitTicks: fc.option(ticks),
    trigger: terms.trigger,
  }),
);

/** Orders without anything special, whose rows are short. */
const plain = { ...terms };
for (const name of ["quoteAmount", "displayLots", "expireAtUs", "triggerTicks", "offsetTicks"] as const) plain[name] = fc.constant(null);
const why = fc.stringMatching(/^[a-z]{3,12}$/);
const riskNode = fc.record({
  nodeId: catalogId,
  level: fc.constantFrom(...riskLevels),
  parentId: catalogId,
  name: why,
  accountId: fc.option(catalogId),
  currencyAssetId: catalogId,
});
const limitProposal = fc.record({
  nodeId: catalogId,
  changes: fc.array(
    fc.record({
      control: fc.constantFrom(...riskControls),
      instrumentId: fc.option(catalogId),
      soft: fc.option(fc.nat()),
      hard: fc.option(fc.nat()),
      parameter: fc.option(fc.integer({ min: 1, max: 10 ** 9 })),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  effectiveUs: fc.option(seq),
  expiresUs: fc.option(seq),
  reason: why,
});
const killScope = fc.oneof(
  fc.record({ kind: fc.constant("user"), actor: label }),
  fc.record({ kind: fc.constant("account"), accountId: catalogId }),
  fc.record({ kind: fc.constant("node"), nodeId: catalogId }),
);
const goodForUs = fc.integer({ min: 1, max: 10 ** 15 });
const conversionMark = fc.record({
  fromAssetId: catalogId,
  toAssetId: catalogId,
  numerator: fc.integer({ min: 1, max: 10 ** 9 }),
  denominator: fc.integer({ min: 1, max: 10 ** 6 }),
  goodForUs,
});
const referenceMark = fc.record({ instrumentId: catalogId, ticks, goodForUs });
const breach = {
  nodeId: catalogId,
  control: fc.constantFrom(...riskControls),
  instrumentId: fc.option(catalogId),
  accountId: catalogId,
  limit: fc.nat(),
  used: fc.nat(),
  actual: fc.nat(),
};

const venueId = fc.stringMatching(/^[0-9]{1,20}$/);
const remark = fc.string({ maxLength: 20 });
const venueReport = fc.oneof(
  fc.record({
    kind: fc.constant("linked"),
    link: fc.record({
      venueId: catalogId,
      site: fc.constantFrom("HK", "GLB"),
      address: fc.constant("https://venue.example"),
      simulated: fc.boolean(),
      accountId: catalogId,
      tag: fc.stringMatching(/^[a-z0-9]{8}$/),
      sinceTradeId: venueId,
    }),
  }),
  fc.constantFrom({ kind: "live" }, { kind: "lost", why: "cut" }),
  fc.record({ kind: fc.constant("acknowledged"), orderId: seq, venueOrderId: venueId }),
  fc.record({ kind: fc.constantFrom("unanswered", "refused", "cancelRefused"), orderId: seq, why: remark }),
  fc.record({ kind: fc.constant("filled"), orderId: seq, venueTradeId: venueId, ticks, lots, isTaker: fc.boolean(), fee: fc.integer() }),
  fc.record({ kind: fc.constant("closed"), orderId: seq, filledLots: fc.nat(1_000), arrived: fc.boolean() }),
  fc.record({ kind: fc.constant("adjusted"), accountId: catalogId, assetId: catalogId, amount: fc.integer(), why: remark }),
  fc.record({
    kind: fc.constant("discrepancy"),
    about: fc.constantFrom(...discrepancies),
    orderId: fc.option(seq),
    venueTradeId: fc.option(venueId),
    text: remark,
  }),
  fc.record({
    kind: fc.constant("takeOverProposed"),
    by: venueId,
    why: remark,
    adjustments: fc.uniqueArray(fc.record({ assetId: catalogId, amount: fc.integer() }), {
      selector: ({ assetId }) => assetId,
      maxLength: 5,
    }),
  }),
  fc.record({ kind: fc.constantFrom("takeOverWithdrawn", "takenOver"), proposalId: seq, by: venueId }),
);

/** An arbitrary of every command, by its type: a new command without one does not compile. */
const commands: Record<Command["type"], fc.Arbitrary<object>> = {
  DefineAsset: fc.record({ asset }),
  ListInstrument: fc.record({ instrument }),
  OpenAccount: fc.record({ account }),
  DepositFunds: fc.record({ accountId: catalogId, assetId: catalogId, amount }),
  SubmitOrder: fc.oneof(
    fc.record({ ...terms, ...anyLots, confirmation: fc.option(reason), keepOnDisconnect: fc.boolean() }),
    fc.record(plain),
  ),
  CancelOrder: fc.record({ accountId: catalogId, orderId: seq }),
  CancelAllOrders: fc.record({ accountId: catalogId, instrumentId: fc.option(catalogId) }),
  RecordOperatorAction: fc.record({ action, detail: label }),
  AmendOrder: fc.record({
    accountId: catalogId,
    orderId: seq,
    limitTicks: fc.option(ticks),
    lots: fc.option(lots),
    triggerTicks: fc.option(ticks),
    confirmation: fc.option(reason),
  }),
  MassCancel: fc.record({ accountId: catalogId, instrumentId: fc.option(catalogId), side: fc.option(fc.constantFrom(...sides)) }),
  SubmitOrderList: fc.record({ accountId: catalogId, instrumentId: catalogId, clientOrderId: seq, list, confirmation: fc.option(reason) }),
  SetTradingPhase: fc.record({ instrumentId: catalogId, phase: fc.constantFrom(...tradingPhases), untilUs: fc.option(seq) }),
  SetMarkPrice: fc.record({ instrumentId: catalogId, ticks }),
  SetIndexPrice: fc.record({ instrumentId: catalogId, ticks }),
  DefineRiskNode: fc.record({ node: riskNode }),
  ProposeLimits: fc.record({ proposal: limitProposal }),
  ApproveLimits: fc.record({ proposalId: seq }),
  RejectLimits: fc.record({ proposalId: seq, reason: why }),
  SetTradingState: fc.record({ change: fc.record({ nodeId: catalogId, state: fc.constantFrom(...tradingStates), reason: why }) }),
  EngageKillSwitch: fc.record({ kill: fc.record({ scope: killScope, flatten: fc.boolean(), reason: why }) }),
  RearmKillSwitch: fc.record({ rearm: fc.record({ scope: killScope, reason: why }) }),
  OpenSession: fc.record({ session: fc.record({ session: label, cancelOnDisconnect: fc.boolean() }) }),
  CloseSession: fc.record({ session: label }),
  ReleaseRiskLock: fc.record({ release: fc.record({ nodeId: catalogId, lock: fc.constantFrom("disabled", "protected"), reason: why }) }),
  SetConversionMark: fc.record({ mark: conversionMark }),
  SetReferencePrice: fc.record({ mark: referenceMark }),
  DefineVenue: fc.record({ venue }),
  DefineLicence: fc.record({ licence }),
  WithdrawLicence: fc.record({ licenceId: catalogId, withdrawal }),
  SetEligibilityRule: fc.record({ rule: rule.filter(({ fromUs }) => fromUs < MAX_AMOUNT) }),
  WithdrawEligibilityRule: fc.record({ ruleId: catalogId, withdrawal }),
  DefineFeeSchedule: fc.record({ schedule }),
  RecordVenueReport: fc.record({ report: venueReport }),
  AdvanceTime: fc.constant({}),
};

/** An arbitrary of every event, by its type. Ids that are the record's own sequence number are added later. */
const events: Record<Event["type"], fc.Arbitrary<object>> = {
  AssetDefined: fc.record({ asset }),
  InstrumentListed: fc.record({ instrument }),
  AccountOpened: fc.record({ account }),
  FundsDeposited: fc.record({ accountId: catalogId, assetId: catalogId, amount }),
  OrderAccepted: fc.oneof(
    fc.record({ ...terms, held, askedLots: fc.option(lots), workingTicks: fc.option(ticks), listId: fc.option(seq) }),
    fc.record({ ...plain, held, askedLots: fc.constant(null), workingTicks: fc.constant(null), listId: fc.constant(null) }),
  ),
  OrderRested: fc.record({ orderId: seq, leavesLots: lots }),
  OrderFilled: fc.record({
    instrumentId: catalogId,
    ticks,
    lots,
    takerSide: fc.constantFrom(...sides),
    makerOrderId: seq,
    takerOrderId: seq,
    makerAccountId: catalogId,
    takerAccountId: catalogId,
    makerFee: fc.integer({ min: -MAX_AMOUNT, max: MAX_AMOUNT }),
    takerFee: fc.integer({ min: 0, max: MAX_AMOUNT }),
    makerLeavesLots: fc.nat(MAX_LOTS),
    takerLeavesLots: fc.nat(MAX_LOTS),
  }),
  OrderCancelled: fc.record({
    orderId: seq,
    accountId: catalogId,
    instrumentId: catalogId,
    reason: fc.constantFrom(...cancelReasons),
    leavesLots: lots,
  }),
  OrderDenied: fc.oneof(fc.record({ ...terms, ...anyLots, refusal }), fc.record({ ...plain, refusal })),
  CancelDenied: fc.record({ accountId: catalogId, orderId: seq, refusal }),
  CommandDenied: fc.record({ commandType: fc.constantFrom(...Object.keys(commandKinds)), refusal }),
  OperatorActionRecorded: fc.record({ action, detail: label }),
  AllOrdersCancelled: fc.record({ accountId: catalogId, instrumentId: fc.option(catalogId), orders: fc.nat(MAX_LOTS) }),
  OrderAmended: fc.record({
    ...aboutOrder,
    limitTicks: fc.option(ticks),
    triggerTicks: fc.option(ticks),
    lots,
    leavesLots: lots,
    held,
    keepsPlace: fc.boolean(),
  }),
  AmendDenied: fc.record({ accountId: catalogId, orderId: seq, refusal }),
  OrderAdjusted: fc.record({ ...aboutOrder, reason: fc.constantFrom(...adjustmentReasons), lots, leavesLots: lots, held }),
  OrdersMassCancelled: fc.record({
    accountId: catalogId,
    instrumentId: fc.option(catalogId),
    side: fc.option(fc.constantFrom(...sides)),
    orders: fc.nat(MAX_LOTS),
  }),
  OrderTriggered: fc.record({ ...aboutOrder, ticks, workingTicks: ticks, held }),
  TriggerMoved: fc.record({ ...aboutOrder, triggerTicks: ticks }),
  OrderRepriced: fc.record({ ...aboutOrder, workingTicks: ticks }),
  MarkPriceSet: fc.record({ instrumentId: catalogId, ticks }),
  OrderListAccepted: fc.record({
    accountId: catalogId,
    instrumentId: catalogId,
    clientOrderId: seq,
    parentListId: fc.option(seq),
    list,
    confirmation: fc.option(reason),
  }),
  OrderListEnded: fc.record({ listId: seq }),
  TradingPhaseChanged: fc.record({
    instrumentId: catalogId,
    phase: fc.constantFrom(...tradingPhases),
    untilUs: fc.option(seq),
    cause: fc.constantFrom(...phaseCauses),
  }),
  AuctionUncrossed: fc.record({ instrumentId: catalogId, ticks: fc.option(ticks), lots: fc.nat(), surplusLots: fc.integer() }),
  IndexPriceSet: fc.record({ instrumentId: catalogId, ticks }),
  RiskNodeDefined: fc.record({ node: riskNode }),
  LimitsProposed: fc.record({ proposal: fc.tuple(limitProposal, label).map(([proposal, by]) => ({ ...proposal, by })) }),
  LimitsApproved: fc.record({ proposalId: seq, by: label }),
  LimitsRejected: fc.record({ proposalId: seq, by: label, reason: label }),
  LimitsApplied: fc.record({ proposalId: seq }),
  LimitsExpired: fc.record({ proposalId: seq }),
  RiskBreached: fc.record({ ...breach, tier: fc.constantFrom(...breachTiers), headroom: fc.nat() }),
  SoftLimitConfirmed: fc.record({ ...breach, clientOrderId: seq, confirmation: label }),
  TradingStateSet: fc.record({
    change: fc.record({ nodeId: catalogId, state: fc.constantFrom(...tradingStates), reason: why, by: label }),
  }),
  KillSwitchEngaged: fc.record({ kill: fc.record({ scope: killScope, flatten: fc.boolean(), reason: why, by: label }) }),
  KillSwitchRearmed: fc.record({ rearm: fc.record({ scope: killScope, reason: why, by: label }) }),
  SessionOpened: fc.record({ session: fc.record({ session: label, cancelOnDisconnect: fc.boolean() }) }),
  SessionClosed: fc.record({ session: label, orders: fc.nat(MAX_LOTS) }),
  RiskLocked: fc.record({
    nodeId: catalogId,
    lock: fc.constantFrom(...riskLocks),
    limit: fc.nat(),
    used: fc.nat(),
    untilUs: fc.option(seq),
  }),
  RiskLockReleased: fc.record({ release: fc.record({ nodeId: catalogId, lock: fc.constantFrom(...riskLocks), reason: label, by: label }) }),
  ConversionMarkSet: fc.record({ mark: conversionMark }),
  ReferencePriceSet: fc.record({ mark: referenceMark }),
  VenueDefined: fc.record({ venue }),
  LicenceDefined: fc.record({ licence }),
  LicenceWithdrawn: fc.record({ licenceId: catalogId, withdrawal }),
  EligibilityRuleSet: fc.record({ rule: rule.filter(({ fromUs }) => fromUs < MAX_AMOUNT) }),
  EligibilityRuleWithdrawn: fc.record({ ruleId: catalogId, withdrawal }),
  FeeScheduleDefined: fc.record({ schedule }),
  FeeTierComputed: fc.record({ accountId: catalogId, venueId: catalogId, tier, volumeUsdMillionths: fc.nat(MAX_AMOUNT) }),
  FeeTierApplied: fc.record({ accountId: catalogId, venueId: catalogId, tier }),
  TimeAdvanced: fc.record({ consequences: fc.nat(MAX_AMOUNT) }),
  OrderRouted: fc.record({
    orderId: seq,
    accountId: catalogId,
    instrumentId: catalogId,
    limitTicks: fc.option(ticks),
    quoteAmount: fc.option(amount),
    sender: fc.option(fc.string()),
    replaces: fc.option(seq),
  }),
  AmendRouted: fc.record({
    orderId: seq,
    accountId: catalogId,
    instrumentId: catalogId,
    limitTicks: ticks,
    lots,
    untilUs: seq,
    confirmation: fc.option(reason),
  }),
  RestDenied: fc.record({ orderId: seq, accountId: catalogId, instrumentId: catalogId, refusal }),
  CancelRouted: fc.record({ orderId: seq, accountId: catalogId, instrumentId: catalogId, reason: fc.constantFrom(...cancelReasons) }),
  RouteChanged: fc.record({
    orderId: seq,
    accountId: catalogId,
    instrumentId: catalogId,
    standing: fc.constantFrom(...routeStandings),
    venueOrderId: venueId,
    note: remark,
  }),
  VenueFilled: fc.record({
    instrumentId: catalogId,
    ticks,
    lots,
    takerSide: fc.constantFrom(...sides),
    makerOrderId: fc.constant(0),
    takerOrderId: seq,
    makerAccountId: fc.constant(0),
    takerAccountId: catalogId,
    makerFee: fc.constant(0),
    takerFee: fc.integer(),
    makerLeavesLots: fc.constant(0),
    takerLeavesLots: fc.nat(1_000),
    venueTradeId: venueId,
  }),
  VenueReported: fc.record({ report: venueReport }),
  VenueReportRepeated: fc.record({ about: remark }),
};

/** Types whose event carries its own sequence number under this name. */
const ownIds: Record<string, string> = {
  OrderAccepted: "orderId",
  OrderFilled: "tradeId",
  VenueFilled: "tradeId",
  OrderListAccepted: "listId",
  LimitsProposed: "proposalId",
};

function typed(type: string, properties: object, ownSeq: number): object {
  const ownId = ownIds[type];
  return { type, ...properties, ...(ownId === undefined ? {} : { [ownId]: ownSeq }) };
}

describe(`rows of numbers and back, seed ${SEED}`, () => {
  test.each(Object.entries(commands))("JR-6 %s", (type, properties) => {
    fc.assert(
      fc.property(fc.array(fc.record({ properties, actor: label }), { minLength: 1, maxLength: 4 }), (drawn) => {
        const sent = drawn.map((one) => ({ actor: one.actor, command: commandSchema.parse({ type, ...one.properties }) }));
        const packed = encodeCommands(sent);
        expect(packed.count).toBe(sent.length);
        expect(decodeEntries(packed)).toEqual(
          sent.map(({ actor, command }, n) => ({ kind: "command", seq: n + 1, atUs: 0, actor, command })),
        );
        expectSound(packed);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  test.each(Object.entries(events))("JR-6 %s", (type, properties) => {
    fc.assert(
      fc.property(
        fc.array(properties, { minLength: 1, maxLength: 4 }),
        seq.map((n) => Math.min(n, 2 ** 52)),
        seq,
        (drawn, firstSeq, atUs) => {
          const cause: JournalEntry = {
            kind: "command",
            seq: firstSeq as Seq,
            atUs: atUs as EpochUs,
            actor: "a",
            command: { type: "RecordOperatorAction", action: "historyImported", detail: "d" },
          };
          const sent = [
            cause,
            ...drawn.map((one, n): JournalEntry => {
              const ownSeq = firstSeq + n + 1;
              return { kind: "event", seq: ownSeq as Seq, atUs: cause.atUs, causeSeq: cause.seq, event: typed(type, one, ownSeq) as Event };
            }),
          ];
          const packed = encodeEntries(sent);
          expect(decodeEntries(packed)).toEqual(sent);
          expectSound(packed);
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });
});

function expectSound(packed: Parameters<typeof decodeEntries>[0]): void {
  const cursor = new RecordCursor(packed);
  while (cursor.next()) expect(unsoundness(cursor)).toBeNull();
}

describe("layouts", () => {
  test("JR-6 every kind has one layout, and kind numbers are what journals hold", () => {
    const all = { ...commandKinds, ...eventKinds };
    expect(new Set(Object.values(all)).size).toBe(Object.keys(all).length);
    for (const [type, kind] of Object.entries(all)) expect(layoutOfKind(kind)?.type).toBe(type);
    expect(layoutOfKind(64)).toBeUndefined();
    expect(all).toMatchObject({ SubmitOrder: 5, OrderAccepted: 69, OrderFilled: 71, AllOrdersCancelled: 77 });
  });

  test("JR-6 slots stay where journals have them", () => {
    expect(commandLayouts.SubmitOrder.slots).toMatchObject({
      atUs: 1,
      actor: 2,
      accountId: 3,
      instrumentId: 4,
      clientOrderId: 5,
      terms: 6,
      limitTicks: 7,
      lots: 8,
    });
    expect(eventLayouts.OrderAccepted.slots).toMatchObject({
      accountId: 1,
      instrumentId: 2,
      clientOrderId: 3,
      terms: 4,
      limitTicks: 5,
      lots: 6,
      held: 7,
    });
    expect(eventLayouts.OrderFilled.slots).toMatchObject({
      instrumentId: 1,
      ticks: 2,
      lots: 3,
      takerSide: 4,
      makerFee: 9,
      takerFee: 10,
      takerLeavesLots: 12,
    });
  });

  test("JR-6 the cursor reads fields without objects", () => {
    const driver = fundedVenue();
    driver.send(order({ lots: 7 }), "desk");
    const cursor = new RecordCursor(driver.batches.at(-1)!);
    expect([cursor.next(), cursor.isCommand, cursor.kind]).toEqual([true, true, commandKinds.SubmitOrder]);
    expect([cursor.text(commandLayouts.SubmitOrder.slots.actor), cursor.get(commandLayouts.SubmitOrder.slots.lots)]).toEqual(["desk", 7]);
    const commandSeq = cursor.seq;
    expect([cursor.next(), cursor.isCommand, cursor.kind]).toEqual([true, false, eventKinds.OrderAccepted]);
    expect([cursor.seq, cursor.causeSeq, cursor.atUs]).toEqual([commandSeq + 1, commandSeq, driver.atUs]);
    expect([cursor.next(), cursor.next()]).toEqual([true, false]);
  });

  test("JR-6 encoding refuses a value of the wrong type", () => {
    const wrong = { ...commandSchema.parse(order({})), lots: "7" } as unknown as Command;
    expect(() => encodeCommands([{ command: wrong, actor: "a" }])).toThrow(/lots must be a number/);
    const unknown = { type: "RecordOperatorAction", action: "slept", detail: "d" } as unknown as Command;
    expect(() => encodeCommands([{ command: unknown, actor: "a" }])).toThrow(/action has a value/);
    expect(() => encodeCommands([{ command: commandSchema.parse(order({})), actor: 7 as unknown as string }])).toThrow(
      /actor must be a text/,
    );
  });

  test("JR-6 catalog objects keep all their fields", () => {
    // Written out once, so that a field lost by schema and test alike would show.
    const whole: { asset: Asset; account: Account; instrument: Instrument } = {
      asset: { assetId: 1, code: "USD", decimals: 7, usdMillionths: 1_000_000 } as Asset,
      account: {
        accountId: 2,
        code: "A",
        name: "Ä \u{1f4b1}",
        owner: "a",
        clientClass: "omnibus",
        receivesFees: true,
        groupId: 3,
        firmId: 4,
        residence: "HK",
        masterAccountId: 1,
      } as Account,
      instrument: {
        ...(coinUsd as Instrument),
        maxNotional: 9 as Amount,
        marketMaxNotional: 8 as Amount,
        maxOpenOrders: 7,
        staticBandPpm: 6,
        dynamicBandPpm: 5,
        volatilityAuctionUs: 4,
        initialPhase: "preOpen",
        venueId: 1 as VenueId,
        product: "securityToken",
        pairType: "securityToken",
      },
    };
    const sent = [
      { actor: "o", command: { type: "DefineAsset" as const, asset: whole.asset } },
      { actor: "o", command: { type: "OpenAccount" as const, account: whole.account } },
      { actor: "o", command: { type: "ListInstrument" as const, instrument: whole.instrument } },
    ];
    expect(decodeEntries(encodeCommands(sent)).map((entry) => entry.kind === "command" && entry.command)).toEqual(
      sent.map(({ command }) => command),
    );
  });
});
