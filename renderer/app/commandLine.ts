import type { Account, Asset, Instrument } from "../../shared/catalog.ts";
import { instrumentCalled } from "../../shared/catalog.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import { orderForm, termSpec, termsOf, type OrderFormName, type TermName } from "../../shared/orderForms.ts";
import { pegs, timesInForce, type TimeInForce } from "../../shared/orders.ts";
import type { TickerRow } from "../../shared/views.ts";
import { formatPrice, plainNumber } from "../ui/format.ts";
import { commandTexts } from "./commandTexts.ts";
import { emptyDraft, type Draft } from "./orderDraft.ts";
import { orderFormTexts } from "./orderFormTexts.ts";
import type { AccountChoice } from "./selection.ts";

/*
 * The grammar, words in any case:
 *   order   = ("buy" | "sell") SIZE [SYMBOL] term…       one of them a price or "market"
 *   SIZE    = number | number "%" | number QUOTE | "risk" number
 *   term    = "@" PRICE | "market" | "post" | "reprice" | "show" number | "stop" PRICE | "trail" number | "peg" ("bid" | "ask" | "mid")
 *           | "tp" PRICE | "sl" PRICE | "oco" PRICE | TIME-IN-FORCE | "reduce" | "keep" | "acct" CODE | "because" REASON
 *   PRICE   = number | "bid" | "ask" | "last"
 *   cancel  = "cancel" "all" [SYMBOL] ["acct" CODE]
 *   flatten = "flatten" [SYMBOL] ["acct" CODE]
 *   go      = "go" SYMBOL          account = "acct" (CODE | "all")
 */

/** What a line asks for. */
export type CommandIntent =
  | { readonly kind: "order"; readonly instrument: Instrument; readonly account: AccountChoice; readonly draft: Draft }
  | { readonly kind: "cancelAll" | "flatten"; readonly instrumentId: InstrumentId | null; readonly account: AccountChoice }
  | { readonly kind: "instrument"; readonly instrument: Instrument }
  | { readonly kind: "account"; readonly account: AccountChoice };

export type ParsedLine = {
  /** Null while the line is no whole command. */
  readonly intent: CommandIntent | null;
  /** What is wrong, naming the word; null while only more words are needed. */
  readonly error: string | null;
  /** Words that could come next, or complete the one that is being typed. */
  readonly completions: readonly string[];
};

/** What the words of a line refer to. */
export type LineContext = {
  readonly instruments: readonly Instrument[];
  readonly accounts: readonly Account[];
  readonly assets: readonly Asset[];
  readonly instrument: Instrument | undefined;
  readonly account: AccountChoice;
  readonly ticker: (id: InstrumentId) => TickerRow | null;
};

const verbs = ["buy", "sell", "cancel", "flatten", "go", "acct"] as const;
const prices = ["bid", "ask", "last"] as const;
const flags = ["market", "post", "reprice", "reduce", "keep"] as const;
const termWords = ["@", "stop", "trail", "show", "peg", "tp", "sl", "oco", "acct", "because", ...flags, ...timesInForce] as const;

/** Does the line begin like a command rather than like a search? */
export function isCommandLine(text: string): boolean {
  const [first = ""] = text.trim().toLowerCase().split(/\s+/);
  return verbs.some((verb) => verb === first) && /\s/.test(text.trimStart());
}

export function parseLine(text: string, context: LineContext): ParsedLine {
  const reader = new LineReader(text);
  const verb = reader.next()?.toLowerCase() ?? "";
  switch (verb) {
    case "buy":
    case "sell":
      return parseOrder(verb, reader, context);
    case "cancel":
      return reader.next()?.toLowerCase() === "all" ? parseScope("cancelAll", reader, context) : wanting(reader, ["all"]);
    case "flatten":
      return parseScope("flatten", reader, context);
    case "go": {
      const word = reader.next();
      const instrument = word === undefined ? undefined : instrumentCalled(context.instruments, word.toUpperCase());
      if (instrument !== undefined) return { intent: { kind: "instrument", instrument }, error: null, completions: [] };
      return wanting(reader, symbols(context), word === undefined ? null : commandTexts.noInstrument(word));
    }
    case "acct": {
      const read = readAccount(reader, context);
      if (read.account === null) return wanting(reader, ["all", ...codes(context)], read.error);
      return { intent: { kind: "account", account: read.account }, error: null, completions: [] };
    }
    default:
      return { intent: null, error: verb === "" ? null : commandTexts.noCommand(verb), completions: startingWith(verbs, reader.partial) };
  }
}

