import { z } from "zod";
import riskFile from "../data/risk.json" with { type: "json" };
import { invariant } from "../../shared/assert.ts";
import { parseSteps, unitStep } from "../../shared/decimal.ts";
import { TerminalError } from "../../shared/errors.ts";
import { VENUE_NODE, instrumentControls, riskControls, type RiskLevel } from "../../shared/risk.ts";

/*
 * The risk tree and its first limits as people write them: names instead of ids, money and quantities as decimal text, windows in
 * microseconds.
 */

const limitSchema = z.strictObject({
  control: z.enum(riskControls),
  instrument: z.string().optional(),
  soft: z.string().nullable(),
  hard: z.string().nullable(),
  parameter: z.number().int().optional(),
});
type LimitRow = z.infer<typeof limitSchema>;
const limits = z.array(limitSchema);
const riskFileSchema = z.array(
  z.strictObject({
    name: z.string(),
    currency: z.string(),
    limits,
    desks: z.array(z.strictObject({ name: z.string(), limits, accounts: z.array(z.strictObject({ account: z.string(), limits })) })),
  }),
);

/** What the rows' names stand for. */
type Catalog = {
  readonly assets: readonly { readonly assetId: number; readonly code: string; readonly decimals: number }[];
  readonly instruments: readonly { readonly instrumentId: number; readonly symbol: string; readonly lotSize: string }[];
  readonly accounts: readonly { readonly accountId: number; readonly code: string }[];
};

/** A place in the tree, the command that makes it, and the one that proposes its limits; null where it has none of its own. */
export type RiskPlace = { readonly node: object; readonly proposal: object | null };

/**
 * The whole tree, each place after the one above it; branches without an account of the catalog are left out, and so are limits on pairs
 * that it does not list. Every account of the catalog has a place; throws where the file forgets or repeats any.
 */
export function riskPlaces(catalog: Catalog): readonly RiskPlace[] {
  const places: RiskPlace[] = [];
  const placed = new Set<number>();
  let nodeId = VENUE_NODE;
  const add = (
    level: RiskLevel,
    parentId: number,
    name: string,
    currency: Catalog["assets"][number],
    rows: readonly LimitRow[],
  ): number => {
    nodeId += 1;
    const accountId = level === "account" ? accountIdOf(catalog, name) : null;
    invariant(accountId === null || !placed.has(accountId), `account ${name} has two places in the risk tree`);
    if (accountId !== null) placed.add(accountId);
    const changes = rows.flatMap((row) => changeOf(catalog, row, unitStep(currency.decimals)));
    places.push({
      node: { type: "DefineRiskNode", node: { nodeId, level, parentId, name, accountId, currencyAssetId: currency.assetId } },
      proposal:
        changes.length === 0
          ? null
          : { type: "ProposeLimits", proposal: { nodeId, changes, effectiveUs: null, expiresUs: null, reason: "Limits of the beginning" } },
    });
    return nodeId;
  };
  for (const firm of branchesOf(catalog)) {
    const currency = catalog.assets.find(({ code }) => code === firm.currency);
    invariant(currency !== undefined, `no asset is called ${firm.currency}`);
    const firmId = add("firm", VENUE_NODE, firm.name, currency, firm.limits);
    for (const desk of firm.desks) {
      const deskId = add("desk", firmId, desk.name, currency, desk.limits);
      for (const { account, limits: rows } of desk.accounts) add("account", deskId, account, currency, rows);
    }
  }
  const forgotten = catalog.accounts.filter(({ accountId }) => !placed.has(accountId)).map(({ code }) => code);
  invariant(forgotten.length === 0, `the risk tree has no place for ${forgotten.join(", ")}`);
  return places;
}

/** The firms and desks that have an account of the catalog below them. */
function branchesOf({ accounts }: Catalog): z.infer<typeof riskFileSchema> {
  const known = new Set(accounts.map(({ code }) => code));
  return riskFileSchema
    .parse(riskFile)
    .map((firm) => ({
      ...firm,
      desks: firm.desks
        .map((desk) => ({ ...desk, accounts: desk.accounts.filter(({ account }) => known.has(account)) }))
        .filter((desk) => desk.accounts.length > 0),
    }))
    .filter((firm) => firm.desks.length > 0);
}

function accountIdOf({ accounts }: Catalog, name: string): number {
  const found = accounts.find(({ code }) => code === name);
  invariant(found !== undefined, `no account is called ${name}`);
  return found.accountId;
}

/** A row's bounds in the control's own units; none where its instrument is not listed. */
function changeOf({ instruments }: Catalog, row: LimitRow, currencyStep: string): object[] {
  const isOfInstrument = instrumentControls.some((control) => control === row.control);
  invariant(isOfInstrument === (row.instrument !== undefined), `${row.control} ${isOfInstrument ? "needs an" : "takes no"} instrument`);
  const instrument = instruments.find(({ symbol }) => symbol === row.instrument);
  if (isOfInstrument && instrument === undefined) return [];
  const step = stepOf(row.control, instrument?.lotSize ?? null, currencyStep);
  const change = {
    control: row.control,
    instrumentId: instrument?.instrumentId ?? null,
    soft: inSteps(row.soft, step, row.control),
    hard: inSteps(row.hard, step, row.control),
    parameter: row.parameter ?? null,
  };
  return [change];
}

const valueControls = ["orderValue", "openValue", "loss", "liquidation"] as const satisfies readonly LimitRow["control"][];

/** What one of the control's own units is in the file: a lot, a unit of the currency, or one of whatever it counts. */
function stepOf(control: LimitRow["control"], lotSize: string | null, currencyStep: string): string {
  if (control.endsWith("Lots")) return lotSize ?? "1";
  return valueControls.some((one) => one === control) ? currencyStep : "1";
}

function inSteps(text: string | null, step: string, field: string): number | null {
  if (text === null) return null;
  const parsed = parseSteps(text, step, field);
  if (!parsed.ok) throw new TerminalError(parsed.error);
  return parsed.value;
}
