import { z } from "zod";
import { clientClasses } from "../../shared/catalog.ts";
import { commandSchema, type CommandType } from "../../shared/commands.ts";
import { faultKinds } from "../../shared/faults.ts";
import { PPM } from "../../shared/money.ts";
import { cancelReasons, sides, tradingPhases } from "../../shared/orders.ts";
import { rejectTable, type RejectCode } from "../../shared/rejects.ts";
import { riskControls, tradingStates } from "../../shared/risk.ts";
import type { EventType } from "../../shared/events.ts";
import { eventKinds } from "../core/records/kinds.ts";
import { agentKinds } from "../sim/agents/kinds.ts";
import { seconds, someSeconds } from "../sim/agents/seconds.ts";
import { timelineFaultSchema } from "./faults.ts";

/** What a scenario file may say; engine/sim/scenarios/README.md explains it to people. Counts up when a file of before would mean something else. */
const SCENARIO_VERSION = 1;

/** A quantity, price or amount: digits with a decimal point, as a number or quoted. */
const decimal = z
  .union([z.string(), z.number().transform(plainText)])
  .refine((text) => /^(0|[1-9]\d{0,14})(\.\d{1,12})?$/.test(text), "a plain positive decimal");
/** Of a number that people wrote without an exponent and JavaScript would write with one. */
function plainText(number: number): string {
  const written = String(number);
  return written.includes("e-") ? number.toFixed(12).replace(/0+$/, "") : written;
}

const code = z.string().regex(/^[A-Z0-9][A-Z0-9._/-]{0,23}$/, "1 to 24 capital letters, digits, . _ / or -");
const ppm = z.number().int().min(0).max(PPM);
const text = z.string().trim().min(3).max(500);

const rates = {
  makerFeePpm: z
    .number()
    .int()
    .min(-PPM / 10)
    .max(PPM / 10),
  takerFeePpm: ppm.max(PPM / 10),
};

/** A venue with `licensed` has one licence that covers every product, one rule that admits every client, and fees of its own. */
const venueSchema = z.strictObject({
  code: z.string().regex(/^[A-Z]{2,8}$/, "2 to 8 capital letters"),
  name: z.string().min(1).max(64),
  licensed: z.boolean().default(false),
  fees: z.strictObject(rates).optional(),
});

const instrumentSchema = z.strictObject({
  /** BASE/QUOTE; a suffix after a dot keeps the books of two venues apart: BTC/USD.GLB. */
  symbol: code,
  /** Yesterday's close: where the fundamental begins, and what everybody knows at first. */
  price: decimal,
  venue: code.optional(),
  tickSize: decimal.default("0.01"),
  lotSize: decimal.default("0.00001"),
  minQuantity: decimal.optional(),
  maxQuantity: decimal.default("100"),
  minNotional: decimal.default("10"),
  priceBandPpm: z.number().int().min(1).max(PPM).default(200_000),
  makerFeePpm: ppm.default(500),
  takerFeePpm: ppm.default(1_000),
  staticBandPpm: z.number().int().min(1).max(PPM).optional(),
  dynamicBandPpm: z.number().int().min(1).max(PPM).optional(),
  volatilityAuction: someSeconds.default(10_000_000),
  phase: z.enum(tradingPhases).default("continuous"),
  /** How the value moves that informed participants are told. */
  fundamental: z
    .strictObject({
      volatilityPpm: z.number().min(0).max(20_000).default(60),
      reversionPpm: z.number().min(0).max(PPM).default(300),
      driftPpm: z.number().min(-10_000).max(10_000).default(0),
    })
    .default({ volatilityPpm: 60, reversionPpm: 300, driftPpm: 0 }),
  /** Takes the value of another instrument, scaled to its own opening price, instead of one of its own. */
  follows: code.optional(),
});

const accountSchema = z.strictObject({
  code,
  name: z.string().min(1).max(64).optional(),
  owner: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,23}$/, "1 to 24 small letters, digits or -")
    .default("desk"),
  clientClass: z.enum(clientClasses).default("corporateProfessional"),
  balances: z.record(code, decimal).default({}),
});

const limitSchema = z.strictObject({
  /** An account's code or a participant's name; the whole venue when absent. */
  account: z.string().optional(),
  control: z.enum(riskControls),
  instrument: code.optional(),
  /** In whole units of the currency or the base asset, in millionths, or counts, as the control has it. */
  soft: decimal.optional(),
  hard: decimal.optional(),
  /** A length of time for the controls that look back or cool off, tokens a second for messages. */
  window: someSeconds.optional(),
  perSecond: z.number().int().min(1).max(1_000_000).optional(),
});

