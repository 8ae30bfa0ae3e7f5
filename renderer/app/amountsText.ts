import type { Asset } from "../../shared/catalog.ts";
import type { AssetId } from "../../shared/ids.ts";
import { displayPlaces, formatAmount } from "../ui/format.ts";

/** Amounts of several assets in words: "32 250.00 USD + 1.20 BTC"; "" for none. */
export function amountsText(amounts: ReadonlyMap<AssetId, bigint>, assetOf: (id: AssetId) => Asset | undefined): string {
  return [...amounts]
    .flatMap(([assetId, units]) => {
      const asset = assetOf(assetId);
      return asset === undefined ? [] : [`${formatAmount(units, asset, displayPlaces(asset))} ${asset.code}`];
    })
    .join(" + ");
}