/** The words of a line, and the one that is still being typed. */
class LineReader {
  readonly #words: string[];
  /** The last word while no space follows it, else "". */
  readonly partial: string;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
    // "@65010" is two words.
    this.#words = text
      .replaceAll("@", " @ ")
      .trim()
      .split(/\s+/)
      .filter((word) => word !== "");
    this.partial = /\s$/.test(text) || text === "" ? "" : (this.#words.at(-1) ?? "");
  }

  next(): string | undefined {
    return this.#words.shift();
  }
  peek(): string | undefined {
    return this.#words[0];
  }
  rest(): string {
    return this.#words.splice(0).join(" ");
  }
}

function parseScope(kind: "cancelAll" | "flatten", reader: LineReader, context: LineContext): ParsedLine {
  let instrumentId: InstrumentId | null = null;
  let account: AccountChoice = context.account;
  let isNamed = false;
  for (let word = reader.next(); word !== undefined; word = reader.next()) {
    if (word.toLowerCase() === "acct") {
      if (isNamed) return { intent: null, error: commandTexts.twice(word), completions: [] };
      const read = readAccount(reader, context);
      if (read.account === null) return wanting(reader, ["all", ...codes(context)], read.error);
      ({ account } = read);
      isNamed = true;
      continue;
    }
    const instrument = instrumentCalled(context.instruments, word.toUpperCase());
    if (instrument === undefined) return wanting(reader, [...symbols(context), "acct"], commandTexts.notInstrument(word));
    // SC-1: only the last of two would be acted on.
    if (instrumentId !== null) return { intent: null, error: commandTexts.oneInstrument, completions: [] };
    ({ instrumentId } = instrument);
  }
  return { intent: { kind, instrumentId, account }, error: null, completions: startingWith([...symbols(context), "acct"], reader.partial) };
}

/** The terms gathered so far; the form of the order follows from them. */
type Gathered = {
  terms: Partial<Record<TermName, string>>;
  timeInForce: TimeInForce | null;
  isMarket: boolean;
  isPair: boolean;
  confirmation: string;
};

function parseOrder(side: "buy" | "sell", reader: LineReader, context: LineContext): ParsedLine {
  const sizeWord = reader.next();
  if (sizeWord === undefined) return { intent: null, error: null, completions: [] };
  const size = readSize(sizeWord, reader, context);
  if (size === null) return { intent: null, error: commandTexts.noSize(sizeWord), completions: [] };
  let { instrument } = context;
  const named = instrumentCalled(context.instruments, (reader.peek() ?? "").toUpperCase());
  if (named !== undefined) {
    instrument = named;
    reader.next();
  }
  if (instrument === undefined) return wanting(reader, symbols(context), commandTexts.nameInstrument);
  let account: AccountChoice = context.account;
  let isNamed = false;
  const gathered: Gathered = { terms: {}, timeInForce: null, isMarket: false, isPair: false, confirmation: "" };
  const openWords = (): readonly string[] => [...(named === undefined ? symbols(context) : []), ...termWords];
  const open = (): readonly string[] => startingWith(openWords(), reader.partial);
  for (let word = reader.next()?.toLowerCase(); word !== undefined; word = reader.next()?.toLowerCase()) {
    if (word === "acct") {
      if (isNamed) return { intent: null, error: commandTexts.twice(word), completions: open() };
      const read = readAccount(reader, context);
      if (read.account === null) return wanting(reader, codes(context), read.error);
      ({ account } = read);
      isNamed = true;
      continue;
    }
    if (word === "because") {
      gathered.confirmation = reader.rest();
      continue;
    }
    const before = sayingsOf(gathered);
    const problem = readTerm(word, reader, gathered, { instrument, ticker: context.ticker(instrument.instrumentId), side });
    if (problem !== null)
      return problem.next === undefined ? wanting(reader, openWords(), problem.error) : wanting(reader, problem.next, problem.error);
    // SC-1: the second of two prices would have taken the place of the first without a word.
    if (sayingsOf(gathered) === before) return { intent: null, error: commandTexts.twice(word), completions: open() };
  }
  const form = formOf(gathered);
  // A line that is not finished yet must not be an order at any price.
  if (form === "market" && !gathered.isMarket) return { intent: null, error: commandTexts.noPriceYet, completions: open() };
  const { timesInForce: offered } = orderForm(form);
  const timeInForce = gathered.timeInForce ?? offered[0] ?? "gtc";
  if (!offered.includes(timeInForce))
    return { intent: null, error: commandTexts.timeInForce(timeInForce.toUpperCase()), completions: open() };
  const foreign = foreignTo(form, timeInForce, gathered);
  if (foreign !== null) return { intent: null, error: commandTexts.foreignTerm(foreign, orderFormTexts.forms[form]), completions: open() };
  const draft: Draft = { ...emptyDraft, side, form, timeInForce, ...size, terms: gathered.terms, confirmation: gathered.confirmation };
  return { intent: { kind: "order", instrument, account, draft }, error: null, completions: open() };
}

