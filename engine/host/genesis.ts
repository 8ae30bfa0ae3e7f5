import { z } from "zod";
import accountsFile from "../data/accounts.json" with { type: "json" };
import assetsFile from "../data/assets.json" with { type: "json" };
import instrumentsFile from "../data/instruments.json" with { type: "json" };
import { invariant } from "../../shared/assert.ts";
import { clientClasses, pairTypes, placeSchema, products } from "../../shared/catalog.ts";
import { commandSchema, type Command } from "../../shared/commands.ts";
import { exactRatio, parseSteps, unitStep } from "../../shared/decimal.ts";
import { TerminalError } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";
import { riskPlaces } from "./riskFile.ts";
import { usdMillionths, venueCommands, venueIdOf } from "./venueFiles.ts";

/** The venue's data files as people write them: decimal text, codes instead of ids. */
const assetFileSchema = z.array(
  z.strictObject({
    code: z.string(),
    decimals: z.number().int(),
    /** Fixed worth of one in US dollars, for money and its tokens. */
    usd: z.string().nullable(),
  }),
);
const instrumentFileSchema = z.array(
  z.strictObject({
    symbol: z.string(),
    base: z.string(),
    quote: z.string(),
    tickSize: z.string(),
    lotSize: z.string(),
    minQuantity: z.string(),
    maxQuantity: z.string(),
    marketMaxQuantity: z.string(),
    minNotional: z.string(),
    maxOpenOrders: z.number().int(),
    priceBandPpm: z.number().int(),
    makerFeePpm: z.number().int(),
    takerFeePpm: z.number().int(),
    venue: z.string(),
    product: z.enum(products),
    pairType: z.enum(pairTypes),
    /** Traded from the start; the others are known with their filters and listed on demand. */
    listed: z.boolean(),
    remark: z.string(),
  }),
);
const accountFileSchema = z.array(
  z.strictObject({
    code: z.string(),
    name: z.string(),
    owner: z.string(),
    clientClass: z.enum(clientClasses),
    receivesFees: z.boolean(),
    residence: placeSchema,
    balances: z.record(z.string(), z.string()),
  }),
);

/** Who sends the first commands of an empty journal, and who approves the limits among them: nobody can do both (RK-28). */
const GENESIS_ACTOR = "genesis";
const GENESIS_CHECKER = "genesis checker";

/** The account of a connected journal: its place in the risk tree and its limits are those of this one. */
const CONNECTED_ACCOUNT = "ALPHA";

/** A command of the beginning, and who sends it. */
type GenesisStep = { readonly command: Command; readonly actor: string };

/**
 * The commands that make the simulated venue out of an empty journal: assets, venues with their licences, rules and fees, the account that
 * receives fees, instruments, the other accounts, their opening balances, the risk tree. Lists the venues' whole catalogue of pairs if asked
 * to. Throws when the data files contradict themselves, which a test rules out.
 */
export function genesisCommands({ everyPair = false }: { readonly everyPair?: boolean } = {}): readonly Command[] {
  return beginning(simulatedVenue(everyPair));
}

/** What a journal begins with: files of people, with ids in place of names. */
function beginning({ accounts, files }: Beginning): readonly Command[] {
  const { catalog, raw } = catalogCommands({ accounts, files });
  const places = riskPlaces(catalog);
  // Winds the clock: dates before the beginning are past, not due.
  return [...raw, ...places.map(({ node }) => node), { type: "AdvanceTime" }].map((command) => commandSchema.parse(command));
}

/**
 * The commands of the beginning with the first limits, which one person proposes and another approves. `lastSeq` is the sequence number of
 * the last record before them: proposals are approved by their numbers. `connectedSite`: for a journal whose orders go to an outside venue,
 * the site code of that venue.
 */
export function genesisSteps(lastSeq: number, connectedSite: string | null = null): readonly GenesisStep[] {
  const begun = connectedSite === null ? simulatedVenue(false) : connectedVenue(connectedSite);
  const commands = beginning(begun);
  const { catalog } = catalogCommands(begun);
  const proposals = riskPlaces(catalog).flatMap(({ proposal }) => (proposal === null ? [] : [commandSchema.parse(proposal)]));
  // Each of these commands is answered by one event, so that the event of the nth one has the number lastSeq + 2n.
  const approvals = proposals.map((_proposal, index) =>
    commandSchema.parse({ type: "ApproveLimits", proposalId: lastSeq + 2 * (commands.length + index + 1) }),
  );
  return [
    ...[...commands, ...proposals].map((command) => ({ command, actor: GENESIS_ACTOR })),
    ...approvals.map((command) => ({ command, actor: GENESIS_CHECKER })),
  ];
}

type InstrumentFile = z.infer<typeof instrumentFileSchema>[number] & { readonly routed?: true };
type AccountFile = z.infer<typeof accountFileSchema>[number];
type Beginning = { readonly files: readonly InstrumentFile[]; readonly accounts: readonly AccountFile[] };

