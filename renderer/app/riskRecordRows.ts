import type { Account, Asset, Instrument } from "../../shared/catalog.ts";
import type { AccountId, AssetId, EpochUs, InstrumentId } from "../../shared/ids.ts";
import {
  VENUE_NODE,
  type KillScope,
  type LimitChange,
  type RecordedProposal,
  type RiskControl,
  type RiskNode,
  type TradingState,
} from "../../shared/risk.ts";
import type { RiskRecord, RiskRecordEvent } from "../../shared/riskRecord.ts";
import { orderFormTexts } from "./orderFormTexts.ts";
import { boundsText, figureText } from "./riskFigures.ts";
import { riskRecordTexts as texts, type DeedKind } from "./riskRecordTexts.ts";
import { riskWordTexts } from "./riskWordTexts.ts";

/** One line of the deeds: who did what to which node, from what to what, and why. */
export type DeedRow = {
  readonly key: string;
  readonly seq: number;
  readonly atUs: EpochUs;
  readonly by: string;
  readonly kind: DeedKind;
  /** Node or user that it is about; null where that is not known. */
  readonly scope: KillScope | null;
  readonly place: string;
  /** Control with its instrument; "" where it is about none. */
  readonly control: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  /** What else belongs to it: who proposed, what was cancelled. */
  readonly detail: string;
};

/** One objection of a control. */
export type BreachRow = {
  readonly key: string;
  readonly seq: number;
  readonly atUs: EpochUs;
  readonly by: string;
  readonly account: string;
  readonly place: string;
  readonly control: string;
  readonly tier: string;
  readonly limit: string;
  readonly used: string;
  readonly asked: string;
  readonly headroom: string;
};

/** What the rows need to call things by their names. */
export type RecordNames = {
  readonly user: (code: string) => string;
  readonly account: (id: AccountId) => Account | undefined;
  readonly instrument: (id: InstrumentId) => Instrument | undefined;
  readonly asset: (id: AssetId) => Asset | undefined;
  readonly venue: string;
  /** Of the venue's own limits. */
  readonly currency: AssetId | null;
  readonly time: (us: EpochUs) => string;
  /** A refused command in words. */
  readonly refusal: (event: Extract<RiskRecordEvent, { type: "CommandDenied" }>) => string;
};

type Bounds = Pick<LimitChange, "soft" | "hard" | "parameter">;
const UNBOUNDED: Bounds = { soft: null, hard: null, parameter: null };

/** What holds for one control of a node, told by the records so far. */
type InForce = { permanent: Bounds; temporary: readonly { readonly proposalId: number; readonly bounds: Bounds }[] };
type Known = { readonly proposal: RecordedProposal; approvedBy: string };
type Filling = Partial<Omit<DeedRow, "seq" | "atUs" | "by">> & { readonly kind: DeedKind };

/** A journal may name an action that this program does not know. */
const ACTIONS: Readonly<Partial<Record<string, string>>> = texts.actions;
const COMMANDS: Readonly<Partial<Record<string, string>>> = texts.commands;

/** Follows the records of deeds in their order, so that each change says what it changed. */
export class DeedRows {
  readonly #names: RecordNames;
  readonly #nodes = new Map<number, RiskNode>();
  readonly #proposals = new Map<number, Known>();
  readonly #inForce = new Map<string, InForce>();
  readonly #states = new Map<number, TradingState>();

  constructor(names: RecordNames) {
    this.#names = names;
  }

  /** The rows of these records, which come next in order. */
  add(records: readonly RiskRecord[]): readonly DeedRow[] {
    return records.flatMap((record, at) => {
      const rows = this.#rowsOf(record);
      // Approved and at once in force is one deed; the row of what is in force names who approved it.
      return record.event.type === "LimitsApproved" && records[at + 1]?.causeSeq === record.causeSeq ? [] : rows;
    });
  }

  nodeName(nodeId: number): string {
    if (nodeId === VENUE_NODE) return this.#names.venue;
    return this.#nodes.get(nodeId)?.name ?? `#${nodeId}`;
  }

