import { plainTerms, type CommandOf } from "../../../shared/commands.ts";
import type { AccountId, AssetId, ClientOrderId, EpochUs, Seq } from "../../../shared/ids.ts";
import type { QtyLots } from "../../../shared/money.ts";
import type { CancelReason } from "../../../shared/orders.ts";
import type { KillScope, RiskLock } from "../../../shared/risk.ts";
import { larger, refusal, size, smaller } from "./arithmetic.ts";
import { alone, type Order } from "./orders.ts";
import { ReferenceChanges } from "./referenceChanges.ts";
import { VENUE } from "./riskTree.ts";

type RiskCommand =
  | "DefineRiskNode"
  | "ProposeLimits"
  | "ApproveLimits"
  | "SetTradingState"
  | "EngageKillSwitch"
  | "RearmKillSwitch"
  | "SetConversionMark"
  | "RejectLimits"
  | "OpenSession"
  | "CloseSession"
  | "ReleaseRiskLock"
  | "SetReferencePrice";

const LARGEST_ID = BigInt(Number.MAX_SAFE_INTEGER);

/** What people set in the risk tree, and what it does by itself: RK-4, RK-5, RK-15, RK-16, RK-18 to RK-23, RK-26, RK-28, RK-29. */
export abstract class ReferenceControl extends ReferenceChanges {
  protected changeRisk(command: CommandOf<RiskCommand>): void {
    const { risk } = this;
    const by = this.actor;
    switch (command.type) {
      case "DefineRiskNode": {
        const { node } = command;
        return this.answer(command.type, risk.objectToNode(node, this.accounts.length), () => {
          risk.define(node);
          this.emit({ type: "RiskNodeDefined", node });
        });
      }
      case "ProposeLimits":
        return this.answer(command.type, risk.objectToProposal(command.proposal, this.atUs), () => {
          const proposal = { ...command.proposal, by };
          risk.proposals.set(this.seq + 1, { proposal, status: "proposed" });
          this.emit({ type: "LimitsProposed", proposalId: (this.seq + 1) as Seq, proposal });
        });
      case "ApproveLimits":
        return this.approve(command, by);
      case "RejectLimits": {
        const { proposalId, reason, type } = command;
        const status = risk.proposals.get(proposalId)?.status ?? "applied";
        return this.answer(type, status === "applied" ? refusal("RISK_UNKNOWN_PROPOSAL", null, BigInt(proposalId)) : null, () => {
          risk.proposals.delete(proposalId);
          this.emit({ type: "LimitsRejected", proposalId, by, reason });
        });
      }
      case "SetTradingState": {
        const { change } = command;
        return this.answer(command.type, this.objectToNode(change.nodeId), () => {
          risk.states.set(change.nodeId, change.state);
          this.emit({ type: "TradingStateSet", change: { ...change, by } });
          if (change.state === "halted") this.cancelBelow(change.nodeId, "halted");
        });
      }
      case "EngageKillSwitch":
        return this.engage(command, by);
      case "RearmKillSwitch":
        return this.rearm(command, by);
      case "OpenSession":
        return this.answer(command.type, risk.sessions.has(command.session.session) ? refusal("RISK_ALREADY_ENGAGED") : null, () => {
          risk.sessions.set(command.session.session, command.session.cancelOnDisconnect);
          this.emit({ type: "SessionOpened", session: command.session });
        });
      case "CloseSession": {
        const { session } = command;
        const cancels = risk.sessions.get(session);
        return this.answer(command.type, cancels === undefined ? refusal("RISK_UNKNOWN_SESSION") : null, () => {
          risk.sessions.delete(session);
          const orders = cancels === true ? this.cancelEach(({ actor, isKept }) => actor === session && !isKept, "disconnected") : 0;
          this.emit({ type: "SessionClosed", session, orders });
        });
      }
      case "ReleaseRiskLock": {
        const { lock, nodeId } = command.release;
        const objection = this.objectToNode(nodeId) ?? (risk.isLocked(nodeId, lock) ? null : refusal("RISK_NOT_ENGAGED"));
        return this.answer(command.type, objection, () => {
          risk.unlock(nodeId, lock);
          if (lock === "disabled") risk.counts.forgetExecutions(nodeId);
          else risk.counts.forgetProtection(nodeId);
          this.emit({ type: "RiskLockReleased", release: { ...command.release, by } });
        });
      }
      case "SetConversionMark": {
        const { fromAssetId, toAssetId } = command.mark;
        const isKnown = [fromAssetId, toAssetId].every((assetId) => assetId <= this.assets.length) && fromAssetId !== toAssetId;
        return this.answer(command.type, isKnown ? null : refusal("CATALOG_UNKNOWN_ASSET"), () => {
          risk.addMark(command.mark, this.atUs);
          this.emit({ type: "ConversionMarkSet", mark: command.mark });
        });
      }
      case "SetReferencePrice": {
        const isKnown = command.mark.instrumentId <= this.instruments.length;
        return this.answer(command.type, isKnown ? null : refusal("VALIDATE_UNKNOWN_INSTRUMENT"), () => {
          risk.setOutside(command.mark, this.atUs);
          this.emit({ type: "ReferencePriceSet", mark: command.mark });
        });
      }
    }
  }

