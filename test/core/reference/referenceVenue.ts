import type { Account, Asset, Instrument } from "../../../shared/catalog.ts";
import { plainTerms, type Command, type CommandOf, type CommandType } from "../../../shared/commands.ts";
import { exactRatio, unitStep } from "../../../shared/decimal.ts";
import type { Event, JournalEntry } from "../../../shared/events.ts";
import type { AccountId, ClientOrderId, EpochUs, InstrumentId, OrderId, OrderListId, Seq, TradeId, VenueId } from "../../../shared/ids.ts";
import type { Amount, PriceTicks, QtyLots } from "../../../shared/money.ts";
import type { ListedOrder, OrderList } from "../../../shared/orderLists.ts";
import type { AdjustmentReason, CancelReason, PhaseCause, TradingPhase } from "../../../shared/orders.ts";
import { refusalOf, type Refusal, type RejectCode } from "../../../shared/rejects.ts";
import type { Withdrawal } from "../../../shared/venues.ts";
import { ReferenceFees, type FeeTerms } from "./referenceFees.ts";
import { ReferenceRisk, riskTypes, type Asked, type Breach, type Surroundings, type Working } from "./referenceRisk.ts";
import { ReferenceRules } from "./referenceRules.ts";

/*
 * The rules of engine/SPEC.md written down as plainly as possible: arrays, objects and bigint, no speed, no sharing with the engine.
 * What it decides must equal what the engine decides, event for event.
 */

const LARGEST = 2n ** 53n - 1n;
const LARGEST_TICKS = 2n ** 31n - 1n;
const MILLION = 1_000_000n;
const REMEMBERED = 1_024;

type Submit = CommandOf<"SubmitOrder">;

type Order = {
  readonly id: number;
  readonly terms: Submit;
  /** Price at which it rests or matches; null for a market order. */
  limit: bigint | null;
  /** Price its hold is computed at; null for a market order. */
  worst: bigint | null;
  lots: bigint;
  left: bigint;
  /** What an iceberg shows; for other orders all that is left. */
  shown: bigint;
  held: bigint;
  /** The rates it was accepted under (LG-11). */
  readonly fees: FeeTerms;
  /** Sum of rate in millionths × basis over its fills that were charged, and the fees charged for them. */
  rated: bigint;
  charged: bigint;
  /** All it has paid, less rebates, and what is held of its receipts for the minimum fee (LG-15). */
  paid: bigint;
  reserved: bigint;
  trigger: bigint | null;
  readonly endsAtUs: number | null;
  readonly list: List | null;
};

type List = {
  readonly id: number;
  readonly command: CommandOf<"SubmitOrderList">;
  readonly parent: List | null;
  orders: Order[];
  filled: bigint;
  covered: bigint;
  ending: "none" | "filled" | "withdrawn" | "prevented";
};

/** What is different for orders that follow from others. */
type Circumstances = {
  readonly list: List | null;
  readonly isFollower: boolean;
  readonly isExit: boolean;
  readonly alreadyHeld: bigint;
  /** The first order of the pair that it is the second of. */
  readonly sibling: Order | null;
};
const alone: Circumstances = { list: null, isFollower: false, isExit: false, alreadyHeld: 0n, sibling: null };

/** How an order that passed every stage is accepted. */
type Decision = {
  readonly lots: bigint;
  readonly limit: bigint | null;
  readonly worst: bigint | null;
  /** Worst price at which it may trade at once. */
  readonly bound: bigint;
  readonly held: bigint;
  readonly trigger: bigint | null;
  readonly endsAtUs: number | null;
  /** Soft bounds that it was confirmed to exceed. */
  readonly confirmed: readonly Breach[];
};

/** What the stages have found out about an order's price. */
type Pricing = {
  readonly limit: bigint | null;
  readonly worst: bigint | null;
  readonly bound: bigint;
  readonly value: bigint;
  readonly trigger: bigint | null;
};

/** What an order could take at once; `isWhole` if that would fill it. */
type Reach = { readonly lots: bigint; readonly value: bigint; readonly metOwn: boolean; readonly isWhole: boolean };

type Holding = { total: bigint; held: bigint };

/** What this venue can decide: everything but sessions, locks and prices from outside, whose rules have laws and examples of their own. */
const plainTypes = [
  "DefineAsset",
  "OpenAccount",
  "ListInstrument",
  "DepositFunds",
  "SubmitOrder",
  "CancelOrder",
  "CancelAllOrders",
  "AmendOrder",
  "MassCancel",
  "SetMarkPrice",
  "SetIndexPrice",
  "SubmitOrderList",
  "SetTradingPhase",
  "AdvanceTime",
  "RecordOperatorAction",
  "DefineVenue",
  "DefineLicence",
  "WithdrawLicence",
  "SetEligibilityRule",
  "WithdrawEligibilityRule",
  "DefineFeeSchedule",
  ...riskTypes,
] as const;
type PlainCommand = CommandOf<(typeof plainTypes)[number]>;

function isPlain(command: Command): command is PlainCommand {
  return plainTypes.some((type) => type === command.type);
}

export class ReferenceVenue {
  readonly entries: JournalEntry[] = [];
  /** Resting orders of all instruments in order of arrival. */
  resting: Order[] = [];
  /** Stops that have not fired, in order of acceptance. */
  waiting: Order[] = [];
  readonly assets: Asset[] = [];
  readonly accounts: Account[] = [];
  readonly instruments: Instrument[] = [];
  readonly rules = new ReferenceRules();
  readonly fees = new ReferenceFees();
  readonly risk = new ReferenceRisk();
  private actor = "";
  /** Accepted orders that are not over yet, wherever they stand. */
  private readonly alive = new Set<Order>();
  /** The breach that the last look found; told when it leads to a refusal. */
  private breach: Breach | null = null;
  private advancedUs = 0;
  private lists: List[] = [];
  private readonly phases = new Map<number, { readonly phase: TradingPhase; readonly untilUs: number | null }>();
  private readonly auctionPrices = new Map<number, bigint>();
  private readonly holdings = new Map<string, Holding>();
  private readonly usedIds = new Map<number, number[]>();
  private readonly lastTrades = new Map<number, bigint>();
  private readonly marks = new Map<number, bigint>();
  private readonly indexes = new Map<number, bigint>();
  private seq = 0;
  atUs = 0;
  private causeSeq = 0;

  decide(command: Command, actor: string, atUs: number): void {
    this.seq += 1;
    this.causeSeq = this.seq;
    this.atUs = atUs;
    this.entries.push({ kind: "command", seq: this.seq as Seq, atUs: atUs as EpochUs, actor, command });
    this.actor = actor;
    this.endWhatIsDue();
    if (!isPlain(command)) throw new Error(`the plain rules do not know ${command.type}`);
    this.carryOut(command);
    this.followUp();
  }

  private carryOut(command: PlainCommand): void {
    switch (command.type) {
      case "DefineAsset":
        return this.answer(command.type, this.objectToAsset(command.asset), () => {
          this.assets.push(command.asset);
          this.emit({ type: "AssetDefined", asset: command.asset });
        });
      case "OpenAccount":
        return this.answer(command.type, this.objectToAccount(command.account), () => {
          this.accounts.push(command.account);
          this.emit({ type: "AccountOpened", account: command.account });
        });
      case "ListInstrument":
        return this.answer(command.type, this.objectToInstrument(command.instrument), () => {
          this.instruments.push(command.instrument);
          this.phases.set(command.instrument.instrumentId, { phase: command.instrument.initialPhase, untilUs: null });
          this.emit({ type: "InstrumentListed", instrument: command.instrument });
        });
      case "DepositFunds":
        return this.answer(command.type, this.objectToDeposit(command), () => {
          this.holding(command.accountId, command.assetId).total += BigInt(command.amount);
          this.emit({ type: "FundsDeposited", accountId: command.accountId, assetId: command.assetId, amount: command.amount });
        });
      case "SubmitOrder":
        return this.submit(command);
      case "CancelOrder":
        return this.cancel(command);
      case "CancelAllOrders":
        return this.cancelAll(command);
      case "AmendOrder":
        return this.amend(command);
      case "SetTradingPhase":
        return this.setPhase(command);
      case "SubmitOrderList":
        return this.submitList(command);
      case "MassCancel":
        return this.massCancel(command);
      case "SetMarkPrice":
      case "SetIndexPrice":
        return this.setPrice(command);
      case "AdvanceTime":
        return this.advanceTime();
      case "DefineVenue":
      case "DefineLicence":
      case "SetEligibilityRule":
      case "WithdrawLicence":
      case "WithdrawEligibilityRule":
      case "DefineFeeSchedule":
        return this.changeRules(command);
      case "DefineRiskNode":
      case "ProposeLimits":
      case "ApproveLimits":
      case "SetTradingState":
      case "EngageKillSwitch":
      case "RearmKillSwitch":
      case "SetConversionMark":
        return this.changeRisk(command);
      case "RecordOperatorAction":
        return this.emit({ type: "OperatorActionRecorded", action: command.action, detail: command.detail });
    }
  }

  balance(accountId: number, assetId: number): Holding {
    return this.holding(accountId, assetId);
  }

  private emit(event: Event): void {
    this.seq += 1;
    this.entries.push({ kind: "event", seq: this.seq as Seq, atUs: this.atUs as EpochUs, causeSeq: this.causeSeq as Seq, event });
  }

  private answer(commandType: CommandType, objection: Refusal | null, accept: () => void): void {
    if (objection === null) accept();
    else this.emit({ type: "CommandDenied", commandType, refusal: objection });
  }

  // Catalog and deposits: LG-6 to LG-9.

  private objectToAsset(asset: Asset): Refusal | null {
    return nextId(
      asset.assetId,
      this.assets.length,
      this.assets.some((other) => other.code === asset.code),
    );
  }

