import type { Account, Asset, Instrument } from "../../../shared/catalog.ts";
import type { CommandOf } from "../../../shared/commands.ts";
import { exactRatio, unitStep } from "../../../shared/decimal.ts";
import type { Refusal } from "../../../shared/rejects.ts";
import type { Withdrawal } from "../../../shared/venues.ts";
import { LARGEST, nextId, refusal } from "./arithmetic.ts";
import type { Submit } from "./orders.ts";
import { ReferenceState } from "./referenceState.ts";

/** Catalog, deposits, prices, venues, licences, rules and fee schedules: LG-6 to LG-10, LG-14, LG-16, EL-1 to EL-10. */
export abstract class ReferenceCatalog extends ReferenceState {
  protected objectToAsset(asset: Asset): Refusal | null {
    return nextId(
      asset.assetId,
      this.assets.length,
      this.assets.some((other) => other.code === asset.code),
    );
  }

  protected objectToAccount(account: Account): Refusal | null {
    const wrongId = nextId(
      account.accountId,
      this.accounts.length,
      this.accounts.some((other) => other.code === account.code),
    );
    if (wrongId !== null) return wrongId;
    if (account.receivesFees && this.feeAccount() !== undefined) return refusal("CATALOG_FEE_ACCOUNT");
    if (account.masterAccountId === null) return null;
    const master = this.accounts.find(({ accountId }) => accountId === account.masterAccountId);
    return master?.masterAccountId === null ? null : refusal("CATALOG_SUB_ACCOUNT");
  }

  protected objectToInstrument(instrument: Instrument): Refusal | null {
    const { instrumentId, symbol, tickSize, lotSize } = instrument;
    const wrongId = nextId(
      instrumentId,
      this.instruments.length,
      this.instruments.some((other) => other.symbol === symbol),
    );
    if (wrongId !== null) return wrongId;
    const base = this.assets.find(({ assetId }) => assetId === instrument.baseAssetId);
    const quote = this.assets.find(({ assetId }) => assetId === instrument.quoteAssetId);
    if (base === undefined || quote === undefined) return refusal("CATALOG_UNKNOWN_ASSET");
    if (this.feeAccount() === undefined) return refusal("CATALOG_FEE_ACCOUNT");
    const { venues } = this.rules;
    const isOfVenue = instrument.venueId === null ? venues.length === 0 : instrument.venueId <= venues.length;
    if (!isOfVenue) return refusal("CATALOG_UNKNOWN_VENUE");
    const perLot = exactRatio(lotSize, "1", unitStep(base.decimals), "");
    const perTickLot = exactRatio(tickSize, lotSize, unitStep(quote.decimals), "");
    if (base === quote) return refusal("CATALOG_INVALID_INSTRUMENT");
    if (!perLot.ok || perLot.value !== instrument.baseUnitsPerLot) return refusal("CATALOG_INVALID_INSTRUMENT");
    if (!perTickLot.ok || perTickLot.value !== instrument.quoteUnitsPerTickLot) return refusal("CATALOG_INVALID_INSTRUMENT");
    if (instrument.minLots > instrument.maxLots || instrument.minLots > instrument.marketMaxLots)
      return refusal("CATALOG_INVALID_INSTRUMENT");
    const rates = this.fees.schedules.filter(({ venueId }) => venueId === instrument.venueId).flatMap(({ tiers }) => tiers);
    const rebate = Math.max(0, ...rates.map((tier) => -tier[instrument.pairType].makerPpm));
    return rebate > instrument.takerFeePpm ? refusal("CATALOG_REBATE_NOT_FUNDED", BigInt(instrument.takerFeePpm), BigInt(rebate)) : null;
  }

  protected objectToDeposit({ accountId, assetId, amount }: CommandOf<"DepositFunds">): Refusal | null {
    if (!this.accounts.some((account) => account.accountId === accountId)) return refusal("CATALOG_UNKNOWN_ACCOUNT");
    if (!this.assets.some((asset) => asset.assetId === assetId)) return refusal("CATALOG_UNKNOWN_ASSET");
    const room = LARGEST - this.holding(accountId, assetId).total - this.expected(accountId, assetId);
    return BigInt(amount) > room ? refusal("LEDGER_OVERFLOW", LARGEST, BigInt(amount), room) : null;
  }