  private objectToNode(nodeId: number): ReturnType<typeof refusal> | null {
    return this.risk.hasNode(nodeId) ? null : refusal("RISK_UNKNOWN_NODE", null, BigInt(nodeId));
  }

  // Limits: RK-28, RK-29.

  private approve({ proposalId, type }: CommandOf<"ApproveLimits">, by: string): void {
    const entry = this.risk.proposals.get(proposalId);
    const objection =
      entry?.status !== "proposed"
        ? refusal("RISK_UNKNOWN_PROPOSAL", null, BigInt(proposalId))
        : entry.proposal.by === by
          ? refusal("RISK_SECOND_PERSON")
          : this.risk.objectToProposal(entry.proposal, this.atUs);
    this.answer(type, objection, () => {
      entry!.status = "approved";
      this.emit({ type: "LimitsApproved", proposalId, by });
      if ((entry!.proposal.effectiveUs ?? 0) <= this.atUs) this.applyLimits(proposalId);
    });
  }

  private applyLimits(proposalId: number): void {
    const { changes, nodeId } = this.risk.proposals.get(proposalId)!.proposal;
    this.risk.apply(proposalId);
    if (changes.some(({ control }) => control === "loss" || control === "liquidation")) this.risk.restartLosses(nodeId, this.surroundings);
    this.emit({ type: "LimitsApplied", proposalId: proposalId as Seq });
  }

  /** Limits by their proposals, then cooling-offs by their nodes, one after the other. */
  protected releaseWhatIsDue(): void {
    while (this.releaseFirst());
  }

  protected isReleaseDue(): boolean {
    const { risk, atUs } = this;
    const isLimitDue = [...risk.proposals.values()].some(
      ({ proposal, status }) =>
        (status === "approved" && (proposal.effectiveUs ?? 0) <= atUs) ||
        (status === "applied" && proposal.expiresUs !== null && proposal.expiresUs <= atUs),
    );
    return isLimitDue || [...risk.coolingUntil.values()].some((untilUs) => untilUs <= atUs);
  }

  private releaseFirst(): boolean {
    const { risk } = this;
    for (const [proposalId, { proposal, status }] of [...risk.proposals].toSorted(([a], [b]) => a - b)) {
      if (status === "approved" && (proposal.effectiveUs ?? 0) <= this.atUs) {
        this.applyLimits(proposalId);
        return true;
      }
      if (status === "applied" && proposal.expiresUs !== null && proposal.expiresUs <= this.atUs) {
        risk.endBounds(proposalId);
        this.emit({ type: "LimitsExpired", proposalId: proposalId as Seq });
        return true;
      }
    }
    for (const [nodeId, untilUs] of [...risk.coolingUntil].toSorted(([a], [b]) => a - b)) {
      if (untilUs > this.atUs) continue;
      const lock = risk.isLocked(nodeId, "liquidating") ? "liquidating" : "lossBlocked";
      risk.coolingUntil.delete(nodeId);
      risk.unlock(nodeId, "lossWarning", "lossBlocked", "liquidating");
      risk.restartLosses(nodeId, this.surroundings);
      this.emit({ type: "RiskLockReleased", release: { nodeId, lock, reason: "The cooling-off has ended.", by: "venue clock" } });
      return true;
    }
    return false;
  }