  /** A bound or use of a control at a node, with its unit. */
  figure(control: RiskControl, n: number, nodeId: number, instrumentId: InstrumentId | null): string {
    return figureText(control, n, this.#instrument(instrumentId), this.#currency(nodeId));
  }

  controlName(control: RiskControl, instrumentId: InstrumentId | null): string {
    return `${orderFormTexts.controls[control]} ${this.#instrument(instrumentId)?.symbol ?? ""}`.trim();
  }

  #rowsOf(record: RiskRecord): readonly DeedRow[] {
    return this.#fillingsOf(record).map((filling, at) => ({
      ...EMPTY,
      key: `${record.seq}:${at}`,
      seq: record.seq,
      atUs: record.atUs,
      by: this.#names.user(record.by),
      ...filling,
    }));
  }

  #fillingsOf({ by, event, cancelled }: RiskRecord): readonly Filling[] {
    const orders = cancelled === 0 ? "" : texts.cancelled(cancelled);
    switch (event.type) {
      case "RiskNodeDefined":
        return [this.#define(event.node)];
      case "LimitsProposed":
        this.#proposals.set(event.proposalId, { proposal: event.proposal, approvedBy: "" });
        return this.#changes("limitProposed", event.proposalId, (change, now) => [now, change]);
      case "LimitsApproved": {
        const known = this.#proposals.get(event.proposalId);
        if (known !== undefined) known.approvedBy = by;
        return [{ kind: "limitApproved", ...this.#about(event.proposalId) }];
      }
      case "LimitsRejected":
        return [{ kind: "limitRejected", ...this.#about(event.proposalId), reason: event.reason }];
      case "LimitsApplied":
        return this.#changes("limitInForce", event.proposalId, (change, now, known) => {
          this.#apply(known.proposal, event.proposalId, change);
          return [now, change];
        });
      case "LimitsExpired":
        return this.#changes("limitEnded", event.proposalId, (change, now, known) => [
          now,
          this.#expire(known.proposal, event.proposalId, change),
        ]);
      case "SoftLimitConfirmed": {
        const { accountId, actual, confirmation, control, instrumentId, limit, nodeId, clientOrderId } = event;
        return [
          {
            kind: "confirmed",
            ...this.#node(nodeId),
            control: this.controlName(control, instrumentId),
            from: this.figure(control, limit, nodeId, instrumentId),
            to: this.figure(control, actual, nodeId, instrumentId),
            reason: confirmation,
            detail: texts.order(this.#names.account(accountId)?.code ?? `#${accountId}`, clientOrderId),
          },
        ];
      }
      case "TradingStateSet": {
        const { nodeId, reason, state } = event.change;
        const before = this.#states.get(nodeId) ?? "active";
        this.#states.set(nodeId, state);
        const [from, to] = [riskWordTexts.states[before], riskWordTexts.states[state]];
        return [{ kind: "state", ...this.#node(nodeId), from, to, reason, detail: orders }];
      }
      case "KillSwitchEngaged": {
        const { flatten, reason, scope } = event.kill;
        return [{ kind: "kill", ...this.#scope(scope), to: flatten ? texts.killedFlat : texts.killed, reason, detail: orders }];
      }
      case "KillSwitchRearmed":
        return [{ kind: "rearm", ...this.#scope(event.rearm.scope), from: texts.killed, reason: event.rearm.reason }];
      case "RiskLocked": {
        const until = event.untilUs === null ? "" : texts.until(this.#names.time(event.untilUs));
        const detail = [orders, until].filter((part) => part !== "").join(", ");
        return [{ kind: "locked", ...this.#node(event.nodeId), to: riskWordTexts.lockNames[event.lock], detail }];
      }
      case "RiskLockReleased": {
        const { lock, nodeId, reason } = event.release;
        return [{ kind: "released", ...this.#node(nodeId), from: riskWordTexts.lockNames[lock], reason }];
      }
      case "OperatorActionRecorded":
        return [{ kind: "operator", place: this.#names.venue, to: ACTIONS[event.action] ?? event.action, detail: event.detail }];
      case "CommandDenied":
        return [{ kind: "refused", to: COMMANDS[event.commandType] ?? event.commandType, detail: this.#names.refusal(event) }];
      case "RiskBreached":
        return [];
    }
  }

  #define(node: RiskNode): Filling {
    this.#nodes.set(node.nodeId, node);
    return { kind: "nodeDefined", place: node.name, to: texts.below(this.nodeName(node.parentId)) };
  }

  /** A row for each of a proposal's changes; `between` tells what holds before and after. */
  #changes(
    kind: DeedKind,
    proposalId: number,
    between: (change: LimitChange, now: Bounds, known: Known) => readonly [Bounds, Bounds],
  ): readonly Filling[] {
    const known = this.#proposals.get(proposalId);
    if (known === undefined) return [{ kind, ...this.#about(proposalId) }];
    const { changes, nodeId } = known.proposal;
    return changes.map((change) => {
      const { control, instrumentId } = change;
      const [from, to] = between(change, this.#now(nodeId, change), known).map((bounds) =>
        boundsText(control, bounds, this.#instrument(instrumentId), this.#currency(nodeId)),
      );
      return { kind, ...this.#about(proposalId), control: this.controlName(control, instrumentId), from: from ?? "", to: to ?? "" };
    });
  }

  /** Which proposal it is, whose and why. */
  #about(proposalId: number): Pick<DeedRow, "scope" | "place" | "reason" | "detail"> {
    const known = this.#proposals.get(proposalId);
    if (known === undefined) return { scope: null, place: "", reason: "", detail: texts.proposal(proposalId) };
    const { by, effectiveUs, expiresUs, nodeId, reason } = known.proposal;
    const parts = [
      texts.proposedBy(proposalId, this.#names.user(by)),
      known.approvedBy === "" ? "" : texts.approvedBy(this.#names.user(known.approvedBy)),
      effectiveUs === null ? "" : texts.from(this.#names.time(effectiveUs)),
      expiresUs === null ? "" : texts.until(this.#names.time(expiresUs)),
    ];
    return { ...this.#node(nodeId), reason, detail: parts.filter((part) => part !== "").join(", ") };
  }

  #apply({ expiresUs, nodeId }: RecordedProposal, proposalId: number, change: LimitChange): void {
    const entry = this.#entry(nodeId, change);
    if (expiresUs === null) entry.permanent = change;
    else entry.temporary = [...entry.temporary, { proposalId, bounds: change }];
  }

  /** Ends temporary bounds; what holds then. */
  #expire({ nodeId }: RecordedProposal, proposalId: number, change: LimitChange): Bounds {
    const entry = this.#entry(nodeId, change);
    entry.temporary = entry.temporary.filter((one) => one.proposalId !== proposalId);
    return this.#now(nodeId, change);
  }

  #now(nodeId: number, change: LimitChange): Bounds {
    const { permanent, temporary } = this.#entry(nodeId, change);
    return temporary.at(-1)?.bounds ?? permanent;
  }

  #entry(nodeId: number, { control, instrumentId }: LimitChange): InForce {
    const key = `${nodeId}:${control}:${instrumentId ?? ""}`;
    const entry = this.#inForce.get(key) ?? { permanent: UNBOUNDED, temporary: [] };
    this.#inForce.set(key, entry);
    return entry;
  }

  #node(nodeId: number): Pick<DeedRow, "scope" | "place"> {
    return { scope: { kind: "node", nodeId }, place: this.nodeName(nodeId) };
  }

  #scope(scope: KillScope): Pick<DeedRow, "scope" | "place"> {
    if (scope.kind === "node") return this.#node(scope.nodeId);
    if (scope.kind === "user") return { scope, place: texts.user(this.#names.user(scope.actor)) };
    return { scope, place: this.#names.account(scope.accountId)?.code ?? `#${scope.accountId}` };
  }

  #instrument(id: InstrumentId | null): Instrument | undefined {
    return id === null ? undefined : this.#names.instrument(id);
  }

  #currency(nodeId: number): Asset | undefined {
    const id = this.#nodes.get(nodeId)?.currencyAssetId ?? this.#names.currency;
    return id === null ? undefined : this.#names.asset(id);
  }
}

const EMPTY = { scope: null, place: "", control: "", from: "", to: "", reason: "", detail: "" };

/** The rows of breaches. `deeds` has seen the deeds, which name the nodes. */
export function breachRows(records: Iterable<RiskRecord>, deeds: DeedRows, names: RecordNames): readonly BreachRow[] {
  return [...records].flatMap(({ seq, atUs, by, event }) => {
    if (event.type !== "RiskBreached") return [];
    const { accountId, control, instrumentId, nodeId, tier } = event;
    const figure = (n: number): string => deeds.figure(control, n, nodeId, instrumentId);
    return [
      {
        key: String(seq),
        seq,
        atUs,
        by: names.user(by),
        account: names.account(accountId)?.code ?? `#${accountId}`,
        place: deeds.nodeName(nodeId),
        control: deeds.controlName(control, instrumentId),
        tier: riskWordTexts.tiers[tier],
        limit: figure(event.limit),
        used: figure(event.used),
        asked: figure(event.actual),
        headroom: figure(event.headroom),
      },
    ];
  });
}
