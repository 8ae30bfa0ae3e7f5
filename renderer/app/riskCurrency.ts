import type { AssetId } from "../../shared/ids.ts";

const known = new Set<AssetId>();

/** What nodes of the risk tree count values in, as previews and the tree tell it. */
export function noteCurrencies(currencies: Iterable<AssetId>): void {
  for (const currency of currencies) known.add(currency);
}

/** What a refusal of the risk stage counts values in. It does not say which node refused: null unless all that are known agree. */
export function riskCurrency(): AssetId | null {
  const [only] = known;
  return known.size === 1 && only !== undefined ? only : null;
}