  // Kill switches: RK-20 to RK-22.

  private engage({ kill, type }: CommandOf<"EngageKillSwitch">, by: string): void {
    const { risk } = this;
    const { flatten, scope } = kill;
    const objection = this.objectToScope(scope) ?? (this.engagedBy(scope) === undefined ? null : refusal("RISK_ALREADY_ENGAGED"));
    this.answer(type, objection, () => {
      if (scope.kind === "user") {
        risk.killedUsers.set(scope.actor, by);
        this.emit({ type: "KillSwitchEngaged", kill: { ...kill, by } });
        this.cancelEach(({ actor }) => actor === scope.actor, "killSwitch");
        return;
      }
      if (scope.kind === "account" && risk.nodeOf(scope.accountId) === VENUE) this.placeBelowVenue(scope.accountId);
      const nodeId = scope.kind === "account" ? risk.nodeOf(scope.accountId) : scope.nodeId;
      risk.killed.set(nodeId, by);
      this.emit({ type: "KillSwitchEngaged", kill: { ...kill, by } });
      this.cancelBelow(nodeId, "killSwitch");
      if (flatten) this.flattenBelow(nodeId);
    });
  }

  private rearm({ rearm, type }: CommandOf<"RearmKillSwitch">, by: string): void {
    const { scope } = rearm;
    const engagedBy = this.engagedBy(scope);
    const objection =
      this.objectToScope(scope) ??
      (engagedBy === undefined ? refusal("RISK_NOT_ENGAGED") : engagedBy === by ? refusal("RISK_SECOND_PERSON") : null);
    this.answer(type, objection, () => {
      if (scope.kind === "user") this.risk.killedUsers.delete(scope.actor);
      else this.risk.killed.delete(scope.kind === "account" ? this.risk.nodeOf(scope.accountId) : scope.nodeId);
      this.emit({ type: "KillSwitchRearmed", rearm: { ...rearm, by } });
    });
  }

  private objectToScope(scope: KillScope): ReturnType<typeof refusal> | null {
    if (scope.kind === "account" && scope.accountId > this.accounts.length) return refusal("CATALOG_UNKNOWN_ACCOUNT");
    return scope.kind === "node" ? this.objectToNode(scope.nodeId) : null;
  }

  private engagedBy(scope: KillScope): string | undefined {
    const { risk } = this;
    if (scope.kind === "user") return risk.killedUsers.get(scope.actor);
    if (scope.kind === "node") return risk.killed.get(scope.nodeId);
    const nodeId = risk.nodeOf(scope.accountId);
    return nodeId === VENUE ? undefined : risk.killed.get(nodeId);
  }

  private placeBelowVenue(accountId: AccountId): void {
    const node = {
      nodeId: this.risk.nodes.length + 2,
      level: "account",
      parentId: VENUE,
      name: this.accounts[accountId - 1]!.code,
      accountId,
      currencyAssetId: 1 as AssetId,
    } as const;
    this.risk.define(node);
    this.emit({ type: "RiskNodeDefined", node });
  }

  protected cancelBelow(nodeId: number, reason: CancelReason): void {
    this.cancelEach(({ terms }) => this.risk.isBelow(terms.accountId, nodeId), reason);
  }

  /** Account by account, oldest first. Answers how many there were. */
  private cancelEach(isMeant: (order: Order) => boolean, reason: CancelReason): number {
    const open = [...this.resting, ...this.waiting].filter(isMeant);
    for (const order of open.toSorted((a, b) => a.terms.accountId - b.terms.accountId || a.id - b.id)) this.expire(order, reason);
    return open.length;
  }

  private flattenBelow(nodeId: number): void {
    for (const accountId of this.risk.accountsBelow(nodeId)) {
      for (const { baseAssetId, baseUnitsPerLot, instrumentId, marketMaxLots, minLots } of this.instruments) {
        const position = this.risk.position([accountId], instrumentId);
        if (size(position) < BigInt(minLots)) continue;
        const { held, total } = this.holding(accountId, baseAssetId);
        const there = position > 0n ? smaller(size(position), (total - held) / BigInt(baseUnitsPerLot)) : size(position);
        const lots = smaller(there, BigInt(marketMaxLots));
        if (lots < BigInt(minLots)) continue;
        const highest = this.used(accountId).reduce<number>((most, id) => Math.max(most, id), 0);
        this.submit(
          {
            ...plainTerms,
            type: "SubmitOrder",
            accountId: accountId as AccountId,
            instrumentId,
            clientOrderId: Number(smaller(BigInt(highest) + 1n, LARGEST_ID)) as ClientOrderId,
            side: position > 0n ? "sell" : "buy",
            orderType: "market",
            timeInForce: "ioc",
            limitTicks: null,
            lots: Number(lots) as QtyLots,
          },
          { ...alone, isFlattening: true },
        );
      }
    }
  }