  private objectToAccount(account: Account): Refusal | null {
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

  private objectToInstrument(instrument: Instrument): Refusal | null {
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

  // Venues, licences, rules and fee schedules: EL-1 to EL-10, LG-10, LG-14, LG-17.

  private changeRules(
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

  // The risk stage: RK-4 to RK-12, RK-19 to RK-21, RK-27, RK-28.

  private changeRisk(command: CommandOf<(typeof riskTypes)[number]>): void {
    const { risk } = this;
    const by = this.actor;
    switch (command.type) {
      case "DefineRiskNode": {
        const { node } = command;
        return this.answer(command.type, risk.objectToNode(node), () => {
          risk.nodes.push(node);
          this.emit({ type: "RiskNodeDefined", node });
        });
      }
      case "ProposeLimits":
        return this.answer(command.type, risk.objectToProposal(command.proposal), () => {
          const proposal = { ...command.proposal, by };
          risk.proposals.set(this.seq + 1, proposal);
          this.emit({ type: "LimitsProposed", proposalId: (this.seq + 1) as Seq, proposal });
        });
      case "ApproveLimits": {
        const { proposalId } = command;
        const proposal = risk.proposals.get(proposalId);
        const objection =
          proposal === undefined
            ? refusal("RISK_UNKNOWN_PROPOSAL", null, BigInt(proposalId))
            : proposal.by === by
              ? refusal("RISK_SECOND_PERSON")
              : risk.objectToProposal(proposal);
        return this.answer(command.type, objection, () => {
          risk.proposals.delete(proposalId);
          risk.apply(proposal!);
          this.emit({ type: "LimitsApproved", proposalId, by });
          this.emit({ type: "LimitsApplied", proposalId });
        });
      }
      case "SetTradingState": {
        const { change } = command;
        const isKnown = change.nodeId <= risk.nodes.length + 1;
        return this.answer(command.type, isKnown ? null : refusal("RISK_UNKNOWN_NODE", null, BigInt(change.nodeId)), () => {
          risk.setState(change.nodeId, change.state);
          this.emit({ type: "TradingStateSet", change: { ...change, by } });
          if (change.state === "halted") this.cancelBelow(change.nodeId, "halted");
        });
      }
      case "EngageKillSwitch":
      case "RearmKillSwitch": {
        const { scope } = command.type === "EngageKillSwitch" ? command.kill : command.rearm;
        if (scope.kind === "user") throw new Error("the plain rules know kill switches of accounts and nodes alone");
        const nodeId = scope.kind === "account" ? risk.nodeOf(scope.accountId) : scope.nodeId;
        if (nodeId > risk.nodes.length + 1) {
          return this.answer(command.type, refusal("RISK_UNKNOWN_NODE", null, BigInt(nodeId)), () => undefined);
        }
        const engagedBy = risk.killed.get(nodeId);
        if (command.type === "EngageKillSwitch") {
          return this.answer(command.type, engagedBy === undefined ? null : refusal("RISK_ALREADY_ENGAGED"), () => {
            risk.killed.set(nodeId, by);
            this.emit({ type: "KillSwitchEngaged", kill: { ...command.kill, by } });
            this.cancelBelow(nodeId, "killSwitch");
          });
        }
        const objection = engagedBy === undefined ? refusal("RISK_NOT_ENGAGED") : engagedBy === by ? refusal("RISK_SECOND_PERSON") : null;
        return this.answer(command.type, objection, () => {
          risk.killed.delete(nodeId);
          this.emit({ type: "KillSwitchRearmed", rearm: { ...command.rearm, by } });
        });
      }
      case "SetConversionMark":
        risk.addMark(command.mark);
        return this.emit({ type: "ConversionMarkSet", mark: command.mark });
    }
  }

  private cancelBelow(nodeId: number, reason: CancelReason): void {
    const open = [...this.resting, ...this.waiting].toSorted((a, b) => a.terms.accountId - b.terms.accountId || a.id - b.id);
    for (const order of open) if (this.risk.isBelow(order.terms.accountId, nodeId)) this.expire(order, reason);
  }

  private get surroundings(): Surroundings {
    return {
      working: [...this.alive].map((order) => this.asWorking(order)),
      instruments: this.instruments,
      best: (instrumentId, side) => this.best(instrumentId, side),
      last: (instrumentId) => this.lastTrades.get(instrumentId) ?? null,
    };
  }

  private asWorking({ id, left, terms, worst }: Order): Working {
    const { accountId, instrumentId, side } = terms;
    const instrument = this.instruments.find((one) => one.instrumentId === instrumentId)!;
    return {
      id,
      accountId,
      instrumentId,
      side,
      left,
      value: worst === null ? null : worst * left * BigInt(instrument.quoteUnitsPerTickLot),
    };
  }

  /** The risk stage's word on an order. Null if it passes, with what it was confirmed to exceed in `confirmed`. */
  private objectToRisk(asked: Asked, confirmed: Breach[]): Refusal | null {
    if (this.risk.nodes.length === 0) return null;
    const found = this.risk.look(asked, this.surroundings, this.assets);
    this.breach = found.breach;
    confirmed.push(...found.confirmed);
    return found.refusal;
  }

  /** A breach precedes the refusal that it leads to. */
  private tellBreach(accountId: number): void {
    if (this.breach === null) return;
    const { actual, headroom, limit, used, ...breach } = this.breach;
    this.breach = null;
    this.emit({
      type: "RiskBreached",
      ...breach,
      instrumentId: breach.instrumentId as InstrumentId | null,
      accountId: accountId as AccountId,
      limit: Number(limit),
      used: Number(used),
      actual: Number(actual),
      headroom: Number(headroom),
    });
  }

  private tellConfirmed(
    confirmed: readonly Breach[],
    { accountId, clientOrderId, confirmation }: Pick<Submit, "accountId" | "clientOrderId" | "confirmation">,
  ): void {
    for (const { actual, control, instrumentId, limit, nodeId, used } of confirmed) {
      this.emit({
        type: "SoftLimitConfirmed",
        nodeId,
        control,
        instrumentId: instrumentId as InstrumentId | null,
        accountId,
        limit: Number(limit),
        used: Number(used),
        actual: Number(actual),
        clientOrderId,
        confirmation: confirmation!,
      });
    }
  }

  private objectToWithdrawal(earlier: Withdrawal | null, { fromUs }: Withdrawal): Refusal | null {
    if (earlier !== null) return refusal("CATALOG_ALREADY_WITHDRAWN", BigInt(earlier.fromUs));
    return fromUs < this.atUs ? refusal("CATALOG_RETROACTIVE", BigInt(this.atUs), BigInt(fromUs)) : null;
  }

  private cancelIneligible(): void {
    const open = [...this.resting, ...this.waiting].toSorted((a, b) => a.terms.accountId - b.terms.accountId || a.id - b.id);
    for (const order of open) if (this.isIneligible(order.terms) !== null) this.expire(order, "ineligible");
  }

  private isIneligible({ accountId, instrumentId }: Submit): Refusal | null {
    const account = this.accounts.find((one) => one.accountId === accountId)!;
    return this.rules.objection(
      account,
      this.instruments.find((one) => one.instrumentId === instrumentId)!,
      this.atUs,
    );
  }

  private advanceTime(): void {
    for (const { applies, standing, tier, volume } of this.fees.turn(this.advancedUs, this.atUs)) {
      const head = { accountId: standing.accountId as AccountId, venueId: standing.venueId as VenueId, tier };
      if (applies) this.emit({ type: "FeeTierApplied", ...head });
      else this.emit({ type: "FeeTierComputed", ...head, volumeUsdMillionths: Number(volume) });
    }
    if (this.rules.dates.some((date) => date > this.advancedUs && date <= this.atUs)) this.cancelIneligible();
    this.emit({ type: "TimeAdvanced", consequences: this.seq - this.causeSeq });
    this.advancedUs = this.atUs;
  }

  /** What an order of the account would be charged by if it were accepted now. */
  private feesFor(accountId: number, instrument: Instrument): FeeTerms {
    return this.fees.termsFor(this.masterOf(accountId), instrument, this.assets[instrument.quoteAssetId - 1]!, this.atUs);
  }

  private masterOf(accountId: number): number {
    return this.accounts.find((account) => account.accountId === accountId)!.masterAccountId ?? accountId;
  }

  private objectToDeposit({ accountId, assetId, amount }: CommandOf<"DepositFunds">): Refusal | null {
    if (!this.accounts.some((account) => account.accountId === accountId)) return refusal("CATALOG_UNKNOWN_ACCOUNT");
    if (!this.assets.some((asset) => asset.assetId === assetId)) return refusal("CATALOG_UNKNOWN_ASSET");
    const room = LARGEST - this.holding(accountId, assetId).total - this.expected(accountId, assetId);
    return BigInt(amount) > room ? refusal("LEDGER_OVERFLOW", LARGEST, BigInt(amount), room) : null;
  }

  // Orders: MT-1 to MT-35, RK-1 to RK-3, LG-2 to LG-6.

  private submit(command: Submit, circumstances = alone): void {
    const decision = this.consider(command, circumstances);
    if ("code" in decision) return this.deny(command, decision);
    this.place(this.accept(command, decision, circumstances), decision.bound);
  }

  private deny(command: Submit, why: Refusal): void {
    const { type: _type, confirmation: _confirmation, keepOnDisconnect: _keepOnDisconnect, ...terms } = command;
    this.tellBreach(command.accountId);
    this.emit({ type: "OrderDenied", ...terms, refusal: why });
  }

  private place(order: Order, bound: bigint): void {
    if (isStop(order.terms)) return;
    if (order.terms.orderType === "pegged") this.rest(order);
    else this.match(order, bound);
  }

  private accept(command: Submit, decision: Decision, { isFollower, list }: Circumstances): Order {
    const { type: _type, confirmation: _confirmation, keepOnDisconnect: _keepOnDisconnect, ...terms } = command;
    const { endsAtUs, held, limit, lots, trigger, worst } = decision;
    this.tellConfirmed(decision.confirmed, command);
    const order: Order = {
      id: this.seq + 1,
      terms: command,
      limit,
      worst,
      lots,
      left: lots,
      shown: lots,
      held,
      fees: this.feesFor(
        command.accountId,
        this.instruments.find((one) => one.instrumentId === command.instrumentId)!,
      ),
      rated: 0n,
      charged: 0n,
      paid: 0n,
      reserved: 0n,
      trigger,
      endsAtUs,
      list,
    };
    list?.orders.push(order);
    this.alive.add(order);
    if (isStop(command)) this.waiting.push(order);
    if (!isFollower) this.usedIds.set(command.accountId, [...this.used(command.accountId), command.clientOrderId]);
    this.paying(command).held += held;
    const isWorkingTold = limit !== null && Number(limit) !== command.limitTicks;
    this.emit({
      type: "OrderAccepted",
      orderId: order.id as OrderId,
      ...terms,
      lots: Number(lots) as QtyLots,
      askedLots: command.lots === null || BigInt(command.lots) === lots ? null : command.lots,
      expireAtUs: endsAtUs as EpochUs | null,
      triggerTicks: trigger === null ? null : (Number(trigger) as PriceTicks),
      workingTicks: isWorkingTold ? (Number(limit) as PriceTicks) : null,
      held: Number(held) as Amount,
      listId: list === null ? null : (list.id as OrderListId),
    });
    return order;
  }

  private consider(command: Submit, { alreadyHeld, isExit, isFollower, sibling }: Circumstances): Refusal | Decision {
    const { accountId } = command;
    this.breach = null;
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === command.instrumentId);
    if (instrument === undefined) return refusal("VALIDATE_UNKNOWN_INSTRUMENT");
    if (!this.accounts.some((account) => account.accountId === accountId)) return refusal("VALIDATE_UNKNOWN_ACCOUNT");
    if (!isFollower && this.isIdTaken(command)) return refusal("VALIDATE_DUPLICATE_CLIENT_ORDER_ID", null, BigInt(command.clientOrderId));
    const ineligible = this.isIneligible(command);
    if (ineligible !== null) return ineligible;
    const fees = this.feesFor(accountId, instrument);
    const misfit = objectToTerms(command, this.atUs);
    if (misfit !== null) return misfit;
    let lots = command.lots === null ? null : BigInt(command.lots);
    if (command.reduceOnly) {
      const { total, held } = this.paying(command);
      const most = command.side === "buy" ? 0n : (total - held) / BigInt(instrument.baseUnitsPerLot);
      if (most === 0n) return refusal("RISK_REDUCE_ONLY", null, lots, 0n);
      lots = smaller(lots!, most);
    }
    const wrongLots = lots === null ? null : objectToLots(command, instrument, lots, isExit);
    if (wrongLots !== null) return wrongLots;
    const untimely = this.objectToPhase(command) ?? (isExit ? null : this.objectToNumber(command, instrument));
    if (untimely !== null) return untimely;
    const pricing = this.price(command, instrument);
    if ("code" in pricing) return pricing;
    const matchBound = this.heeding(instrument, command.side, pricing.bound);
    if (lots === null) {
      const sized = this.size(command, instrument, fees, matchBound);
      if (typeof sized !== "bigint") return sized;
      lots = sized;
      const wrongSize = objectToLots(command, instrument, lots);
      if (wrongSize !== null) return wrongSize;
    }
    const wrongValue = objectToValue(command, instrument, pricing.value, lots, isExit);
    if (wrongValue !== null) return wrongValue;
    const asked: Asked = {
      accountId,
      instrument,
      side: command.side,
      orderType: command.orderType,
      lots,
      whole: lots,
      bound: pricing.bound,
      working: pricing.limit,
      firstTop: 0n,
      value: pricing.value,
      trigger: pricing.trigger,
      isConfirmed: command.confirmation !== null,
      isPriceNew: true,
      openLots: sibling?.left ?? 0n,
      openValue: sibling === null ? 0n : this.asWorking(sibling).value!,
    };
    const confirmed: Breach[] = [];
    const risky = this.objectToRisk(asked, confirmed);
    if (risky !== null) return risky;
    const { bound, limit, trigger, worst } = withBound(pricing, asked.bound);
    const reach = this.reach(command, lots, command.side === "buy" ? smaller(matchBound, bound) : larger(matchBound, bound));
    if (command.timeInForce === "fok" && reach.lots < lots) return refusal("BOOK_FILL_OR_KILL", null, lots, reach.lots);
    if (command.orderType === "market" && reach.lots === 0n && !reach.metOwn) return refusal("BOOK_NO_LIQUIDITY");

    const held =
      worst === null
        ? sweepHold(command, instrument, fees, reach)
        : holdAt(command.side, instrument, worst, lots, { ...nothingPaid, fees });
    const wrongFunds = this.objectToFunds(command, instrument, { lots, held, bound, limit, reach, alreadyHeld, alreadyExpected: 0n, fees });
    return wrongFunds ?? { lots, limit, worst, bound, held, trigger, endsAtUs: endOf(command, this.atUs), confirmed };
  }

  private objectToFunds(
    command: Submit,
    instrument: Instrument,
    order: {
      readonly lots: bigint;
      readonly held: bigint;
      readonly bound: bigint;
      readonly limit: bigint | null;
      readonly reach: { readonly value: bigint };
      readonly alreadyHeld: bigint;
      readonly alreadyExpected: bigint;
      readonly fees: FeeTerms;
    },
  ): Refusal | null {
    if (order.held > LARGEST) return refusal("LEDGER_OVERFLOW");
    const { total, held } = this.paying(command);
    const available = total - held + order.alreadyHeld;
    if (order.held > available) {
      return { ...refusal("LEDGER_INSUFFICIENT_FUNDS", total, order.held, available), used: Number(held - order.alreadyHeld) };
    }
    return this.hasRoom(command, instrument, order) ? null : refusal("LEDGER_OVERFLOW");
  }

  /** Bound, value and working price; see the paragraphs of each type. */
  private price(command: Submit, instrument: Instrument): Refusal | Pricing {
    const { instrumentId, limitTicks, orderType, side } = command;
    const limit = limitTicks === null ? null : BigInt(limitTicks);
    if (orderType === "market") {
      const reference = this.reference(instrumentId);
      if (reference === null) return refusal("RISK_NO_REFERENCE_PRICE");
      return { limit: null, worst: null, bound: bandEdge(instrument, side, reference), value: reference, trigger: null };
    }
    if (orderType === "stop") return stopPricing(instrument, side, BigInt(command.triggerTicks!));
    if (orderType === "trailingStop") {
      const source = this.source(command);
      if (source === null) return refusal("RISK_NO_REFERENCE_PRICE");
      return stopPricing(instrument, side, trailFrom(side, source, BigInt(command.offsetTicks!)));
    }
    if (orderType === "stopLimit") {
      const trigger = BigInt(command.triggerTicks!);
      const edge = bandEdge(instrument, side, trigger);
      if (!isWithin(side, edge, limit!)) return refusal("RISK_PRICE_BAND", edge, limit);
      return { ...at(limit!), trigger };
    }
    if (orderType === "pegged") {
      const place = this.pegPlace(command, limit!);
      if (place === null) return refusal("RISK_NO_REFERENCE_PRICE");
      return this.objectToBand(instrument, side, limit!) ?? { ...at(limit!), limit: place };
    }
    const touch = this.best(instrumentId, opposite(side));
    if (orderType === "marketToLimit") {
      if (touch === null) return refusal("BOOK_NO_LIQUIDITY");
      return this.objectToBand(instrument, side, touch) ?? at(touch);
    }
    return this.objectToBand(instrument, side, limit!) ?? this.keepPassive(command, limit!, touch);
  }

  private keepPassive({ instrumentId, postOnly, side }: Submit, limit: bigint, touch: bigint | null): Refusal | Pricing {
    if (postOnly === null || touch === null || !this.isContinuous(instrumentId) || !isWithin(side, limit, touch)) return at(limit);
    const nearest = side === "buy" ? touch - 1n : touch + 1n;
    if (nearest < 1n || nearest > LARGEST_TICKS) return refusal("BOOK_POST_ONLY", null, limit);
    return postOnly === "reject" ? refusal("BOOK_POST_ONLY", nearest, limit) : at(nearest);
  }

  private objectToBand(instrument: Instrument, side: "buy" | "sell", limit: bigint): Refusal | null {
    const last = this.lastTrades.get(instrument.instrumentId);
    if (last === undefined) return null;
    const edge = bandEdge(instrument, side, last);
    return isWithin(side, edge, limit) ? null : refusal("RISK_PRICE_BAND", edge, limit);
  }

  /** MT-19: lots for an amount, maker by maker, whole lots only. */
  private size(command: Submit, instrument: Instrument, fees: FeeTerms, bound: bigint): Refusal | bigint {
    const amount = BigInt(command.quoteAmount!);
    const isOnTop = !isOffReceipts(command.side, instrument);
    let lots = 0n;
    let value = 0n;
    for (const { maker, lots: there } of this.meeting(command, bound)) {
      if (maker === null) return lots > 0n ? lots : BigInt(instrument.minLots);
      for (let n = 0n; n < there; n += 1n) {
        const more = maker * BigInt(instrument.quoteUnitsPerTickLot);
        const fee = isOnTop ? larger(ceilDivide((value + more) * fees.taker, MILLION), fees.minimum) : 0n;
        if (value + more + fee > amount) {
          return lots > 0n ? lots : refusal("VALIDATE_LOTS_BELOW_MINIMUM", BigInt(instrument.minLots), 0n);
        }
        lots += 1n;
        value += more;
      }
    }
    return lots > 0n ? lots : refusal("BOOK_NO_LIQUIDITY");
  }

  /** Prices and lots that an order without end would take, in order; a price of null where it would have to stop before an own order. */
  private *meeting(command: Submit, bound: bigint): Generator<{ maker: bigint | null; lots: bigint }> {
    const makers = this.inPriority(command.instrumentId, opposite(command.side)).filter(({ limit }) =>
      isWithin(command.side, bound, limit!),
    );
    for (const ticks of new Set(makers.map(({ limit }) => limit!))) {
      const level = makers.filter(({ limit }) => limit === ticks);
      for (const maker of level) {
        if (!this.isOwn(command, maker)) yield { maker: ticks, lots: maker.shown };
        else if (command.selfTradeMode !== "expireMaker") return yield { maker: null, lots: 0n };
      }
      for (const maker of level) if (!this.isOwn(command, maker)) yield { maker: ticks, lots: maker.left - maker.shown };
    }
  }

  private hasRoom(
    command: Submit,
    instrument: Instrument,
    order: {
      readonly lots: bigint;
      readonly bound: bigint;
      readonly limit: bigint | null;
      readonly reach: { readonly value: bigint };
      readonly alreadyExpected: bigint;
      readonly fees: FeeTerms;
    },
  ): boolean {
    const { accountId, side } = command;
    const { lots, bound, limit } = order;
    const q = BigInt(instrument.quoteUnitsPerTickLot);
    const bestBid = this.best(instrument.instrumentId, "buy") ?? 0n;
    const top = side === "sell" ? larger(larger(bestBid, limit ?? 0n), bound) : bound;
    const value = command.orderType === "market" ? order.reach.value : top * lots * q;
    const { fees } = order;
    const base = lots * BigInt(instrument.baseUnitsPerLot);
    const receipts =
      (side === "buy" ? base : value + (fees.isOwn ? 0n : rebateOn(smaller(value, LARGEST), fees.maker))) - order.alreadyExpected;
    const into = side === "buy" ? instrument.baseAssetId : instrument.quoteAssetId;
    if (this.holding(accountId, into).total + this.expected(accountId, into) + receipts > LARGEST) return false;
    const feeAccount = this.feeAccount()!.accountId;
    const minimum = this.fees.highestMinimum(instrument.venueId, this.assets[instrument.quoteAssetId - 1]!);
    const rates = instrument.venueId === null ? BigInt(instrument.makerFeePpm + instrument.takerFeePpm) : MILLION / 5n;
    const fits = (assetId: number, basis: bigint, least: bigint): boolean => {
      const own = feeAccount === accountId && assetId === into ? receipts : 0n;
      const due = this.holding(feeAccount, assetId).total + this.expected(feeAccount, assetId) + own;
      return basis <= LARGEST && due + ceilDivide(basis * rates, MILLION) + lots + 1n + least * (lots + 1n) <= LARGEST;
    };
    if (!fits(instrument.quoteAssetId, value, minimum)) return false;
    if (instrument.pairType !== "tokenToken") return true;
    const bids = this.inPriority(instrument.instrumentId, "buy");
    const low = larger(larger(bound, bids.at(-1)?.limit ?? 0n), 1n);
    return fits(instrument.baseAssetId, base, side === "buy" ? 0n : leastFee("buy", instrument, low, minimum));
  }

  /** What an order could take at once: the makers in priority, up to its bound, its lots or an own order that stops it. */
  private reach(command: Submit, lots: bigint, bound: bigint): Reach {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === command.instrumentId)!;
    // A rehearsal on a copy of the makers: shown parts in turn, an iceberg's next part behind its price's others.
    const makers = this.inPriority(command.instrumentId, opposite(command.side)).map((maker) => ({
      own: this.isOwn(command, maker),
      limit: maker.limit!,
      shown: maker.shown,
      left: maker.left,
      display: maker.terms.displayLots,
    }));
    let wanted = lots;
    let taken = 0n;
    let value = 0n;
    while (wanted > 0n) {
      const maker = makers[0];
      if (maker === undefined || !isWithin(command.side, bound, maker.limit)) break;
      if (maker.own) {
        if (command.selfTradeMode === null || command.selfTradeMode === "expireTaker" || command.selfTradeMode === "expireBoth")
          return { lots: taken, value, metOwn: true, isWhole: false };
        makers.shift();
        if (command.selfTradeMode === "decrement") {
          wanted -= smaller(wanted, maker.left);
          if (wanted === 0n) return { lots: taken, value, metOwn: true, isWhole: false };
        }
        continue;
      }
      const n = smaller(wanted, maker.shown);
      wanted -= n;
      taken += n;
      value += n * maker.limit * BigInt(instrument.quoteUnitsPerTickLot);
      maker.shown -= n;
      maker.left -= n;
      if (maker.shown > 0n) continue;
      makers.shift();
      if (maker.left === 0n) continue;
      maker.shown = smaller(BigInt(maker.display!), maker.left);
      const behind = makers.findIndex(({ limit }) => limit !== maker.limit);
      makers.splice(behind < 0 ? makers.length : behind, 0, maker);
    }
    return { lots: taken, value, metOwn: false, isWhole: wanted === 0n };
  }

  private isOwn(command: Submit, maker: Order): boolean {
    if (maker.terms.accountId === command.accountId) return true;
    const one = this.accounts.find(({ accountId }) => accountId === command.accountId)!;
    const other = this.accounts.find(({ accountId }) => accountId === maker.terms.accountId)!;
    const isSameGroup = one.groupId !== null && one.groupId === other.groupId;
    const isSameFirm = one.firmId !== null && one.firmId === other.firmId;
    if (command.selfTradeScope === "group") return isSameGroup;
    return command.selfTradeScope === "firm" && (isSameGroup || isSameFirm);
  }

  private match(taker: Order, wholeBound: bigint): void {
    const { instrumentId, side, orderType, timeInForce } = taker.terms;
    if (!this.isContinuous(instrumentId)) return this.rest(taker);
    const instrument = this.instruments.find((listed) => listed.instrumentId === instrumentId)!;
    const bound = this.heeding(instrument, side, wholeBound);
    let beyond = false;
    while (taker.left > 0n) {
      const maker = this.inPriority(instrumentId, opposite(side))[0];
      if (maker === undefined) break;
      beyond = !isWithin(side, bound, maker.limit!);
      if (beyond && isWithin(side, wholeBound, maker.limit!))
        this.beginPhase(instrumentId, "volatilityAuction", this.atUs + instrument.volatilityAuctionUs, "volatility");
      if (beyond) break;
      if (!this.isOwn(taker.terms, maker)) this.fill(maker, taker, maker.limit!, smaller(maker.shown, taker.left));
      else if (!this.preventSelfTrade(maker, taker)) return;
    }
    if (taker.left === 0n) return;
    if (orderType === "market" && beyond) return this.expire(taker, "priceBand");
    const stays = timeInForce === "gtc" || timeInForce === "gtd" || timeInForce === "day";
    if (!stays || orderType === "stop" || orderType === "trailingStop") return this.expire(taker, "immediateRemainder");
    this.rest(taker);
  }

  /** MT-16 and MT-23 to MT-25. Answers whether the taker is still there. */
  private preventSelfTrade(maker: Order, taker: Order): boolean {
    const mode = taker.terms.selfTradeMode ?? "expireTaker";
    if (mode === "expireMaker" || mode === "expireBoth") this.expire(maker, "selfTrade");
    if (mode === "expireTaker" || mode === "expireBoth") this.expire(taker, "selfTrade");
    if (mode !== "decrement") return mode === "expireMaker";
    const lots = smaller(maker.left, taker.left);
    const isTakerGone = taker.left === lots;
    for (const order of [maker, taker]) {
      if (order.left === lots) this.expire(order, "selfTrade");
      else this.lessen(order, lots);
    }
    return !isTakerGone;
  }

  private lessen(order: Order, lots: bigint): void {
    const held = order.worst === null ? order.held : this.worstCase({ ...order, left: order.left - lots });
    this.adjust(order, order.left - lots, held, "selfTrade");
  }

  private adjust(order: Order, left: bigint, held: bigint, reason: AdjustmentReason): boolean {
    if (left === order.left && held === order.held) return false;
    const paying = this.paying(order.terms);
    if (held - order.held > paying.total - paying.held) {
      this.expire(order, "listSibling");
      return true;
    }
    const { accountId, instrumentId } = order.terms;
    order.lots -= order.left - left;
    order.left = left;
    order.shown = smaller(order.shown, left);
    this.hold(order, held);
    this.emit({
      type: "OrderAdjusted",
      orderId: order.id as OrderId,
      accountId,
      instrumentId,
      reason,
      lots: Number(order.lots) as QtyLots,
      leavesLots: Number(order.left) as QtyLots,
      held: Number(order.held) as Amount,
    });
    return true;
  }

  private rest(order: Order): void {
    this.comeToRest(order);
    this.emit({ type: "OrderRested", orderId: order.id as OrderId, leavesLots: Number(order.left) as QtyLots });
  }

  private comeToRest(order: Order): void {
    const { displayLots } = order.terms;
    order.shown = displayLots === null ? order.left : smaller(BigInt(displayLots), order.left);
    this.resting.push(order);
  }

  private fill(maker: Order, taker: Order, price: bigint, lots: bigint): void {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === taker.terms.instrumentId)!;
    const value = price * lots * BigInt(instrument.quoteUnitsPerTickLot);
    for (const order of [maker, taker]) {
      order.left -= lots;
      order.shown -= lots;
    }
    for (const { terms } of [maker, taker]) this.risk.move(terms.accountId, terms.instrumentId, terms.side, lots);
    for (const order of [maker, taker]) if (order.left === 0n) this.alive.delete(order);
    const makerFee = this.settle(maker, instrument, { lots, price, value, rate: maker.fees.maker });
    const takerFee = this.settle(taker, instrument, { lots, price, value, rate: taker.fees.taker });
    if (instrument.venueId !== null) {
      const masters = [maker, taker].map(({ terms }) => this.masterOf(terms.accountId));
      this.fees.count(masters, instrument.venueId, value, this.assets[instrument.quoteAssetId - 1]!, this.atUs);
    }
    for (const order of [maker, taker]) {
      if (order.shown > 0n || !this.resting.includes(order)) continue;
      this.resting = this.resting.filter((other) => other !== order);
      if (order.left > 0n) this.comeToRest(order);
    }
    for (const order of [maker, taker]) {
      if (order.list === null) continue;
      order.list.filled += lots;
      if (order.left === 0n) leaveList(order, "filled");
    }
    this.lastTrades.set(instrument.instrumentId, price);
    this.emit({
      type: "OrderFilled",
      tradeId: (this.seq + 1) as TradeId,
      instrumentId: instrument.instrumentId,
      ticks: Number(price) as PriceTicks,
      lots: Number(lots) as QtyLots,
      takerSide: taker.terms.side,
      makerOrderId: maker.id as OrderId,
      takerOrderId: taker.id as OrderId,
      makerAccountId: maker.terms.accountId,
      takerAccountId: taker.terms.accountId,
      makerFee: Number(makerFee) as Amount,
      takerFee: Number(takerFee) as Amount,
      makerLeavesLots: Number(maker.left) as QtyLots,
      takerLeavesLots: Number(taker.left) as QtyLots,
    });
  }

