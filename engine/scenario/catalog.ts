import assetsFile from "../data/assets.json" with { type: "json" };
import { invariant } from "../../shared/assert.ts";
import type { Account, Asset, Instrument } from "../../shared/catalog.ts";
import type { Command } from "../../shared/commands.ts";
import { exactRatio, parseSteps, roundToSteps, unitStep } from "../../shared/decimal.ts";
import { TerminalError } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import { wholeUnits } from "../sim/agent.ts";
import { scenarioCommand } from "./commands.ts";
import { accountCode, assetsOfSymbol, FEES_OWNER } from "./references.ts";
import type { Scenario, ScenarioInstrument } from "./schema.ts";
import { Venues } from "./venues.ts";

const OTHER_DECIMALS = 8;
const FEES = "FEES";

/** The names of a scenario with the engine's ids, and the commands that make it all. */
export class ScenarioCatalog {
  readonly assets: readonly Asset[];
  readonly instruments: readonly Instrument[];
  readonly accounts: readonly Account[];
  readonly #openings: ReadonlyMap<string, number>;
  readonly #deposits: readonly Command[];
  readonly venues: Venues;

  /** Throws TerminalError SCENARIO_INVALID when a quantity does not fit its step, or an entry cannot be one of the engine's. */
  constructor(scenario: Scenario) {
    this.venues = new Venues(scenario);
    const known = new Map(assetsFile.map(({ code, decimals }) => [code, decimals]));
    const codes = [
      ...new Set([...scenario.instruments.flatMap(({ symbol }) => Object.values(assetsOfSymbol(symbol))), ...Object.keys(scenario.assets)]),
    ];
    const define = codes.map((code, index) => {
      const decimals = scenario.assets[code] ?? known.get(code) ?? OTHER_DECIMALS;
      return { type: "DefineAsset", asset: { assetId: index + 1, code, decimals } };
    });
    this.assets = parsed(define).flatMap((command) => (command.type === "DefineAsset" ? [command.asset] : []));
    const listings = scenario.instruments.map((instrument, index) => ({
      type: "ListInstrument",
      instrument: this.#listing(instrument, index + 1),
    }));
    this.instruments = parsed(listings).flatMap((command) => (command.type === "ListInstrument" ? [command.instrument] : []));
    this.#openings = new Map(
      scenario.instruments.map(({ symbol, price, tickSize }) => [symbol, must(parseSteps(price, tickSize, `${symbol} price`))]),
    );
    const accounts = [
      { code: FEES, name: "Venue fees", owner: FEES_OWNER, clientClass: "house", receivesFees: true },
      ...scenario.accounts.map(({ code, name, owner, clientClass }) => ({
        code,
        name: name ?? code,
        owner,
        clientClass,
        receivesFees: false,
      })),
      ...scenario.agents.map(({ name }) => ({
        code: accountCode(name),
        // What kind of participant it is, the engine never hears.
        name: "Simulated participant",
        owner: name,
        clientClass: "corporateProfessional",
        receivesFees: false,
      })),
    ].map((account, index) => ({ type: "OpenAccount", account: { accountId: index + 1, ...account } }));
    this.accounts = parsed(accounts).flatMap((command) => (command.type === "OpenAccount" ? [command.account] : []));
    this.#deposits = this.#funding(scenario);
  }

  /** Everything that comes before the first order, in the order in which it is decided. */
  commands(): readonly Command[] {
    const [fees, ...others] = this.accounts;
    invariant(fees !== undefined, "there is an account that receives fees");
    return [
      ...this.assets.map((asset): Command => ({ type: "DefineAsset", asset })),
      ...this.venues.commands(),
      { type: "OpenAccount", account: fees },
      ...this.instruments.map((instrument): Command => ({ type: "ListInstrument", instrument })),
      ...others.map((account): Command => ({ type: "OpenAccount", account })),
      ...this.#deposits,
    ];
  }

  /** Throws InvariantError for a name that the schema should have refused. */
  instrument(symbol: string): Instrument {
    const found = this.instruments.find((one) => one.symbol === symbol);
    invariant(found !== undefined, `no instrument ${symbol}`);
    return found;
  }

  account(name: string): Account {
    const found = this.accounts.find(({ code }) => code === accountCode(name));
    invariant(found !== undefined, `no account ${name}`);
    return found;
  }

  asset(code: string): Asset {
    const found = this.assets.find((one) => one.code === code);
    if (found === undefined)
      throw new TerminalError({
        code: "SCENARIO_INVALID",
        field: "asset",
        value: code,
        rule: "an asset of the scenario",
        message: `The scenario has no asset ${code}.`,
      });
    return found;
  }

  openingTicks(symbol: string): number {
    return this.#openings.get(symbol) ?? 1;
  }

  /** Decimal text in the steps of its place. Each throws TerminalError SCENARIO_INVALID for what is no whole number of them. */
  lots(symbol: string, quantity: string): number {
    return must(parseSteps(quantity, this.instrument(symbol).lotSize, `${symbol} quantity`));
  }

  ticks(symbol: string, price: string): number {
    return must(parseSteps(price, this.instrument(symbol).tickSize, `${symbol} price`));
  }

  units(code: string, amount: string): number {
    return must(parseSteps(amount, unitStep(this.asset(code).decimals), `${code} amount`));
  }

  #listing(file: ScenarioInstrument, instrumentId: number): object {
    const { symbol, tickSize, lotSize } = file;
    const codes = assetsOfSymbol(symbol);
    const [base, quote] = [this.asset(codes.base), this.asset(codes.quote)];
    const lotsOf = (quantity: string): number => must(parseSteps(quantity, lotSize, `${symbol} quantity`));
    return {
      instrumentId,
      symbol,
      baseAssetId: base.assetId,
      quoteAssetId: quote.assetId,
      tickSize,
      lotSize,
      baseUnitsPerLot: must(exactRatio(lotSize, "1", unitStep(base.decimals), `${symbol} lotSize`)),
      quoteUnitsPerTickLot: must(exactRatio(tickSize, lotSize, unitStep(quote.decimals), `${symbol} tickSize`)),
      minLots: file.minQuantity === undefined ? 1 : lotsOf(file.minQuantity),
      maxLots: lotsOf(file.maxQuantity),
      marketMaxLots: lotsOf(file.maxQuantity),
      minNotional: must(parseSteps(file.minNotional, unitStep(quote.decimals), `${symbol} minNotional`)),
      priceBandPpm: file.priceBandPpm,
      makerFeePpm: file.makerFeePpm,
      takerFeePpm: file.takerFeePpm,
      staticBandPpm: file.staticBandPpm ?? null,
      dynamicBandPpm: file.dynamicBandPpm ?? null,
      volatilityAuctionUs: file.volatilityAuction,
      initialPhase: file.phase,
      venueId: this.venues.idOf(file.venue),
    };
  }

  #funding(scenario: Scenario): readonly Command[] {
    const deposit = (accountId: number, code: string, amount: number): object[] =>
      amount <= 0 ? [] : [{ type: "DepositFunds", accountId, assetId: this.asset(code).assetId, amount }];
    const own = scenario.accounts.flatMap(({ code, balances }) =>
      Object.entries(balances).flatMap(([asset, amount]) => deposit(this.account(code).accountId, asset, this.units(asset, amount))),
    );
    const agents = scenario.agents.flatMap(({ name, on, funds }) => {
      const symbols = on ?? scenario.instruments.map(({ symbol }) => symbol);
      const wanted = new Map<string, number>();
      for (const symbol of symbols) {
        const { base, quote } = assetsOfSymbol(symbol);
        const instrument = this.instrument(symbol);
        const units = funds * wholeUnits(this.asset(quote).decimals);
        const lots = Math.floor(units / (this.openingTicks(symbol) * instrument.quoteUnitsPerTickLot));
        wanted.set(quote, Math.floor(units));
        wanted.set(base, lots * instrument.baseUnitsPerLot);
      }
      return [...wanted].flatMap(([asset, amount]) => deposit(this.account(name).accountId, asset, amount));
    });
    return parsed([...own, ...agents]);
  }
}

/** A price bound that may lie between two ticks. */
export function nearestTicks(instrument: Instrument, price: string): number {
  const rounded = roundToSteps(price, instrument.tickSize, instrument.symbol);
  if (!rounded.ok) throw new TerminalError({ ...rounded.error, code: "SCENARIO_INVALID" });
  return rounded.value.steps;
}

function parsed(raw: readonly object[]): readonly Command[] {
  return raw.map(scenarioCommand);
}

function must(result: Result<number>): number {
  if (!result.ok) throw new TerminalError({ ...result.error, code: "SCENARIO_INVALID" });
  return result.value;
}