function readSize(word: string, reader: LineReader, { assets }: LineContext): Pick<Draft, "sizeBy" | "size"> | null {
  if (word.toLowerCase() === "risk") {
    const amount = reader.next();
    return amount === undefined || !isNumber(amount) ? null : { sizeBy: "risk", size: amount };
  }
  const parts = /^([\d.,]+)(%|[a-z]{2,6})?$/i.exec(word);
  if (parts === null || !isNumber(parts[1] ?? "")) return null;
  const [, typed = "", unit] = parts;
  const size = typed.startsWith(".") ? `0${typed}` : typed;
  if (unit === undefined) return { sizeBy: "base", size };
  if (unit === "%") return { sizeBy: "percent", size };
  return assets.some(({ code }) => code === unit.toUpperCase()) ? { sizeBy: "quote", size } : null;
}

function isNumber(text: string): boolean {
  return /^\d[\d,]*(\.\d+)?$|^\.\d+$/.test(text);
}

type TermContext = { readonly instrument: Instrument; readonly ticker: TickerRow | null; readonly side: "buy" | "sell" };
type Problem = { readonly error: string | null; readonly next?: readonly string[] };

/** Words that are followed by a figure, and the term that it becomes. */
const figures: ReadonlyMap<string, TermName> = new Map([
  ["@", "limit"],
  ["stop", "trigger"],
  ["tp", "profit"],
  ["sl", "stop"],
  ["oco", "trigger"],
  ["trail", "offset"],
  ["show", "display"],
]);

/** Forms that trade at any price at once or once they fire: of these alone a person may say that they go to the market. */
const marketForms: readonly OrderFormName[] = ["market", "stop", "trailingStop"];

function readTerm(word: string, reader: LineReader, gathered: Gathered, context: TermContext): Problem | null {
  const tif = timesInForce.find((one) => one === word);
  if (tif !== undefined && tif !== "gtd") {
    gathered.timeInForce = tif;
    return null;
  }
  const term = figures.get(word);
  if (term !== undefined) {
    const value = reader.next();
    if (value === undefined) return { error: null, next: term === "limit" ? prices : [] };
    // The market has a bid, but no quantity and no distance of that name.
    const isPrice = termSpec(term).kind === "price";
    const text = isPrice ? priceText(value, context) : isNumber(value) ? value : null;
    if (text === null) return { error: isPrice ? commandTexts.noPrice(value) : commandTexts.noNumber(value) };
    gathered.terms[term] = text;
    if (word === "oco") gathered.isPair = true;
    return null;
  }
  switch (word) {
    case "market":
      gathered.isMarket = true;
      return null;
    case "post":
    case "reprice":
      gathered.terms.postOnly = word === "post" ? "reject" : "reprice";
      return null;
    case "reduce":
      gathered.terms.reduceOnly = "yes";
      return null;
    case "keep":
      gathered.terms.keepOnDisconnect = "yes";
      return null;
    case "peg": {
      const value = reader.next()?.toLowerCase();
      const peg = pegs.find((one) => one.toLowerCase() === value || one.toLowerCase() === `best${value}`);
      if (peg === undefined) return { error: value === undefined ? null : commandTexts.noPeg(value), next: ["bid", "ask", "mid"] };
      gathered.terms.peg = peg;
      return null;
    }
    default:
      return { error: commandTexts.notHere(word) };
  }
}