  /** One side of a fill; the order's `left` is what remains after it. Answers the fee. */
  private settle(
    order: Order,
    instrument: Instrument,
    { lots, price, rate, value }: { readonly lots: bigint; readonly price: bigint; readonly value: bigint; readonly rate: bigint },
  ): bigint {
    const { accountId, side } = order.terms;
    const isBuyer = side === "buy";
    const isOff = isOffReceipts(side, instrument);
    const baseUnits = lots * BigInt(instrument.baseUnitsPerLot);
    const gross = isBuyer ? baseUnits : value;
    const basis = isOff ? gross : value;
    const fee = this.feeOf(order, instrument, { basis, price, rate });
    order.paid += fee;
    const received = isOff ? gross - fee : gross;
    const pays = isBuyer ? (isOff ? value : value + fee) : baseUnits;
    const receiving = this.holding(accountId, isBuyer ? instrument.baseAssetId : instrument.quoteAssetId);
    this.paying(order.terms).total -= pays;
    receiving.total += received;
    this.holding(this.feeAccount()!.accountId, isBuyer && isOff ? instrument.baseAssetId : instrument.quoteAssetId).total += fee;
    this.hold(order, !isBuyer || order.worst === null ? order.held - pays : this.worstCase(order));
    const missing = leastFee(side, instrument, price, order.fees.minimum) - order.paid;
    const isOwing = isOff && order.fees.minimum > 0n && order.left > 0n;
    const reserved = isOwing ? larger(0n, smaller(missing, order.reserved + received)) : 0n;
    receiving.held += reserved - order.reserved;
    order.reserved = reserved;
    // A market order whose sweep is over may still hold something.
    if (order.left === 0n) this.hold(order, 0n);
    return fee;
  }

