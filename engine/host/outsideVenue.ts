import type { Command } from "../../shared/commands.ts";
import { typedError, type TypedError } from "../../shared/errors.ts";
import type { HostNote } from "../../shared/hostNotes.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { Seq } from "../../shared/ids.ts";
import type { Operation, Outcome } from "../../shared/protocol.ts";
import type { LinkStatus } from "../../shared/views.ts";
import type { LocalBook } from "../connector/book.ts";
import { isPriceAwaited } from "../core/routing/routeQueries.ts";
import { Connector } from "../connector/connector.ts";
import type { Credentials } from "../connector/credentials.ts";
import type { ConnectArguments } from "./arguments.ts";
import { takeOverObjection } from "../core/routing/takeOver.ts";
import { linkSettings } from "./linking.ts";
import { CONNECTOR_ACTOR, localBook } from "./localBook.ts";
import type { LogFile } from "./logFile.ts";
import { outsideMarket } from "./outsideMarket.ts";
import type { Publication } from "./publication.ts";
import type { Views } from "./views/views.ts";

type TakeOverOperation = Extract<Operation, { readonly type: `${string}TakeOver` }>;

/** The outside venue as the host sees it: the connector, with the host's replica, inbox and frames at its hands. */
export class OutsideVenue {
  readonly #connector: Connector;
  readonly #book: LocalBook;
  readonly #replica: () => Views["replica"];

  /** Throws TerminalError when the data folder belongs to another venue. */
  constructor(
    connect: ConnectArguments,
    credentials: Credentials,
    host: {
      readonly views: () => Views;
      readonly publisher: Publication;
      readonly take: (command: Command, actor: string, answered: (outcome: Outcome) => void) => void;
      readonly log: LogFile;
      /** The link's state changed. */
      readonly told: () => void;
    },
  ) {
    const replica = (): Views["replica"] => host.views().replica;
    this.#replica = replica;
    this.#book = localBook(replica, host.take);
    this.#connector = new Connector(linkSettings(connect, replica()), {
      credentials,
      book: this.#book,
      market: outsideMarket({
        views: host.views,
        publish: (change) => {
          change(host.publisher.changes);
          host.publisher.schedule();
        },
        record: (command) => host.take(command, CONNECTOR_ACTOR, () => undefined),
        isAwaited: (instrumentId, ticks) => isPriceAwaited(replica(), instrumentId, ticks),
        nowMs: () => performance.now(),
      }),
      told: ({ note, state }) => {
        host.log.info(`The link to ${connect.site} at ${connect.rest} is ${state}${note === "" ? "" : `: ${note}`}`);
        host.told();
      },
    });
  }

  get status(): LinkStatus {
    return this.#connector.status;
  }

  /** What a process before this one left as live is recorded as lost when this returns. */
  start(): Promise<void> {
    return this.#connector.start();
  }

  /** CN-10: a person's part in taking over what the venue says. A note for people, or why nothing was done. */
  takeOver(operation: TakeOverOperation, by: string): Promise<Result<HostNote>> {
    switch (operation.type) {
      case "proposeTakeOver":
        return this.#propose(operation.reason, by);
      case "approveTakeOver":
        return this.#approve(operation.proposalId, by);
      case "withdrawTakeOver":
        return this.#withdraw(operation.proposalId, by);
    }
  }

  async #propose(why: string, by: string): Promise<Result<HostNote>> {
    if (this.status.discrepancies.length === 0) return failed(nothingDiffers());
    const adjustments = await this.#connector.adjustments();
    if (adjustments === null) return failed(this.#away());
    const { refusal } = await this.#book.record({ kind: "takeOverProposed", by, why, adjustments: [...adjustments] });
    return refusal === null ? ok({ code: "takeOverProposed" }) : failed(proposalGone(why));
  }

  /** Asked before the venue is: what ends there must not end here for somebody who may not approve. The engine asks again. */
  async #approve(proposalId: number, by: string): Promise<Result<HostNote>> {
    const objection = takeOverObjection(this.#replica(), proposalId, by);
    if (objection === "RISK_SECOND_PERSON") return failed(secondPerson(by));
    if (objection === "RISK_UNKNOWN_PROPOSAL") return failed(proposalGone(proposalId));
    const outcome = await this.#connector.takeOver(by);
    if (outcome === null) return failed(this.#away());
    return outcome === "done" ? ok({ code: "takenOver" }) : failed(proposalGone(proposalId));
  }

  async #withdraw(proposalId: Seq, by: string): Promise<Result<HostNote>> {
    const { refusal } = await this.#book.record({ kind: "takeOverWithdrawn", proposalId, by });
    return refusal === null ? ok({ code: "takeOverWithdrawn" }) : failed(proposalGone(proposalId));
  }

  #away(): TypedError {
    const rule = "a venue that answers";
    return typedError("ENGINE_BUSY", { field: "link", value: this.status.state, rule, message: "The venue cannot be asked now." });
  }

  committed(): void {
    this.#connector.committed();
  }

  end(): Promise<void> {
    return this.#connector.end();
  }
}

function nothingDiffers(): TypedError {
  const message = "Nothing differs between the venue and this terminal.";
  return typedError("QUERY_INVALID", { field: "operation.type", value: "proposeTakeOver", rule: "a discrepancy", message });
}

function secondPerson(by: string): TypedError {
  const rule = "another user than the one who proposed it";
  return typedError("SECOND_PERSON", {
    field: "user",
    value: by,
    rule,
    message: `${by} proposed this: another risk officer must approve it.`,
  });
}

function proposalGone(value: unknown): TypedError {
  const rule = "a proposal that waits for approval, of the differences as they are";
  const message =
    "This proposal waits for approval no longer: it was withdrawn, or the differences have changed. Look again, and propose anew.";
  return typedError("PROPOSAL_GONE", { field: "operation.proposalId", value, rule, message });
}