  // What fills and losses bring about: RK-15, RK-18, RK-26.

  /** The look at the nodes in which something happened; what it trades may bring others into view. */
  protected supervise(): void {
    for (let n = 0; n < this.suspects.length; n += 1) {
      const nodeId = this.suspects[n]!;
      this.superviseNode(nodeId, this.suspects.slice(0, n).includes(-nodeId));
      // A fill that comes later brings the node into view again.
      this.suspects[n] = -nodeId;
    }
    this.suspects = [];
  }

  protected superviseLosses(): void {
    for (let nodeId = VENUE + 1; nodeId <= this.risk.nodes.length + 1; nodeId += 1) this.superviseLoss(nodeId, false);
  }

  private superviseNode(nodeId: number, isAgain: boolean): void {
    const { risk } = this;
    const { counts } = risk;
    const executions = risk.limitsOf(nodeId, "executions", null);
    if (executions !== null) {
      const used = counts.executionsOf(nodeId, executions.parameter, this.atUs);
      if (used >= executions.hard) this.lockOnce(nodeId, "disabled", executions.hard, used, null);
    }
    const fills = risk.limitsOf(nodeId, "protectionFills", null);
    if (fills !== null) {
      const used = counts.protectedFills(nodeId, fills.parameter, this.atUs);
      if (used >= fills.hard) this.lockOnce(nodeId, "protected", fills.hard, used, null);
    }
    for (const { instrumentId } of this.instruments) {
      const lots = risk.limitsOf(nodeId, "protectionLots", instrumentId);
      if (lots === null) continue;
      const used = counts.protectedLots(nodeId, instrumentId, lots.parameter, this.atUs);
      if (used >= lots.hard) this.lockOnce(nodeId, "protected", lots.hard, used, null);
    }
    this.superviseLoss(nodeId, isAgain);
  }

  private superviseLoss(nodeId: number, isAgain: boolean): void {
    const { risk } = this;
    const block = risk.limitsOf(nodeId, "loss", null);
    const liquidation = risk.limitsOf(nodeId, "liquidation", null);
    const isLiquidated = liquidation !== null && liquidation.hard < LARGEST_ID;
    if (block === null && !isLiquidated) return;
    // One look trades a node back once.
    if (risk.isLocked(nodeId, "liquidating")) return isAgain ? undefined : this.flattenBelow(nodeId);
    const loss = risk.lossOf(nodeId, this.surroundings);
    if (loss === null) return;
    if (isLiquidated && loss >= liquidation.hard) {
      this.lockOnce(nodeId, "liquidating", liquidation.hard, loss, this.atUs + Number(liquidation.parameter));
      return this.flattenBelow(nodeId);
    }
    if (block === null) return;
    if (loss >= block.hard) this.lockOnce(nodeId, "lossBlocked", block.hard, loss, this.atUs + Number(block.parameter));
    else if (loss >= block.soft) this.lockOnce(nodeId, "lossWarning", block.soft, loss, null);
  }

  /** Locks a node that is not locked so yet, and takes its orders off if the lock blocks them. */
  private lockOnce(nodeId: number, lock: RiskLock, limit: bigint, used: bigint, untilUs: number | null): void {
    if (this.risk.isLocked(nodeId, lock)) return;
    this.risk.lock(nodeId, lock, untilUs);
    this.emit({
      type: "RiskLocked",
      nodeId,
      lock,
      limit: Number(limit),
      used: Number(larger(used, 0n)),
      untilUs: untilUs as EpochUs | null,
    });
    if (lock === "lossWarning") return;
    this.cancelBelow(nodeId, lock === "disabled" || lock === "protected" ? lock : "lossLimit");
  }
}
