import type { z } from "zod";
import type { Fault } from "../../shared/faults.ts";
import type { Scenario } from "./schema.ts";

type Path = readonly (string | number)[];
type Names = { readonly instruments: ReadonlySet<string>; readonly accounts: ReadonlySet<string>; readonly agents: ReadonlySet<string> };

/** Who owns the account that receives the fees. */
export const FEES_OWNER = "house";
/** What an assertion holds something against. */
const BOUNDS = ["min", "max", "minPpm", "maxPpm", "is"];

/** The code under which a participant's account is opened; accounts may be meant by either. */
export function accountCode(name: string): string {
  return name.toUpperCase();
}

/** The assets of a symbol: BTC/USD.GLB is of BTC and USD. */
export function assetsOfSymbol(symbol: string): { readonly base: string; readonly quote: string } {
  const [pair = ""] = symbol.split(".");
  const [base = "", quote = ""] = pair.split("/");
  return { base, quote };
}

/** Names that stand for nothing, or for two things. */
export function checkReferences(scenario: Scenario, context: z.RefinementCtx): void {
  const complain = (path: Path, message: string): void => context.addIssue({ code: "custom", path: [...path], message });
  const { instruments, accounts, agents, venues, limits, timeline, assertions } = scenario;
  unique(
    instruments.map(({ symbol }) => symbol),
    (at) => complain(["instruments", at, "symbol"], "each instrument once"),
  );
  unique([...accounts.map(({ code }) => code), "FEES"], (at) =>
    complain(["accounts", at, "code"], "each account once, and none called FEES"),
  );
  unique(
    agents.map(({ name }) => name),
    (at) => complain(["agents", at, "name"], "each participant once"),
  );
  unique(
    venues.map(({ code }) => code),
    (at) => complain(["venues", at, "code"], "each venue once"),
  );
  const names: Names = {
    instruments: new Set(instruments.map(({ symbol }) => symbol)),
    accounts: new Set(["FEES", ...accounts.map(({ code }) => code), ...agents.map(({ name }) => accountCode(name))]),
    agents: new Set(agents.map(({ name }) => name)),
  };
  agents.forEach(({ name, on }, index) => {
    if (accountCode(name) === "FEES" || accounts.some(({ code }) => code === accountCode(name)))
      complain(["agents", index, "name"], "a name that no account has as its code");
    // A client acts for the accounts of its owner: a participant of that name would take another's account for its own.
    if (name === FEES_OWNER || accounts.some(({ owner }) => owner === name))
      complain(["agents", index, "name"], "a name that is no owner of accounts");
    on?.forEach(
      (symbol, place) => known(names.instruments, symbol) || complain(["agents", index, "on", place], `one of ${list(names.instruments)}`),
    );
  });
  instruments.forEach(({ symbol, venue, follows }, index) => {
    const { base, quote } = assetsOfSymbol(symbol);
    if (base === "" || quote === "" || base === quote)
      complain(["instruments", index, "symbol"], "two assets with a stroke between them, as BTC/USD");
    if (venue !== undefined && !venues.some(({ code }) => code === venue)) complain(["instruments", index, "venue"], "one of the venues");
    const leader = instruments.findIndex((one) => one.symbol === follows);
    if (follows !== undefined && (leader < 0 || leader >= index)) complain(["instruments", index, "follows"], "an instrument further up");
  });
  timeline.forEach((entry, index) => {
    if (entry.do === "fault")
      checkFaultTarget(scenario, entry.fault.target, (message) => complain(["timeline", index, "fault", "target"], message));
    if ("venue" in entry && !venues.some(({ code, licensed }) => licensed && code === entry.venue))
      complain(["timeline", index, "venue"], "a venue that is licensed");
  });
  limits.forEach((limit, index) => checkNames(limit, ["limits", index], names, complain));
  if (scenario.recorded !== undefined) checkRecorded(scenario, complain);
  timeline.forEach((entry, index) => checkNames(entry, ["timeline", index], names, complain));
  assertions.forEach((entry, index) => {
    checkNames(entry, ["assertions", index], names, complain);
    if (!BOUNDS.some((bound) => Object.entries(entry).some(([key, value]) => key === bound && value !== undefined)))
      complain(["assertions", index], "a bound, without which it cannot fail");
  });
}

function checkFaultTarget({ agents, accounts }: Scenario, target: Fault["target"], complain: (message: string) => void): void {
  const owners = new Set([...agents.map(({ name }) => name), ...accounts.map(({ owner }) => owner)]);
  if (target === "market") complain("engine or journal; a participant's line is cut by disconnect");
  if (typeof target === "object" && target.owner !== null && !owners.has(target.owner)) complain(`one of ${list(owners)}`);
}

/** A recording brings its own catalog, and nothing joins it. */
function checkRecorded(scenario: Scenario, complain: (path: Path, message: string) => void): void {
  for (const key of ["instruments", "accounts", "agents", "limits", "timeline"] as const) {
    if (scenario[key].length > 0) complain([key], "nothing beside a recording");
  }
}

/** The names that any entry may use, wherever it has them. */
function named(entry: object, key: "instrument" | "account" | "agent"): string | undefined {
  const name: unknown = Object.entries(entry).find(([has]) => has === key)?.[1];
  return typeof name === "string" ? name : undefined;
}

function checkNames(entry: object, path: Path, names: Names, complain: (path: Path, message: string) => void): void {
  const [instrument, account, agent] = [named(entry, "instrument"), named(entry, "account"), named(entry, "agent")];
  if (instrument !== undefined && !known(names.instruments, instrument))
    complain([...path, "instrument"], `one of ${list(names.instruments)}`);
  if (account !== undefined && !known(names.accounts, accountCode(account)))
    complain([...path, "account"], `one of ${list(names.accounts)}`);
  if (agent !== undefined && !known(names.agents, agent)) complain([...path, "agent"], `one of ${list(names.agents)}`);
}

function known(names: ReadonlySet<string>, name: string): boolean {
  return names.has(name);
}

function list(names: ReadonlySet<string>): string {
  return names.size === 0 ? "none, for there are none" : [...names].join(", ");
}

function unique(names: readonly string[], complain: (at: number) => void): void {
  names.forEach((name, at) => {
    if (names.indexOf(name) < at) complain(at);
  });
}