  /** LG-4, LG-14 and LG-15. */
  private feeOf(
    order: Order,
    instrument: Instrument,
    { basis, price, rate }: { readonly basis: bigint; readonly price: bigint; readonly rate: bigint },
  ): bigint {
    const { fees, terms } = order;
    let fee = -rebateOn(basis, rate);
    if (rate >= 0n) {
      order.rated += rate * basis;
      fee = ceilDivide(order.rated, MILLION) - order.charged;
      order.charged += fee;
    }
    if (fees.minimum === 0n || order.left > 0n) return fee;
    const missing = larger(0n, leastFee(terms.side, instrument, price, fees.minimum) - order.paid - fee);
    return fee + (isOffReceipts(terms.side, instrument) ? smaller(missing, order.reserved + basis - fee) : missing);
  }

  private hold(order: Order, held: bigint): void {
    this.paying(order.terms).held += held - order.held;
    order.held = held;
  }

  private worstCase(order: Order): bigint {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === order.terms.instrumentId)!;
    return holdAt(order.terms.side, instrument, order.worst!, order.left, order);
  }

  // Changes: MT-26 to MT-28.

  private amend({ accountId, confirmation, orderId, limitTicks, lots, triggerTicks }: CommandOf<"AmendOrder">): void {
    this.breach = null;
    const deny = (why: Refusal): void => {
      this.tellBreach(accountId);
      this.emit({ type: "AmendDenied", accountId, orderId, refusal: why });
    };
    const order = [...this.resting, ...this.waiting].find(({ id, terms }) => id === orderId && terms.accountId === accountId);
    if (order === undefined) {
      const isKnown = this.accounts.some((account) => account.accountId === accountId);
      return deny(isKnown ? refusal("BOOK_UNKNOWN_ORDER", null, BigInt(orderId)) : refusal("VALIDATE_UNKNOWN_ACCOUNT"));
    }
    const { phase } = this.phases.get(order.terms.instrumentId)!;
    if (phase === "halted" || phase === "closed") return deny(refusal("BOOK_PHASE"));
    const { orderType, reduceOnly, side } = order.terms;
    const isWaiting = this.waiting.includes(order);
    const hasLimit = orderType === "limit" || orderType === "stopLimit" || orderType === "marketToLimit";
    const hasTrigger = isWaiting && (orderType === "stop" || orderType === "stopLimit");
    const isPossible =
      (limitTicks !== null || lots !== null || triggerTicks !== null) &&
      (limitTicks === null || hasLimit) &&
      (triggerTicks === null || hasTrigger) &&
      order.list === null &&
      !(reduceOnly && lots !== null && BigInt(lots) > order.lots);
    if (!isPossible) return deny(refusal("VALIDATE_AMEND"));
    const filled = order.lots - order.left;
    const total = lots === null ? order.lots : BigInt(lots);
    if (lots !== null && total <= filled) return this.expire(order, "amended");
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === order.terms.instrumentId)!;
    const wrongLots = objectToLots(order.terms, instrument, total);
    if (wrongLots !== null) return deny(wrongLots);
    let pricing: Refusal | Pricing = {
      limit: order.limit,
      worst: order.worst,
      bound: order.worst!,
      value: order.limit!,
      trigger: order.trigger,
    };
    if (limitTicks !== null || triggerTicks !== null) {
      const limit = limitTicks ?? (orderType === "stop" ? null : (Number(order.limit) as PriceTicks));
      const wish: Submit = {
        ...order.terms,
        limitTicks: limit,
        triggerTicks: triggerTicks ?? (order.trigger === null ? null : (Number(order.trigger) as PriceTicks)),
      };
      pricing = this.price(isWaiting ? wish : { ...wish, orderType: "limit" }, instrument);
    }
    if ("code" in pricing) return deny(pricing);
    const wrongValue = objectToValue(order.terms, instrument, pricing.value, total);
    if (wrongValue !== null) return deny(wrongValue);
    const left = total - filled;
    const isPriceNew = limitTicks !== null || triggerTicks !== null;
    const confirmed: Breach[] = [];
    if (isPriceNew || left > order.left) {
      const asked: Asked = {
        accountId,
        instrument,
        side,
        orderType,
        lots: left,
        whole: total,
        bound: pricing.bound,
        working: pricing.limit,
        firstTop: 0n,
        value: pricing.value,
        trigger: isPriceNew ? pricing.trigger : null,
        isConfirmed: confirmation !== null,
        isPriceNew,
        openLots: order.left,
        openValue: this.asWorking(order).value!,
      };
      const risky = this.objectToRisk(asked, confirmed);
      if (risky !== null) return deny(risky);
      pricing = withBound(pricing, asked.bound);
    }
    const held = holdAt(side, instrument, pricing.worst!, left, order);
    const alreadyExpected = isWaiting
      ? 0n
      : side === "buy"
        ? order.left * BigInt(instrument.baseUnitsPerLot)
        : withRebate(order.left * order.limit! * BigInt(instrument.quoteUnitsPerTickLot), order.fees);
    const wrongFunds = this.objectToFunds(order.terms, instrument, {
      lots: left,
      held,
      bound: pricing.bound,
      limit: pricing.limit,
      reach: { value: 0n },
      alreadyHeld: order.held,
      alreadyExpected,
      fees: order.fees,
    });
    if (wrongFunds !== null) return deny(wrongFunds);
    this.tellConfirmed(confirmed, { ...order.terms, confirmation });
    const keepsPlace = isWaiting || (pricing.limit === order.limit && left <= order.left);
    order.lots = total;
    order.left = left;
    order.shown = smaller(order.shown, left);
    order.limit = pricing.limit;
    order.worst = pricing.worst;
    if (triggerTicks !== null) order.trigger = BigInt(triggerTicks);
    this.hold(order, held);
    this.emit({
      type: "OrderAmended",
      orderId,
      accountId,
      instrumentId: order.terms.instrumentId,
      limitTicks: orderType === "pegged" ? null : (Number(order.limit) as PriceTicks),
      triggerTicks,
      lots: Number(total) as QtyLots,
      leavesLots: Number(left) as QtyLots,
      held: Number(held) as Amount,
      keepsPlace,
    });
    if (keepsPlace) return;
    this.resting = this.resting.filter((other) => other !== order);
    // A peg does not reach for its limit, it only stands where it belongs.
    this.match(order, orderType === "pegged" ? order.limit! : pricing.bound);
  }

  private endWhatIsDue(): void {
    for (;;) {
      const order = [...this.resting, ...this.waiting]
        .filter(({ endsAtUs }) => endsAtUs !== null)
        .toSorted((x, y) => x.endsAtUs! - y.endsAtUs! || x.id - y.id)[0];
      const timed = [...this.phases]
        .filter(([, { untilUs }]) => untilUs !== null)
        .toSorted(([x, one], [y, other]) => one.untilUs! - other.untilUs! || x - y)[0];
      const orderUs = order?.endsAtUs ?? Infinity;
      const phaseUs = timed?.[1].untilUs ?? Infinity;
      if (Math.min(orderUs, phaseUs) > this.atUs) return;
      if (orderUs <= phaseUs) this.expire(order!, "expired");
      else this.beginPhase(timed![0], nextPhase[timed![1].phase], null, "time");
    }
  }

  // Phases and auctions: MT-36 to MT-40.

  private setPhase({ instrumentId, phase, type, untilUs }: CommandOf<"SetTradingPhase">): void {
    const isKnown = this.instruments.some((instrument) => instrument.instrumentId === instrumentId);
    if (!isKnown) return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_INSTRUMENT") });
    if (untilUs !== null && untilUs <= this.atUs) {
      return this.emit({
        type: "CommandDenied",
        commandType: type,
        refusal: refusal("VALIDATE_EXPIRY", BigInt(this.atUs), BigInt(untilUs)),
      });
    }
    this.beginPhase(instrumentId, phase, untilUs, "operator");
  }

  private beginPhase(instrumentId: number, phase: TradingPhase, untilUs: number | null, cause: PhaseCause): void {
    const before = this.phases.get(instrumentId)!.phase;
    if ((phase === "continuous" && before !== "continuous") || (phase === "closed" && before.endsWith("Auction")))
      this.uncross(instrumentId);
    this.phases.set(instrumentId, { phase, untilUs });
    this.emit({
      type: "TradingPhaseChanged",
      instrumentId: instrumentId as InstrumentId,
      phase,
      untilUs: untilUs as EpochUs | null,
      cause,
    });
  }

  private uncross(instrumentId: number): void {
    const id = instrumentId as InstrumentId;
    const bids = this.inPriority(instrumentId, "buy");
    const asks = this.inPriority(instrumentId, "sell");
    const [highest, lowest] = [bids[0]?.limit ?? null, asks[0]?.limit ?? null];
    if (highest === null || lowest === null || highest < lowest)
      return this.emit({ type: "AuctionUncrossed", instrumentId: id, ticks: null, lots: 0, surplusLots: 0 });
    const reference = this.reference(instrumentId)!;
    const volumeAt = (price: bigint): { price: bigint; lots: bigint; surplus: bigint } => {
      const wanted = bids.filter(({ limit }) => limit! >= price).reduce((lots, { left }) => lots + left, 0n);
      const offered = asks.filter(({ limit }) => limit! <= price).reduce((lots, { left }) => lots + left, 0n);
      return { price, lots: smaller(wanted, offered), surplus: wanted - offered };
    };
    const near = [...bids, ...asks].flatMap(({ limit }) => [limit! - 1n, limit!, limit! + 1n]);
    const [found] = [reference, ...near]
      .filter((price) => price >= lowest && price <= highest)
      .map(volumeAt)
      .toSorted(
        (a, b) =>
          Number(b.lots - a.lots) ||
          Number(size(a.surplus) - size(b.surplus)) ||
          Number(size(a.price - reference) - size(b.price - reference)) ||
          Number(a.price - b.price),
      );
    const { price, lots, surplus } = found!;
    this.auctionPrices.set(instrumentId, price);
    this.emit({
      type: "AuctionUncrossed",
      instrumentId: id,
      ticks: Number(price) as PriceTicks,
      lots: Number(lots),
      surplusLots: Number(surplus),
    });
    let left = lots;
    while (left > 0n) {
      const bid = this.inPriority(instrumentId, "buy")[0];
      const ask = this.inPriority(instrumentId, "sell")[0];
      if (bid === undefined || ask === undefined || bid.limit! < price || ask.limit! > price) return;
      const matched = smaller(left, smaller(bid.shown, ask.shown));
      if (!this.hasAuctionRoom(bid, ask, price, matched)) {
        this.expire(ask, "overflow");
        continue;
      }
      const [maker, taker] = bid.id < ask.id ? [bid, ask] : [ask, bid];
      this.fill(maker, taker, price, matched);
      left -= matched;
    }
  }

  private hasAuctionRoom(bid: Order, ask: Order, price: bigint, lots: bigint): boolean {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === ask.terms.instrumentId)!;
    const { baseAssetId, pairType, quoteAssetId } = instrument;
    const value = price * lots * BigInt(instrument.quoteUnitsPerTickLot);
    const feeAccount = this.feeAccount()!.accountId;
    const fits = (accountId: number, assetId: number, more: bigint): boolean =>
      this.holding(accountId, assetId).total + this.expected(accountId, assetId) + more <= LARGEST;
    return (
      fits(ask.terms.accountId, quoteAssetId, withRebate(value, ask.fees)) &&
      fits(feeAccount, quoteAssetId, value + 2n * lots + ask.fees.minimum + bid.fees.minimum) &&
      (pairType !== "tokenToken" || fits(feeAccount, baseAssetId, lots * BigInt(instrument.baseUnitsPerLot)))
    );
  }

  private isContinuous(instrumentId: number): boolean {
    return this.phases.get(instrumentId)!.phase === "continuous";
  }

  private objectToPhase({ instrumentId, orderType, timeInForce }: Submit): Refusal | null {
    const { phase } = this.phases.get(instrumentId)!;
    if (phase === "continuous") return null;
    const canWait = timeInForce !== "ioc" && timeInForce !== "fok" && ["limit", "stop", "stopLimit", "trailingStop"].includes(orderType);
    return canWait && phase !== "halted" && phase !== "closed" ? null : refusal("BOOK_PHASE");
  }

  private objectToNumber({ accountId, instrumentId, timeInForce }: Submit, { maxOpenOrders }: Instrument): Refusal | null {
    if (maxOpenOrders === null || timeInForce === "ioc" || timeInForce === "fok") return null;
    const open = [...this.resting, ...this.waiting].filter(
      ({ terms }) => terms.accountId === accountId && terms.instrumentId === instrumentId,
    ).length;
    return open < maxOpenOrders ? null : refusal("RISK_OPEN_ORDERS", BigInt(maxOpenOrders), BigInt(open), 0n);
  }

  /** MT-40: the bound, or the edge of a volatility band if that is nearer. */
  private heeding(instrument: Instrument, side: "buy" | "sell", bound: bigint): bigint {
    const references = [
      [this.lastTrades.get(instrument.instrumentId), instrument.dynamicBandPpm],
      [this.auctionPrices.get(instrument.instrumentId), instrument.staticBandPpm],
    ] as const;
    return references.reduce((nearest, [price, ppm]) => {
      if (price === undefined || ppm === null) return nearest;
      const edge = bandEdge({ ...instrument, priceBandPpm: ppm }, side, price);
      return side === "buy" ? smaller(nearest, edge) : larger(nearest, edge);
    }, bound);
  }

  // What follows from a command: MT-32 to MT-35.

  private followUp(): void {
    this.settleLists();
    for (const { instrumentId } of this.instruments) {
      while (this.isContinuous(instrumentId)) {
        this.settleLists();
        this.trail(instrumentId);
        const order = this.waiting.filter(({ terms }) => terms.instrumentId === instrumentId).find((stop) => this.isReached(stop));
        if (order === undefined) break;
        this.fire(order);
      }
      for (let round = 0; round < 3 && this.isContinuous(instrumentId); round += 1) this.movePegs(instrumentId);
    }
  }

  private trail(instrumentId: number): void {
    for (const order of this.waiting) {
      const { accountId, offsetTicks, orderType, side } = order.terms;
      const source = this.source(order.terms);
      if (order.terms.instrumentId !== instrumentId || orderType !== "trailingStop" || source === null) continue;
      const nearer = trailFrom(side, source, BigInt(offsetTicks!));
      if (side === "buy" ? nearer >= order.trigger! : nearer <= order.trigger!) continue;
      order.trigger = nearer;
      this.emit({
        type: "TriggerMoved",
        orderId: order.id as OrderId,
        accountId,
        instrumentId: order.terms.instrumentId,
        triggerTicks: Number(nearer) as PriceTicks,
      });
    }
  }

  private isReached({ terms, trigger }: Order): boolean {
    const source = this.source(terms);
    return source !== null && (terms.side === "buy" ? source >= trigger! : source <= trigger!);
  }

  private fire(order: Order): void {
    const { accountId, instrumentId, orderType, side } = order.terms;
    const instrument = this.instruments.find((listed) => listed.instrumentId === instrumentId)!;
    const sibling = order.list?.command.list.kind === "oco" ? order.list.orders.find((other) => other !== order) : undefined;
    if (sibling !== undefined) this.expire(sibling, "listSibling");
    const edge = bandEdge(instrument, side, order.trigger ?? 0n);
    const limit =
      orderType === "trailingStop" ? this.risk.withinCollars(accountId, instrumentId, side, order.trigger!, edge) : order.limit!;
    const { left } = order;
    const isBarred =
      this.risk.nodes.length > 0 &&
      this.risk.objectToStanding(accountId, { instrument, side, lots: left, openLots: left }, this.surroundings.working) !== null;
    if (isBarred) return this.expire(order, "halted");
    if (
      !this.hasRoom(order.terms, instrument, {
        lots: order.left,
        bound: limit,
        limit,
        reach: { value: 0n },
        alreadyExpected: 0n,
        fees: order.fees,
      })
    )
      return this.expire(order, "overflow");
    this.waiting = this.waiting.filter((other) => other !== order);
    order.limit = limit;
    order.worst = limit;
    this.hold(order, this.worstCase(order));
    this.emit({
      type: "OrderTriggered",
      orderId: order.id as OrderId,
      accountId,
      instrumentId,
      ticks: Number(this.source(order.terms)) as PriceTicks,
      workingTicks: Number(limit) as PriceTicks,
      held: Number(order.held) as Amount,
    });
    this.match(order, limit);
  }

  // Lists: MT-43 to MT-46.

  private submitList(command: CommandOf<"SubmitOrderList">): void {
    for (const part of firstParts(command)) {
      const objection = this.consider(part, alone);
      if ("code" in objection) return this.deny(part, objection);
      if (!isSoundList(command.list)) return this.deny(part, refusal("VALIDATE_ORDER_TERMS"));
    }
    this.openList(command, null);
  }

  private openList(command: CommandOf<"SubmitOrderList">, parent: List | null): void {
    const list: List = { id: this.seq + 1, command, parent, orders: [], filled: 0n, covered: 0n, ending: "none" };
    const { type: _type, ...head } = command;
    this.lists.push(list);
    if (parent !== null && command.list.kind === "oco") parent.covered += BigInt(command.list.limit.lots);
    this.emit({
      type: "OrderListAccepted",
      listId: list.id as OrderListId,
      parentListId: parent === null ? null : (parent.id as OrderListId),
      ...head,
    });
    const circumstances = { ...alone, list, isExit: parent !== null, isFollower: parent !== null };
    const parts = firstParts(command);
    for (const part of parts) {
      const objection = this.consider(part, { ...circumstances, isFollower: true });
      if ("code" in objection) return this.deny(part, objection);
    }
    let firstHeld = 0n;
    let first: { order: Order; bound: bigint } | null = null;
    for (const part of parts) {
      const decision = this.consider(part, {
        ...circumstances,
        isFollower: true,
        alreadyHeld: firstHeld,
        sibling: first?.order ?? null,
      });
      if ("code" in decision) throw new Error(`refused after it passed: ${decision.code}`);
      const isFollower = circumstances.isFollower || first !== null;
      const order = this.accept(part, { ...decision, held: larger(0n, decision.held - firstHeld) }, { ...circumstances, isFollower });
      first ??= { order, bound: decision.bound };
      firstHeld = first.order.held;
    }
    if (first !== null) this.place(first.order, first.bound);
  }

  private settleLists(): void {
    // The oldest list first; each change may call for others.
    while (this.lists.toSorted((a, b) => a.id - b.id).some((list) => this.settleList(list)));
  }

  /** Answers whether there was anything to do. */
  private settleList(list: List): boolean {
    const { command, ending, filled, orders } = list;
    const end = (): boolean => {
      this.lists = this.lists.filter((other) => other !== list);
      this.emit({ type: "OrderListEnded", listId: list.id as OrderListId });
      return true;
    };
    if (command.list.kind === "oto") {
      if (orders.length > 0) return false;
      const { second } = command.list;
      if (ending === "filled") this.submit(partOf(command, second), { ...alone, list, isFollower: true });
      return end();
    }
    if (command.list.kind === "bracket") {
      const uncovered = filled - list.covered;
      if (uncovered > 0n) this.openList(exitsOf(command, Number(uncovered) as QtyLots), list);
      return orders.length === 0 ? end() : uncovered > 0n;
    }
    const [first, second] = orders;
    if (first === undefined) return end();
    if (second !== undefined) {
      const left = smaller(first.left, second.left);
      const held = this.worstCase({ ...first, left });
      const firstChanged = this.adjust(first, left, held, "listSibling");
      const more = larger(0n, this.worstCase({ ...second, left }) - held);
      return this.adjust(second, left, more, "listSibling") || firstChanged;
    }
    if (isStop(first.terms) && !this.waiting.includes(first)) return false;
    if (ending === "prevented") return this.adjust(first, first.left, this.worstCase(first), "listSibling");
    this.expire(first, "listSibling");
    return true;
  }

  private movePegs(instrumentId: number): void {
    const pegs = this.resting.filter(({ terms }) => terms.instrumentId === instrumentId && terms.orderType === "pegged");
    for (const order of pegs.toSorted((a, b) => a.id - b.id)) {
      const { accountId, side } = order.terms;
      const instrument = this.instruments.find((listed) => listed.instrumentId === instrumentId)!;
      const place = this.pegPlace(order.terms, order.worst!);
      if (place === null || place === order.limit) continue;
      const worthAt = (price: bigint): bigint => withRebate(price * order.left * BigInt(instrument.quoteUnitsPerTickLot), order.fees);
      const more = worthAt(place) - worthAt(order.limit!);
      const { quoteAssetId } = instrument;
      if (side === "sell" && this.holding(accountId, quoteAssetId).total + this.expected(accountId, quoteAssetId) + more > LARGEST)
        continue;
      order.limit = place;
      this.resting = [...this.resting.filter((other) => other !== order), order];
      this.emit({
        type: "OrderRepriced",
        orderId: order.id as OrderId,
        accountId,
        instrumentId: order.terms.instrumentId,
        workingTicks: Number(place) as PriceTicks,
      });
    }
  }

  private pegPlace({ instrumentId, offsetTicks, peg, side }: Submit, worst: bigint): bigint | null {
    const followed = (of: "buy" | "sell"): bigint | null =>
      this.inPriority(instrumentId, of).find(({ terms }) => terms.orderType !== "pegged")?.limit ?? null;
    const [bid, ask] = [followed("buy"), followed("sell")];
    const middle = bid === null || ask === null ? null : side === "buy" ? (bid + ask) / 2n : (bid + ask + 1n) / 2n;
    const base = peg === "bestBid" ? bid : peg === "bestAsk" ? ask : middle;
    if (base === null) return null;
    const offset = BigInt(offsetTicks ?? 0);
    const touch = this.best(instrumentId, opposite(side));
    const wanted = side === "buy" ? smaller(base - offset, worst) : larger(base + offset, worst);
    const place = touch === null ? wanted : side === "buy" ? smaller(wanted, touch - 1n) : larger(wanted, touch + 1n);
    return place >= 1n && place <= LARGEST_TICKS ? place : null;
  }

  /** The price that a stop watches. */
  private source({ instrumentId, trigger }: Submit): bigint | null {
    const prices = trigger === "mark" ? this.marks : trigger === "index" ? this.indexes : this.lastTrades;
    return prices.get(instrumentId) ?? null;
  }

  private setPrice({ type, instrumentId, ticks }: CommandOf<"SetMarkPrice" | "SetIndexPrice">): void {
    if (!this.instruments.some((instrument) => instrument.instrumentId === instrumentId)) {
      return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_INSTRUMENT") });
    }
    (type === "SetMarkPrice" ? this.marks : this.indexes).set(instrumentId, BigInt(ticks));
    this.emit({ type: type === "SetMarkPrice" ? "MarkPriceSet" : "IndexPriceSet", instrumentId, ticks });
  }

  private cancel({ accountId, orderId }: CommandOf<"CancelOrder">): void {
    const order = [...this.resting, ...this.waiting].find(({ id }) => id === orderId);
    if (order !== undefined && order.terms.accountId === accountId) return this.expire(order, "user");
    const why = this.accounts.some((account) => account.accountId === accountId)
      ? refusal("BOOK_UNKNOWN_ORDER", null, BigInt(orderId))
      : refusal("VALIDATE_UNKNOWN_ACCOUNT");
    this.emit({ type: "CancelDenied", accountId, orderId, refusal: why });
  }

  private cancelAll({ type, accountId, instrumentId }: CommandOf<"CancelAllOrders">): void {
    this.cancelMany(type, accountId, instrumentId, null, (orders) =>
      this.emit({ type: "AllOrdersCancelled", accountId, instrumentId, orders }),
    );
  }

  private massCancel({ type, accountId, instrumentId, side }: CommandOf<"MassCancel">): void {
    this.cancelMany(type, accountId, instrumentId, side, (orders) =>
      this.emit({ type: "OrdersMassCancelled", accountId, instrumentId, side, orders }),
    );
  }

  private cancelMany(
    type: CommandType,
    accountId: number,
    instrumentId: number | null,
    side: "buy" | "sell" | null,
    end: (orders: number) => void,
  ): void {
    const isKnownAccount = this.accounts.some((account) => account.accountId === accountId);
    const isKnownInstrument = instrumentId === null || this.instruments.some((instrument) => instrument.instrumentId === instrumentId);
    if (!isKnownAccount) return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_ACCOUNT") });
    if (!isKnownInstrument) return this.emit({ type: "CommandDenied", commandType: type, refusal: refusal("VALIDATE_UNKNOWN_INSTRUMENT") });
    const own = [...this.resting, ...this.waiting]
      .filter(
        ({ terms }) =>
          terms.accountId === accountId &&
          (instrumentId === null || terms.instrumentId === instrumentId) &&
          (side === null || terms.side === side),
      )
      .toSorted((a, b) => a.id - b.id);
    for (const order of own) this.expire(order, "user");
    end(own.length);
  }

  private expire(order: Order, reason: CancelReason): void {
    const { accountId, instrumentId } = order.terms;
    this.resting = this.resting.filter((other) => other !== order);
    this.waiting = this.waiting.filter((other) => other !== order);
    this.alive.delete(order);
    leaveList(order, reason === "selfTrade" ? "prevented" : "withdrawn");
    this.paying(order.terms).held -= order.held;
    this.receiving(order.terms).held -= order.reserved;
    this.emit({
      type: "OrderCancelled",
      orderId: order.id as OrderId,
      accountId,
      instrumentId,
      reason,
      leavesLots: Number(order.left) as QtyLots,
    });
  }

  // Questions.

  private inPriority(instrumentId: number, side: "buy" | "sell"): Order[] {
    const orders = this.resting.filter(({ terms }) => terms.instrumentId === instrumentId && terms.side === side);
    const isBetter = (a: bigint, b: bigint): boolean => (side === "sell" ? a < b : a > b);
    // Sorting is stable, so orders at one price stay in order of arrival.
    return orders.toSorted((a, b) => (a.limit === b.limit ? 0 : isBetter(a.limit!, b.limit!) ? -1 : 1));
  }

  private best(instrumentId: number, side: "buy" | "sell"): bigint | null {
    return this.inPriority(instrumentId, side)[0]?.limit ?? null;
  }

  private reference(instrumentId: number): bigint | null {
    const last = this.lastTrades.get(instrumentId);
    if (last !== undefined) return last;
    const bid = this.best(instrumentId, "buy");
    const ask = this.best(instrumentId, "sell");
    return bid !== null && ask !== null ? (bid + ask) / 2n : (bid ?? ask);
  }

  /** What the account's resting orders may bring in of an asset. */
  private expected(accountId: number, assetId: number): bigint {
    let sum = 0n;
    for (const { fees, terms, left, limit } of this.resting) {
      if (terms.accountId !== accountId) continue;
      const instrument = this.instruments.find(({ instrumentId }) => instrumentId === terms.instrumentId)!;
      if (terms.side === "buy" && instrument.baseAssetId === assetId) sum += left * BigInt(instrument.baseUnitsPerLot);
      if (terms.side === "sell" && instrument.quoteAssetId === assetId)
        sum += withRebate(left * limit! * BigInt(instrument.quoteUnitsPerTickLot), fees);
    }
    return sum;
  }

  private isIdTaken({ accountId, clientOrderId }: Submit): boolean {
    const isOpen = [...this.resting, ...this.waiting].some(
      ({ terms }) => terms.accountId === accountId && terms.clientOrderId === clientOrderId,
    );
    return isOpen || this.used(accountId).slice(-REMEMBERED).includes(clientOrderId);
  }

  private used(accountId: number): ClientOrderId[] {
    // The map is filled with client order ids only.
    return (this.usedIds.get(accountId) ?? []) as ClientOrderId[];
  }

  private feeAccount(): Account | undefined {
    return this.accounts.find(({ receivesFees }) => receivesFees);
  }

  private paying(terms: Submit): Holding {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === terms.instrumentId)!;
    return this.holding(terms.accountId, terms.side === "buy" ? instrument.quoteAssetId : instrument.baseAssetId);
  }

  private receiving(terms: Submit): Holding {
    const instrument = this.instruments.find(({ instrumentId }) => instrumentId === terms.instrumentId)!;
    return this.holding(terms.accountId, terms.side === "buy" ? instrument.baseAssetId : instrument.quoteAssetId);
  }

  private holding(accountId: number, assetId: number): Holding {
    const key = `${accountId}/${assetId}`;
    const known = this.holdings.get(key);
    if (known !== undefined) return known;
    const fresh = { total: 0n, held: 0n };
    this.holdings.set(key, fresh);
    return fresh;
  }
}

