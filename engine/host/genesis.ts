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

/** Who sends the first commands of an empty journal. */
export const GENESIS_ACTOR = "genesis";

/**
 * The commands that make the simulated venue out of an empty journal: assets, venues with their licences, rules and fees, the account that
 * receives fees, instruments, the other accounts, their opening balances. Lists the venues' whole catalogue of pairs if asked to. Throws
 * when the data files contradict themselves, which a test rules out.
 */
export function genesisCommands({ everyPair = false }: { readonly everyPair?: boolean } = {}): readonly Command[] {
  const assets = assetFileSchema.parse(assetsFile);
  const instruments = instrumentFileSchema.parse(instrumentsFile).filter(({ listed }) => listed || everyPair);
  const accounts = accountFileSchema.parse(accountsFile);
  const assetOf = (code: string): { readonly assetId: number; readonly unit: string } => {
    const index = assets.findIndex((asset) => asset.code === code);
    const found = assets[index];
    invariant(found !== undefined, `no asset is called ${code}`);
    return { assetId: index + 1, unit: unitStep(found.decimals) };
  };
  const openings = accounts.map(({ balances: _balances, ...account }, index) => ({
    receivesFees: account.receivesFees,
    command: { type: "OpenAccount", account: { accountId: index + 1, ...account } },
  }));
  const deposits = accounts.flatMap(({ balances }, index) =>
    Object.entries(balances).map(([code, quantity]) => {
      const { assetId, unit } = assetOf(code);
      return { type: "DepositFunds", accountId: index + 1, assetId, amount: must(parseSteps(quantity, unit, code)) };
    }),
  );
  const raw: readonly unknown[] = [
    ...assets.map(({ usd, ...asset }, index) => ({
      type: "DefineAsset",
      asset: { assetId: index + 1, ...asset, usdMillionths: usd === null ? 0 : usdMillionths(usd, asset.code) },
    })),
    ...venueCommands(),
    ...openings.filter(({ receivesFees }) => receivesFees).map(({ command }) => command),
    ...instruments.map((file, index) => ({ type: "ListInstrument", instrument: instrumentOf(file, index + 1, assetOf) })),
    ...openings.filter(({ receivesFees }) => !receivesFees).map(({ command }) => command),
    ...deposits,
    // Winds the clock: dates before the beginning are past, not due.
    { type: "AdvanceTime" },
  ];
  return raw.map((command) => commandSchema.parse(command));
}

function instrumentOf(
  file: z.infer<typeof instrumentFileSchema>[number],
  instrumentId: number,
  assetOf: (code: string) => { readonly assetId: number; readonly unit: string },
): object {
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
    priceBandPpm: file.priceBandPpm,
    makerFeePpm: file.makerFeePpm,
    takerFeePpm: file.takerFeePpm,
    venueId: venueIdOf(file.venue),
    product: file.product,
    pairType: file.pairType,
  };
}

function must(result: Result<number>): number {
  if (!result.ok) throw new TerminalError(result.error);
  return result.value;
}
