import type { Command } from "../../shared/commands.ts";
import type { AssetId } from "../../shared/ids.ts";
import { VENUE_NODE, type LimitChange, type RiskControl } from "../../shared/risk.ts";
import type { Outcome } from "../../shared/protocol.ts";
import type { RejectCode } from "../../shared/rejects.ts";
import { TerminalError, typedError } from "../../shared/errors.ts";
import type { ScenarioCatalog } from "./catalog.ts";
import type { ScenarioLimit } from "./schema.ts";

/** Two risk officers: what one proposes, the other approves. */
const [PROPOSER, APPROVER] = ["risk-one", "risk-two"] as const;

/** Controls whose bounds are quantities, and those whose bounds are values; the others count or take millionths. */
const LOT_CONTROLS: ReadonlySet<RiskControl> = new Set<RiskControl>(["orderLots", "netLots", "grossLots", "protectionLots"]);
const VALUE_CONTROLS: ReadonlySet<RiskControl> = new Set<RiskControl>(["orderValue", "openValue", "loss", "liquidation"]);

export type SubmitDeed = (command: Command, actor: string, answered?: (outcome: Outcome) => void) => void;

/** The risk tree of a scenario: accounts get their place below the venue when a limit or a state first needs one. */
export class RiskDesk {
  readonly #catalog: ScenarioCatalog;
  readonly #submit: SubmitDeed;
  readonly #refused: (limit: ScenarioLimit, code: RejectCode) => void;
  readonly #nodes = new Map<number, number>();

  /** `refused` is told of each limit that the engine does not take. */
  constructor(catalog: ScenarioCatalog, submit: SubmitDeed, refused: (limit: ScenarioLimit, code: RejectCode) => void) {
    this.#catalog = catalog;
    this.#submit = submit;
    this.#refused = refused;
  }

  /** The account's node, which is made if need be; the venue's for no account. */
  node(account: string | undefined): number {
    if (account === undefined) return VENUE_NODE;
    const { accountId, code } = this.#catalog.account(account);
    const known = this.#nodes.get(accountId);
    if (known !== undefined) return known;
    const nodeId = VENUE_NODE + this.#nodes.size + 1;
    this.#nodes.set(accountId, nodeId);
    const node = {
      nodeId,
      level: "account",
      parentId: VENUE_NODE,
      name: code,
      accountId,
      currencyAssetId: this.#currency().assetId,
    } as const;
    this.#submit({ type: "DefineRiskNode", node }, PROPOSER);
    return nodeId;
  }

  /** Throws TerminalError SCENARIO_INVALID for bounds that the control cannot have. */
  check(limit: ScenarioLimit): void {
    this.#change(limit);
  }

  /** Has the limit proposed and approved. Throws as check() does. */
  set(limit: ScenarioLimit): void {
    const told = ({ refusal }: Pick<Outcome, "refusal">): void => {
      if (refusal !== null) this.#refused(limit, refusal.code);
    };
    const proposal = {
      nodeId: this.node(limit.account),
      changes: [this.#change(limit)],
      effectiveUs: null,
      expiresUs: null,
      reason: "set by the scenario",
    };
    this.#submit({ type: "ProposeLimits", proposal }, PROPOSER, ({ refusal, lastSeq }) => {
      if (refusal === null) this.#submit({ type: "ApproveLimits", proposalId: lastSeq }, APPROVER, told);
      else told({ refusal });
    });
  }

  #change(limit: ScenarioLimit): LimitChange {
    const { control, instrument } = limit;
    const instrumentId = instrument === undefined ? null : this.#catalog.instrument(instrument).instrumentId;
    const bound = (text: string | undefined): number | null => (text === undefined ? null : this.#bound(limit, text));
    return { control, instrumentId, soft: bound(limit.soft), hard: bound(limit.hard), parameter: limit.perSecond ?? limit.window ?? null };
  }

  /** A bound in the control's own units. */
  #bound({ control, instrument }: ScenarioLimit, text: string): number {
    if (LOT_CONTROLS.has(control)) {
      if (instrument === undefined) throw wrong(control, "an instrument");
      return this.#catalog.lots(instrument, text);
    }
    if (VALUE_CONTROLS.has(control)) return this.#catalog.units(this.#currency().code, text);
    if (!/^\d{1,15}$/.test(text)) throw wrong(control, "a whole number");
    return Number(text);
  }

  /** Values are counted in the quote asset of the first instrument. */
  #currency(): { readonly assetId: AssetId; readonly code: string } {
    const quoteAssetId = this.#catalog.instruments[0]?.quoteAssetId;
    const asset = this.#catalog.assets.find(({ assetId }) => assetId === quoteAssetId);
    if (asset === undefined) throw wrong("limits", "a scenario with an instrument");
    return asset;
  }
}

function wrong(field: string, rule: string): TerminalError {
  return new TerminalError(typedError("SCENARIO_INVALID", { field, rule, message: `A limit on ${field} needs ${rule}.` }));
}