/** MT-12, MT-13, MT-18 and MT-26, type by type. */
function objectToTerms(command: Submit, atUs: number): Refusal | null {
  const {
    displayLots,
    expireAtUs,
    limitTicks,
    lots,
    offsetTicks,
    orderType,
    peg,
    postOnly,
    quoteAmount,
    timeInForce,
    trigger,
    triggerTicks,
  } = command;
  const stays = timeInForce !== "ioc" && timeInForce !== "fok";
  if (orderType === "limit" && limitTicks === null) return refusal("VALIDATE_LIMIT_PRICE_MISSING");
  if (orderType === "market" && limitTicks !== null) return refusal("VALIDATE_LIMIT_PRICE_ON_MARKET", null, BigInt(limitTicks));
  if (orderType === "market" ? stays : orderType !== "limit" && !stays) return refusal("VALIDATE_TIME_IN_FORCE");
  const asked = new Set(
    Object.entries({ displayLots, limitTicks, offsetTicks, peg, postOnly, quoteAmount, trigger, triggerTicks }).flatMap(([name, value]) =>
      value === null ? [] : [name],
    ),
  );
  const [needed, possible] = termsOf[orderType];
  const isMisfit =
    needed.some((name) => !asked.has(name)) ||
    [...asked].some((name) => !needed.includes(name) && !possible.includes(name)) ||
    (lots === null) === (quoteAmount === null) ||
    (quoteAmount !== null && (timeInForce === "fok" || command.reduceOnly || command.selfTradeMode === "decrement")) ||
    (displayLots !== null && (!stays || displayLots >= lots!)) ||
    (postOnly !== null && !stays) ||
    (expireAtUs !== null && timeInForce !== "gtd");
  if (isMisfit) return refusal("VALIDATE_ORDER_TERMS");
  if (timeInForce === "gtd" && (expireAtUs ?? 0) <= atUs)
    return refusal("VALIDATE_EXPIRY", BigInt(atUs), expireAtUs === null ? null : BigInt(expireAtUs));
  return null;
}