/** What the host records of persons, venues and its own clock; no file says that in its place. */
const hostsCommands = ["RecordOperatorAction", "RecordVenueReport", "AdvanceTime"] as const satisfies readonly CommandType[];

const at = { at: seconds };
const on = { instrument: code };
const whom = { account: z.string() };
const lasting = { for: someSeconds };

const timelineSchema = z.discriminatedUnion("do", [
  z.strictObject({ do: z.literal("halt"), ...at, ...on, for: someSeconds.optional() }),
  z.strictObject({ do: z.literal("resume"), ...at, ...on }),
  z.strictObject({ do: z.literal("close"), ...at, ...on }),
  z.strictObject({
    do: z.literal("auction"),
    ...at,
    ...on,
    ...lasting,
    phase: z.enum(["openingAuction", "closingAuction", "volatilityAuction"]).default("openingAuction"),
  }),
  /** The value leaps and comes back; with `fade` 0 it stays away until its mean pulls it back. */
  z.strictObject({ do: z.literal("priceShock"), ...at, ...on, ppm: z.number().int().min(-900_000).max(900_000), fade: seconds.default(0) }),
  /** The value leaps for good, and the flow is busier for a while. */
  z.strictObject({
    do: z.literal("news"),
    ...at,
    ...on,
    ...lasting,
    ppm: z.number().int().min(-900_000).max(900_000),
    activity: z.number().min(0).max(20).default(3),
  }),
  /** Informed participants are told the last word again and again. */
  z.strictObject({ do: z.literal("stuckFeed"), ...at, ...on, ...lasting }),
  /** Proposed by one risk officer and approved by another. */
  z.strictObject({ do: z.literal("limit"), ...at, ...limitSchema.shape }),
  z.strictObject({ do: z.literal("tradingState"), ...at, account: z.string().optional(), state: z.enum(tradingStates), reason: text }),
  z.strictObject({ do: z.literal("kill"), ...at, account: z.string().optional(), flatten: z.boolean().default(false), reason: text }),
  z.strictObject({ do: z.literal("rearm"), ...at, account: z.string().optional(), reason: text }),
  z.strictObject({ do: z.literal("deposit"), ...at, ...whom, asset: code, amount: decimal }),
  z.strictObject({
    do: z.literal("order"),
    ...at,
    ...whom,
    ...on,
    side: z.enum(sides),
    quantity: decimal,
    /** A market order when absent. */
    price: decimal.optional(),
    /** A stop, or with a price a stop-limit order. */
    trigger: decimal.optional(),
    timeInForce: z.enum(["gtc", "ioc", "fok"]).optional(),
    /** Sent so often at the same instant, each time under another client order id. */
    times: z.number().int().min(1).max(1_000).default(1),
  }),
  z.strictObject({ do: z.literal("cancelAll"), ...at, ...whom, instrument: code.optional() }),
  /** A participant's line breaks and is there again after a while. */
  z.strictObject({ do: z.literal("disconnect"), ...at, ...lasting, agent: z.string() }),
  /** The venue's licence ends, for everyone who trades under it. */
  z.strictObject({ do: z.literal("withdrawLicence"), ...at, venue: code, reason: text }),
  /** The venue charges something else from now on. */
  z.strictObject({ do: z.literal("fees"), ...at, venue: code, ...rates }),
  z.strictObject({ do: z.literal("fault"), ...at, for: someSeconds.optional(), fault: timelineFaultSchema }),
  /** Any command of the engine, checked against its own schema: fees, licences and whatever has no short form. */
  z.strictObject({
    do: z.literal("command"),
    ...at,
    actor: z.string().min(1).max(200).default("operator"),
    command: z.record(z.string(), z.unknown()).superRefine((raw, context) => {
      const parsed = commandSchema.safeParse(raw);
      if (!parsed.success)
        for (const { message, path } of parsed.error.issues) context.addIssue({ code: "custom", path: [...path], message });
      else if (hostsCommands.some((type) => type === parsed.data.type))
        context.addIssue({
          code: "custom",
          path: ["type"],
          message: `a command that no other program vouches for, not ${parsed.data.type}`,
        });
    }),
  }),
]);
export type TimelineEntry = z.infer<typeof timelineSchema>;

const bounds = { min: decimal.optional(), max: decimal.optional() };
const counts = { min: z.number().int().min(0).optional(), max: z.number().int().min(0).optional() };
/** The end when absent. */
const moment = { at: seconds.optional() };
/** A name that nothing has would hold of any run. */
const rejectCodes = Object.keys(rejectTable) as [RejectCode, ...RejectCode[]];
const eventTypes = Object.keys(eventKinds) as [EventType, ...EventType[]];

