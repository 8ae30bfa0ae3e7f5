import type { Command } from "../../shared/commands.ts";
import { typedError } from "../../shared/errors.ts";
import type { HostNote } from "../../shared/hostNotes.ts";
import { failed, ok, type Result } from "../../shared/result.ts";
import type { Outcome } from "../../shared/protocol.ts";
import type { LinkStatus } from "../../shared/views.ts";
import { isPriceAwaited } from "../core/routing/routeQueries.ts";
import { Connector } from "../connector/connector.ts";
import type { Credentials } from "../connector/credentials.ts";
import type { ConnectArguments } from "./arguments.ts";
import { linkSettings } from "./linking.ts";
import { CONNECTOR_ACTOR, localBook } from "./localBook.ts";
import type { LogFile } from "./logFile.ts";
import { outsideMarket } from "./outsideMarket.ts";
import type { Publication } from "./publication.ts";
import type { Views } from "./views/views.ts";

/** The outside venue as the host sees it: the connector, with the host's replica, inbox and frames at its hands. */
export class OutsideVenue {
  readonly #connector: Connector;

  /** Throws TerminalError when the data folder belongs to another venue. */
  constructor(
    connect: ConnectArguments,
    credentials: Credentials,
    host: {
      readonly views: () => Views;
      readonly publisher: Publication;
      readonly submit: (command: Command, actor: string, answered: (outcome: Outcome) => void) => boolean;
      readonly log: LogFile;
      /** The link's state changed. */
      readonly told: () => void;
    },
  ) {
    const replica = (): Views["replica"] => host.views().replica;
    this.#connector = new Connector(linkSettings(connect, replica()), {
      credentials,
      book: localBook(replica, host.submit),
      market: outsideMarket({
        views: host.views,
        publish: (change) => {
          change(host.publisher.changes);
          host.publisher.schedule();
        },
        // A price that finds no room is told again a few seconds later.
        record: (command) => void host.submit(command, CONNECTOR_ACTOR, () => undefined),
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

  /** A note for people, or why nothing was settled. */
  async settle(by: string, reason: string): Promise<Result<HostNote>> {
    if (await this.#connector.settle(by, reason)) return ok({ code: "settled" });
    const rule = "a venue that answers";
    return failed(typedError("ENGINE_BUSY", { field: "link", value: this.status.state, rule, message: "The venue cannot be asked now." }));
  }

  committed(): void {
    this.#connector.committed();
  }

  end(): Promise<void> {
    return this.#connector.end();
  }
}