/** What follows when a phase's time is over. */
const nextPhase: Readonly<Record<TradingPhase, TradingPhase>> = {
  preOpen: "openingAuction",
  openingAuction: "continuous",
  continuous: "continuous",
  volatilityAuction: "continuous",
  halted: "continuous",
  closingAuction: "closed",
  closed: "preOpen",
};

/** What each type must say and may say, apart from what every order may. */
const termsOf: Readonly<Record<Submit["orderType"], readonly [needed: readonly string[], possible: readonly string[]]>> = {
  limit: [["limitTicks"], ["displayLots", "postOnly"]],
  market: [[], ["quoteAmount"]],
  stop: [["triggerTicks"], ["trigger"]],
  stopLimit: [["limitTicks", "triggerTicks"], ["trigger"]],
  trailingStop: [["offsetTicks"], ["trigger"]],
  pegged: [["limitTicks", "peg"], ["offsetTicks"]],
  marketToLimit: [[], []],
};

function objectToLots(command: Submit, instrument: Instrument, lots: bigint, isExit = false): Refusal | null {
  if (!isExit && lots < BigInt(instrument.minLots)) return refusal("VALIDATE_LOTS_BELOW_MINIMUM", BigInt(instrument.minLots), lots);
  const most = BigInt(command.orderType === "market" ? instrument.marketMaxLots : instrument.maxLots);
  return lots > most ? refusal("VALIDATE_LOTS_ABOVE_MAXIMUM", most, lots, most) : null;
}