const assertionSchema = z.discriminatedUnion("check", [
  z.strictObject({ check: z.literal("trades"), instrument: code.optional(), ...counts }),
  z.strictObject({ check: z.literal("refusals"), code: z.enum(rejectCodes).optional(), account: z.string().optional(), ...counts }),
  /** How often the journal holds this event. */
  z.strictObject({ check: z.literal("events"), type: z.enum(eventTypes), ...counts }),
  z.strictObject({ check: z.literal("cancels"), reason: z.enum(cancelReasons), account: z.string().optional(), ...counts }),
  /** How often faults of this kind have struck. */
  z.strictObject({ check: z.literal("faults"), kind: z.enum(faultKinds), ...counts }),
  z.strictObject({ check: z.literal("labels"), agent: z.string(), ...counts }),
  z.strictObject({ check: z.literal("phase"), ...on, ...moment, is: z.enum(tradingPhases) }),
  z.strictObject({ check: z.literal("price"), ...on, ...moment, ...bounds }),
  /** Highest less lowest trade of the time, in millionths of the first. */
  z.strictObject({
    check: z.literal("range"),
    ...on,
    from: seconds.default(0),
    to: seconds.optional(),
    minPpm: z.number().optional(),
    maxPpm: z.number().optional(),
  }),
  /** Mean of the spread once a second, while both sides are there. */
  z.strictObject({
    check: z.literal("spread"),
    ...on,
    from: seconds.default(0),
    to: seconds.optional(),
    minPpm: z.number().optional(),
    maxPpm: z.number().optional(),
  }),
  /** Seconds in which at least one side of the book was empty. */
  z.strictObject({ check: z.literal("emptySide"), ...on, ...counts }),
  z.strictObject({ check: z.literal("balance"), ...whom, ...moment, asset: code, ...bounds }),
  /** Bought less sold, in whole units of the base asset; a sold position is negative. */
  z.strictObject({ check: z.literal("position"), ...whom, ...on, ...moment, min: z.number().optional(), max: z.number().optional() }),
  z.strictObject({ check: z.literal("openOrders"), ...moment, account: z.string().optional(), ...counts }),
  /** The state at the end. */
  z.strictObject({ check: z.literal("hash"), is: z.string().regex(/^[0-9a-f]{64}$/) }),
]);
export type Assertion = z.infer<typeof assertionSchema>;

const [EARLIEST_MS, LATEST_MS] = [Date.UTC(1971, 0), Date.UTC(2100, 0)];

const agentSchema = z.discriminatedUnion("kind", agentKinds);

export const scenarioSchema = z.strictObject({
  version: z.literal(SCENARIO_VERSION),
  /** What it is for, in a sentence or two. */
  purpose: z.string().trim().min(10).max(600),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  /** Venue time at the beginning. */
  start: z.iso
    .datetime()
    .refine((begins) => Date.parse(begins) >= EARLIEST_MS && Date.parse(begins) < LATEST_MS, "a time from 1971 to 2099")
    .default("2026-01-05T01:00:00Z"),
  /** How much venue time it takes unless the command line says otherwise. */
  for: someSeconds,
  venues: z
    .array(venueSchema)
    .min(1)
    .max(8)
    .default([{ code: "HK", name: "HashKey Exchange (Hong Kong)", licensed: false }]),
  /** Decimals of assets that the venue's own list does not have; 8 unless said. */
  assets: z.record(code, z.number().int().min(0).max(12)).default({}),
  instruments: z.array(instrumentSchema).max(200).default([]),
  accounts: z.array(accountSchema).max(1_000).default([]),
  limits: z.array(limitSchema).max(1_000).default([]),
  agents: z.array(agentSchema).max(500).default([]),
  timeline: z.array(timelineSchema).max(10_000).default([]),
  assertions: z.array(assertionSchema).max(1_000).default([]),
  /** Commands of a journal, one a line of a file beside this one, instead of instruments and accounts. */
  recorded: z
    .strictObject({
      file: z.string().regex(/^[^/\\]{1,200}$/, "the name of a file beside this one"),
      from: z.number().int().min(1),
      to: z.number().int().min(1),
    })
    .optional(),
});

export type Scenario = z.infer<typeof scenarioSchema>;
export type ScenarioInstrument = Scenario["instruments"][number];
export type ScenarioLimit = z.infer<typeof limitSchema>;
