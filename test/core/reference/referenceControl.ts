import type { CommandOf } from "../../../shared/commands.ts";
import type { Seq } from "../../../shared/ids.ts";
import type { CancelReason } from "../../../shared/orders.ts";
import { refusal } from "./arithmetic.ts";
import { ReferenceChanges } from "./referenceChanges.ts";
import type { riskTypes } from "./referenceRisk.ts";

/** What people set in the risk tree: RK-4, RK-5, RK-19 to RK-21, RK-28. */
export abstract class ReferenceControl extends ReferenceChanges {
  protected changeRisk(command: CommandOf<(typeof riskTypes)[number]>): void {
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

  protected cancelBelow(nodeId: number, reason: CancelReason): void {
    const open = [...this.resting, ...this.waiting].toSorted((a, b) => a.terms.accountId - b.terms.accountId || a.id - b.id);
    for (const order of open) if (this.risk.isBelow(order.terms.accountId, nodeId)) this.expire(order, reason);
  }
}