function objectToValue({ orderType }: Submit, instrument: Instrument, ticks: bigint, lots: bigint, isExit = false): Refusal | null {
  const most = orderType === "market" ? instrument.marketMaxNotional : instrument.maxNotional;
  const value = ticks * lots * BigInt(instrument.quoteUnitsPerTickLot);
  if (!isExit && value < BigInt(instrument.minNotional))
    return refusal("VALIDATE_NOTIONAL_BELOW_MINIMUM", BigInt(instrument.minNotional), value);
  if (value > LARGEST) return refusal("LEDGER_OVERFLOW");
  return most !== null && value > BigInt(most) ? refusal("VALIDATE_AMOUNT_ABOVE_MAXIMUM", BigInt(most), value, BigInt(most)) : null;
}

const nothingPaid = { rated: 0n, charged: 0n, paid: 0n } as const;

/** What an order must hold for what is left of it, after what it has been charged. */
function holdAt(
  side: "buy" | "sell",
  instrument: Instrument,
  worst: bigint,
  left: bigint,
  { charged, fees, paid, rated }: Pick<Order, "charged" | "fees" | "paid" | "rated">,
): bigint {
  if (side === "sell") return left * BigInt(instrument.baseUnitsPerLot);
  const value = worst * left * BigInt(instrument.quoteUnitsPerTickLot);
  if (isOffReceipts(side, instrument)) return value;
  const fee = ceilDivide(rated + value * larger(fees.maker, fees.taker), MILLION) - charged;
  return value + (fees.minimum === 0n ? fee : larger(fee, fees.minimum - paid));
}

