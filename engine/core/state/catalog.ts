import { invariant } from "../../../shared/assert.ts";
import type { Account, Asset, Instrument } from "../../../shared/catalog.ts";
import { AccountDirectory } from "./accountDirectory.ts";

/** Names, steps, limits and rates, as commands defined them. Ids are positions from 1; entries are frozen: they never change once made. */
export class Catalog {
  readonly assets: Asset[] = [];
  readonly instruments: Instrument[] = [];
  readonly accounts = new AccountDirectory();
  /** Account that receives the fees; 0 until it is opened. */
  feeAccountId = 0;
  private readonly assetCodes = new Set<string>();
  private readonly symbols = new Set<string>();

  addAsset(asset: Asset): void {
    this.assets.push(Object.freeze(asset));
    this.assetCodes.add(asset.code);
  }

  addInstrument(instrument: Instrument): void {
    this.instruments.push(Object.freeze(instrument));
    this.symbols.add(instrument.symbol);
  }

  addAccount(account: Account): void {
    this.accounts.add(account);
    if (account.receivesFees) this.feeAccountId = account.accountId;
  }

  hasAssetCode(code: string): boolean {
    return this.assetCodes.has(code);
  }

  hasSymbol(symbol: string): boolean {
    return this.symbols.has(symbol);
  }

  hasAccountCode(code: string): boolean {
    return this.accounts.hasCode(code);
  }

  hasAsset(assetId: number): boolean {
    return assetId >= 1 && assetId <= this.assets.length;
  }

  hasInstrument(instrumentId: number): boolean {
    return instrumentId >= 1 && instrumentId <= this.instruments.length;
  }

  /** The instrument must exist. */
  instrument(instrumentId: number): Instrument {
    const found = this.instruments[instrumentId - 1];
    if (found === undefined) invariant(false, `no instrument ${instrumentId}`);
    return found;
  }
}