function priceText(word: string, { instrument, ticker }: TermContext): string | null {
  const which = prices.find((one) => one === word.toLowerCase());
  if (which === undefined) return isNumber(word) ? word : null;
  const ticks = ticker?.[`${which}Ticks`] ?? null;
  return ticks === null ? null : plainNumber(formatPrice(ticks, instrument));
}

/** SC-1: what was typed and does not belong to the order must not vanish from it. Its name; null where all of it belongs. */
function foreignTo(form: OrderFormName, timeInForce: TimeInForce, gathered: Gathered): string | null {
  const allowed = termsOf(form, timeInForce);
  const foreign = gatheredTerms(gathered).find((given) => !allowed.some(({ term }) => term === given));
  if (foreign !== undefined) return orderFormTexts.terms[foreign];
  return gathered.isMarket && !marketForms.includes(form) ? orderFormTexts.forms.market : null;
}

/** How much an order has been told: each word says something more. */
function sayingsOf(gathered: Gathered): number {
  return gatheredTerms(gathered).length + (gathered.timeInForce === null ? 0 : 1) + (gathered.isMarket ? 1 : 0);
}

function gatheredTerms({ terms }: Gathered): readonly TermName[] {
  // Only names of terms are ever gathered.
  return Object.keys(terms) as TermName[];
}

/** The form follows from the terms that were given. */
function formOf({ terms, isMarket, isPair }: Gathered): OrderFormName {
  if (isPair) return "oco";
  if (terms.profit !== undefined || terms.stop !== undefined) return "bracket";
  if (terms.peg !== undefined) return "pegged";
  if (terms.offset !== undefined) return "trailingStop";
  if (terms.trigger !== undefined) return terms.limit === undefined ? "stop" : "stopLimit";
  if (isMarket || terms.limit === undefined) return "market";
  if (terms.display !== undefined) return "iceberg";
  return terms.postOnly === undefined ? "limit" : "postOnly";
}

/** An account or all of them; else what is wrong with the word, null when there is none yet. */
function readAccount(
  reader: LineReader,
  { accounts }: LineContext,
): { readonly account: AccountChoice } | { readonly account: null; readonly error: string | null } {
  const word = reader.next()?.toUpperCase();
  if (word === undefined) return { account: null, error: null };
  if (word === "ALL") return { account: "all" };
  const account = accounts.find(({ code }) => code === word)?.accountId;
  return account === undefined ? { account: null, error: commandTexts.noAccount(word) } : { account };
}

function wanting(reader: LineReader, next: readonly string[], error: string | null = null): ParsedLine {
  const completions = startingWith(next, reader.partial);
  // A word that is still being typed may yet become a right one.
  return { intent: null, error: completions.length > 0 && reader.partial !== "" ? null : error, completions };
}

function startingWith(words: readonly string[], partial: string): readonly string[] {
  const begun = partial.toLowerCase();
  const fitting = words.filter((word) => word.toLowerCase().startsWith(begun) && word.toLowerCase() !== begun);
  return begun !== "" && fitting.length === 0 && words.some((word) => word.toLowerCase() === begun) ? [] : fitting;
}

function symbols({ instruments }: LineContext): readonly string[] {
  return instruments.map(({ symbol }) => symbol.replace("/", "").toLowerCase());
}

function codes({ accounts }: LineContext): readonly string[] {
  return accounts.map(({ code }) => code);
}

/** The line with the word at its end completed. */
export function completed(text: string, completion: string): string {
  const begun = /\s$/.test(text) || text === "" ? text : text.replace(/\S+$/, "");
  const glue = begun === "" || /\s$/.test(begun) ? "" : " ";
  return `${begun}${glue}${completion} `;
}