function sweepHold(command: Submit, instrument: Instrument, fees: FeeTerms, reach: Reach): bigint {
  if (command.side === "sell") return reach.lots * BigInt(instrument.baseUnitsPerLot);
  if (isOffReceipts(command.side, instrument)) return reach.value;
  const fee = ceilDivide(reach.value * fees.taker, MILLION);
  return reach.value + (reach.isWhole ? larger(fee, fees.minimum) : fee);
}

/** LG-12: a seller pays out of what comes in, and so does a buyer where two tokens change hands. */
function isOffReceipts(side: "buy" | "sell", { pairType }: Instrument): boolean {
  return side === "sell" || pairType === "tokenToken";
}

/** LG-15: the least fee in the asset it is paid in, by the price of the last fill. */
function leastFee(side: "buy" | "sell", instrument: Instrument, price: bigint, minimum: bigint): bigint {
  if (side === "sell" || instrument.pairType !== "tokenToken") return minimum;
  return ceilDivide(minimum * BigInt(instrument.baseUnitsPerLot), price * BigInt(instrument.quoteUnitsPerTickLot));
}

/** LG-14: rounded down with each fill. */
function rebateOn(basis: bigint, rate: bigint): bigint {
  return rate < 0n ? (basis * -rate) / MILLION : 0n;
}

function withRebate(value: bigint, { maker }: FeeTerms): bigint {
  return value + rebateOn(value, maker);
}

function endOf({ expireAtUs, timeInForce }: Submit, atUs: number): number | null {
  const day = 24 * 3_600 * 1_000_000;
  return timeInForce === "day" ? (Math.floor(atUs / day) + 1) * day : expireAtUs;
}

function leaveList(order: Order, ending: List["ending"]): void {
  if (order.list === null) return;
  order.list.orders = order.list.orders.filter((other) => other !== order);
  order.list.ending = ending;
}

function firstParts(command: CommandOf<"SubmitOrderList">): Submit[] {
  const { list } = command;
  if (list.kind === "oco") return [partOf(command, list.limit), partOf(command, list.stop)];
  return [partOf(command, list.kind === "oto" ? list.first : list.entry)];
}

function partOf({ accountId, clientOrderId, confirmation, instrumentId }: CommandOf<"SubmitOrderList">, part: ListedOrder): Submit {
  return { ...plainTerms, type: "SubmitOrder", accountId, instrumentId, clientOrderId, ...part, confirmation };
}

function isSoundList(list: OrderList): boolean {
  if (list.kind !== "oco") return true;
  const { limit, stop } = list;
  const stops = ["stop", "stopLimit", "trailingStop"];
  const isPatient = limit.timeInForce !== "ioc" && limit.timeInForce !== "fok";
  return limit.orderType === "limit" && isPatient && stops.includes(stop.orderType) && limit.side === stop.side && limit.lots === stop.lots;
}

/** The pair that closes so many lots of a bracket's entry. */
function exitsOf(command: CommandOf<"SubmitOrderList">, lots: QtyLots): CommandOf<"SubmitOrderList"> {
  if (command.list.kind !== "bracket") throw new Error("only a bracket has exits");
  const { entry, profitTicks, stopLimitTicks, stopTicks, trigger } = command.list;
  const both = { side: opposite(entry.side), timeInForce: "gtc", lots, expireAtUs: null, offsetTicks: null } as const;
  const limit = { ...both, orderType: "limit", limitTicks: profitTicks, trigger: null, triggerTicks: null } as const;
  const stop = {
    ...both,
    orderType: stopLimitTicks === null ? "stop" : "stopLimit",
    limitTicks: stopLimitTicks,
    trigger,
    triggerTicks: stopTicks,
  } as const;
  return { ...command, list: { kind: "oco", limit, stop } };
}

function isStop({ orderType }: Submit): boolean {
  return orderType === "stop" || orderType === "stopLimit" || orderType === "trailingStop";
}

function at(price: bigint): Pricing {
  return { limit: price, worst: price, bound: price, value: price, trigger: null };
}

function stopPricing(instrument: Instrument, side: "buy" | "sell", trigger: bigint): Pricing {
  return { ...at(bandEdge(instrument, side, trigger)), trigger };
}

/** An order without limit ends at the nearest collar; any other's bound is its limit. */
function withBound(pricing: Pricing, bound: bigint): Pricing {
  if (pricing.bound === bound) return pricing;
  return pricing.worst === null ? { ...pricing, bound } : { ...at(bound), trigger: pricing.trigger };
}

function trailFrom(side: "buy" | "sell", source: bigint, offset: bigint): bigint {
  return side === "buy" ? smaller(source + offset, LARGEST_TICKS) : larger(source - offset, 1n);
}

function refusal(code: RejectCode, limit: bigint | null = null, actual: bigint | null = null, headroom: bigint | null = null): Refusal {
  const plain = (operand: bigint | null): number | null => (operand === null ? null : Number(operand));
  return refusalOf(code, { limit: plain(limit), actual: plain(actual), headroom: plain(headroom) });
}

function nextId(id: number, known: number, isCodeTaken: boolean): Refusal | null {
  if (id <= known || isCodeTaken) return refusal("CATALOG_DUPLICATE_ID", null, BigInt(id));
  return id === known + 1 ? null : refusal("CATALOG_ID_GAP", BigInt(known + 1), BigInt(id));
}

function bandEdge(instrument: Instrument, side: "buy" | "sell", reference: bigint): bigint {
  const width = (reference * BigInt(instrument.priceBandPpm)) / MILLION;
  if (side === "buy") return smaller(reference + width, LARGEST_TICKS);
  return reference - width < 1n ? 1n : reference - width;
}

function isWithin(side: "buy" | "sell", bound: bigint, price: bigint): boolean {
  return side === "buy" ? price <= bound : price >= bound;
}

function opposite(side: "buy" | "sell"): "buy" | "sell" {
  return side === "buy" ? "sell" : "buy";
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function size(a: bigint): bigint {
  return a < 0n ? -a : a;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}
