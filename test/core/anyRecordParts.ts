import fc from "fast-check";
import { clientClasses, pairTypes, products } from "../../shared/catalog.ts";
import { operatorActions } from "../../shared/commands.ts";
import { MAX_CATALOG_ID } from "../../shared/ids.ts";
import { MAX_AMOUNT, MAX_LOTS, MAX_TICKS } from "../../shared/money.ts";
import { discrepancies } from "../../shared/venueReports.ts";
import { orderTypes, pegs, postOnlyModes, selfTradeModes, selfTradeScopes, sides, timesInForce, triggers } from "../../shared/orders.ts";
import { rejectTable } from "../../shared/rejects.ts";
import { riskControls, riskLevels } from "../../shared/risk.ts";
import { licenceStatuses } from "../../shared/venues.ts";
import { coinUsd } from "./drive.ts";

/** What records are made of, in all its range: ids, quantities, texts, and the objects that commands and events carry. */

export const catalogId = fc.integer({ min: 1, max: MAX_CATALOG_ID });
export const seq = fc.integer({ min: 1, max: MAX_AMOUNT });
export const amount = fc.integer({ min: 1, max: MAX_AMOUNT });
export const lots = fc.integer({ min: 1, max: MAX_LOTS });
export const ticks = fc.integer({ min: 1, max: MAX_TICKS });
const code = fc.stringMatching(/^[A-Z0-9][A-Z0-9._/-]{0,10}$/);
export const label = fc.string({ minLength: 1, maxLength: 30, unit: "binary" });
export const asset = fc.record({ assetId: catalogId, code, decimals: fc.integer({ min: 0, max: 12 }), usdMillionths: fc.nat(10 ** 9) });
const place = fc.stringMatching(/^[A-Z]{2}$/);
const words = fc.stringMatching(/^[A-Za-z]{1,20}$/);
const time = fc.integer({ min: 0, max: MAX_AMOUNT });

export const account = fc.record({
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

export const instrument = fc
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

export const terms = {
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

export const anyLots = { lots: fc.option(lots) };
export const aboutOrder = { orderId: seq, accountId: catalogId, instrumentId: catalogId };
export const held = fc.integer({ min: 0, max: MAX_AMOUNT });

/** Words that the schema leaves as they are. */
export const reason = fc.stringMatching(/^[a-z]{3,20}$/);

const operand = fc.option(fc.integer({ min: 0, max: MAX_AMOUNT }));

export const refusal = fc.record({
  code: fc.constantFrom(...Object.keys(rejectTable)),
  limit: operand,
  used: operand,
  actual: operand,
  headroom: operand,
  nearest: fc.option(fc.record({ limitTicks: fc.option(ticks), lots })),
  licenceId: fc.option(catalogId),
  ruleId: fc.option(catalogId),
});

export const venue = fc.record({
  venueId: catalogId,
  siteCode: fc.stringMatching(/^[A-Z]{2,8}$/),
  name: words,
  operator: words,
  jurisdiction: place,
});

export const licence = fc.record({
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

export const rule = fc.record({
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

export const withdrawal = fc.record({ fromUs: time, clause: words });
const rates = fc.record({ makerPpm: fc.integer({ min: -100_000, max: 100_000 }), takerPpm: fc.nat(100_000) });

export const schedule = fc.record({
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

export const tier = fc.nat(15);
export const action = fc.constantFrom(...operatorActions);

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

export const list = fc.oneof(
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
export const plain = { ...terms };
for (const name of ["quoteAmount", "displayLots", "expireAtUs", "triggerTicks", "offsetTicks"] as const) plain[name] = fc.constant(null);

export const why = fc.stringMatching(/^[a-z]{3,12}$/);

export const riskNode = fc.record({
  nodeId: catalogId,
  level: fc.constantFrom(...riskLevels),
  parentId: catalogId,
  name: why,
  accountId: fc.option(catalogId),
  currencyAssetId: catalogId,
});

export const limitProposal = fc.record({
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

export const killScope = fc.oneof(
  fc.record({ kind: fc.constant("user"), actor: label }),
  fc.record({ kind: fc.constant("account"), accountId: catalogId }),
  fc.record({ kind: fc.constant("node"), nodeId: catalogId }),
);

const goodForUs = fc.integer({ min: 1, max: 10 ** 15 });

export const conversionMark = fc.record({
  fromAssetId: catalogId,
  toAssetId: catalogId,
  numerator: fc.integer({ min: 1, max: 10 ** 9 }),
  denominator: fc.integer({ min: 1, max: 10 ** 6 }),
  goodForUs,
});

export const referenceMark = fc.record({ instrumentId: catalogId, ticks, goodForUs });

export const breach = {
  nodeId: catalogId,
  control: fc.constantFrom(...riskControls),
  instrumentId: fc.option(catalogId),
  accountId: catalogId,
  limit: fc.nat(),
  used: fc.nat(),
  actual: fc.nat(),
};

export const venueId = fc.stringMatching(/^[0-9]{1,20}$/);
export const remark = fc.string({ maxLength: 20 });

export const venueReport = fc.oneof(
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