  protected changeRules(
    command: CommandOf<
      "DefineVenue" | "DefineLicence" | "SetEligibilityRule" | "WithdrawLicence" | "WithdrawEligibilityRule" | "DefineFeeSchedule"
    >,
  ): void {
    const { licences, rules, venues } = this.rules;
    const isVenue = (venueId: number): boolean => venueId <= venues.length;
    const noVenue = refusal("CATALOG_UNKNOWN_VENUE");
    switch (command.type) {
      case "DefineVenue": {
        const { venue } = command;
        const isTaken = venues.some(({ siteCode }) => siteCode === venue.siteCode);
        return this.answer(command.type, nextId(venue.venueId, venues.length, isTaken), () => {
          venues.push(venue);
          this.emit({ type: "VenueDefined", venue });
        });
      }
      case "DefineLicence": {
        const { licence } = command;
        const objection = nextId(licence.licenceId, licences.length, false) ?? (isVenue(licence.venueId) ? null : noVenue);
        return this.answer(command.type, objection, () => {
          licences.push({ row: licence, recordedUs: this.atUs, withdrawal: null });
          this.emit({ type: "LicenceDefined", licence });
        });
      }
      case "SetEligibilityRule": {
        const { rule } = command;
        const isOwnLicence = licences[rule.licenceId - 1]?.row.venueId === rule.venueId;
        const objection =
          nextId(rule.ruleId, rules.length, false) ??
          (isVenue(rule.venueId) ? null : noVenue) ??
          (isOwnLicence ? null : refusal("CATALOG_UNKNOWN_LICENCE"));
        return this.answer(command.type, objection, () => {
          rules.push({ row: rule, recordedUs: this.atUs, withdrawal: null });
          this.emit({ type: "EligibilityRuleSet", rule });
          if (rule.effect === "deny") this.cancelIneligible();
        });
      }
      case "WithdrawLicence":
      case "WithdrawEligibilityRule": {
        const { withdrawal } = command;
        const isLicence = command.type === "WithdrawLicence";
        const row = isLicence ? licences[command.licenceId - 1] : rules[command.ruleId - 1];
        const unknown = refusal(isLicence ? "CATALOG_UNKNOWN_LICENCE" : "CATALOG_UNKNOWN_RULE");
        return this.answer(command.type, row === undefined ? unknown : this.objectToWithdrawal(row.withdrawal, withdrawal), () => {
          row!.withdrawal = withdrawal;
          if (isLicence) this.emit({ type: "LicenceWithdrawn", licenceId: command.licenceId, withdrawal });
          else this.emit({ type: "EligibilityRuleWithdrawn", ruleId: command.ruleId, withdrawal });
          this.cancelIneligible();
        });
      }
      case "DefineFeeSchedule": {
        const { schedule } = command;
        const objection =
          nextId(schedule.scheduleId, this.fees.schedules.length, false) ??
          (isVenue(schedule.venueId) ? null : noVenue) ??
          this.fees.objection(schedule, this.instruments);
        return this.answer(command.type, objection, () => {
          this.fees.schedules.push(schedule);
          this.emit({ type: "FeeScheduleDefined", schedule });
        });
      }
    }
  }

  protected objectToWithdrawal(earlier: Withdrawal | null, { fromUs }: Withdrawal): Refusal | null {
    if (earlier !== null) return refusal("CATALOG_ALREADY_WITHDRAWN", BigInt(earlier.fromUs));
    return fromUs < this.atUs ? refusal("CATALOG_RETROACTIVE", BigInt(this.atUs), BigInt(fromUs)) : null;
  }

  protected cancelIneligible(): void {
    const open = [...this.resting, ...this.waiting].toSorted((a, b) => a.terms.accountId - b.terms.accountId || a.id - b.id);
    for (const order of open) if (this.isIneligible(order.terms) !== null) this.expire(order, "ineligible");
  }

  protected isIneligible({ accountId, instrumentId }: Submit): Refusal | null {
    const account = this.accounts.find((one) => one.accountId === accountId)!;
    return this.rules.objection(
      account,
      this.instruments.find((one) => one.instrumentId === instrumentId)!,
      this.atUs,
    );
  }

  protected setPrice({ type, instrumentId, ticks }: CommandOf<"SetMarkPrice" | "SetIndexPrice">): void {
    if (!this.instruments.some((instrument) => instrument.instrumentId === instrumentId)) {
      return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_INSTRUMENT") });
    }
    (type === "SetMarkPrice" ? this.marks : this.indexes).set(instrumentId, BigInt(ticks));
    this.emit({ type: type === "SetMarkPrice" ? "MarkPriceSet" : "IndexPriceSet", instrumentId, ticks });
  }
}