function simulatedVenue(everyPair: boolean): Beginning {
  return {
    files: instrumentFileSchema.parse(instrumentsFile).filter(({ listed }) => listed || everyPair),
    accounts: accountFileSchema.parse(accountsFile),
  };
}

/** CN-1: the pairs of the outside venue, and one account that stands for the one there; its balances come from there. */
function connectedVenue(site: string): Beginning {
  const { accounts, files } = simulatedVenue(false);
  return {
    files: files.filter(({ venue }) => venue === site).map((file) => ({ ...file, routed: true })),
    accounts: accounts
      .filter(({ code, receivesFees }) => receivesFees || code === CONNECTED_ACCOUNT)
      .map((account) => (account.receivesFees ? account : { ...account, name: "Account at the venue", balances: {} })),
  };
}

function catalogCommands({ accounts: accountFiles, files }: Beginning) {
  const assets = assetFileSchema.parse(assetsFile).map((asset, index) => ({ assetId: index + 1, ...asset }));
  const accounts = accountFiles.map((account, index) => ({ accountId: index + 1, ...account }));
  const assetOf = (code: string): { readonly assetId: number; readonly unit: string } => {
    const found = assets.find((asset) => asset.code === code);
    invariant(found !== undefined, `no asset is called ${code}`);
    return { assetId: found.assetId, unit: unitStep(found.decimals) };
  };
  const instruments = files.map((file, index) => instrumentOf(file, index + 1, assetOf));
  const openings = accounts.map(({ balances: _balances, ...account }) => ({
    receivesFees: account.receivesFees,
    command: { type: "OpenAccount", account },
  }));
  const deposits = accounts.flatMap(({ accountId, balances }) =>
    Object.entries(balances).map(([code, quantity]) => {
      const { assetId, unit } = assetOf(code);
      return { type: "DepositFunds", accountId, assetId, amount: must(parseSteps(quantity, unit, code)) };
    }),
  );
  const raw: readonly unknown[] = [
    ...assets.map(({ usd, ...asset }) => ({
      type: "DefineAsset",
      asset: { ...asset, usdMillionths: usd === null ? 0 : usdMillionths(usd, asset.code) },
    })),
    ...venueCommands(),
    ...openings.filter(({ receivesFees }) => receivesFees).map(({ command }) => command),
    ...instruments.map((instrument) => ({ type: "ListInstrument", instrument })),
    ...openings.filter(({ receivesFees }) => !receivesFees).map(({ command }) => command),
    ...deposits,
    ...assets.flatMap((asset) => conversionMark(asset, assets[0])),
  ];
  return { catalog: { assets, instruments, accounts }, raw };
}

/** RK-9: money and its tokens have a fixed worth in the currency that limits are counted in. */
function conversionMark(asset: FileAsset, currency: FileAsset | undefined): object[] {
  if (currency === undefined || asset.usd === null || asset.assetId === currency.assetId) return [];
  invariant(asset.decimals === currency.decimals, `${asset.code} and ${currency.code} count in different units`);
  const mark = {
    fromAssetId: asset.assetId,
    toAssetId: currency.assetId,
    numerator: usdMillionths(asset.usd, asset.code),
    denominator: 1_000_000,
    goodForUs: FOR_EVER_US,
  };
  return [{ type: "SetConversionMark", mark }];
}

type FileAsset = z.infer<typeof assetFileSchema>[number] & { readonly assetId: number };
/** The longest that a mark can serve: thirty years. */
const FOR_EVER_US = 10 ** 15;

function instrumentOf(
  file: InstrumentFile,
  instrumentId: number,
  assetOf: (code: string) => { readonly assetId: number; readonly unit: string },
) {
  const base = assetOf(file.base);
  const quote = assetOf(file.quote);
  const { tickSize, lotSize, symbol } = file;
  return {
    instrumentId,
    symbol,
    baseAssetId: base.assetId,
    quoteAssetId: quote.assetId,
    tickSize,
    lotSize,
    baseUnitsPerLot: must(exactRatio(lotSize, "1", base.unit, `${symbol} lotSize`)),
    quoteUnitsPerTickLot: must(exactRatio(tickSize, lotSize, quote.unit, `${symbol} tickSize`)),
    minLots: must(parseSteps(file.minQuantity, lotSize, `${symbol} minQuantity`)),
    maxLots: must(parseSteps(file.maxQuantity, lotSize, `${symbol} maxQuantity`)),
    marketMaxLots: must(parseSteps(file.marketMaxQuantity, lotSize, `${symbol} marketMaxQuantity`)),
    minNotional: must(parseSteps(file.minNotional, quote.unit, `${symbol} minNotional`)),
    maxOpenOrders: file.maxOpenOrders,
    priceBandPpm: file.priceBandPpm,
    makerFeePpm: file.makerFeePpm,
    takerFeePpm: file.takerFeePpm,
    venueId: venueIdOf(file.venue),
    product: file.product,
    pairType: file.pairType,
    ...(file.routed === true ? { routed: file.routed } : {}),
  };
}

function must(result: Result<number>): number {
  if (!result.ok) throw new TerminalError(result.error);
  return result.value;
}
