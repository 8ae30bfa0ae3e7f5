import type { EngineStatus } from "../../shared/views.ts";
import type { Result } from "../../shared/result.ts";
import { ClientPort, type ClientIdentity, type HostServices } from "./clientPort.ts";
import type { PastPicture, PastThread } from "./past/pastThread.ts";
import type { Publication } from "./publication.ts";
import type { ClientTransport } from "./transport.ts";

/** What a client has of the engine itself; where it stands in the stream of frames, or in the past, is the business of `Clients`. */
export type EngineServices = Pick<HostServices, "venue" | "users" | "status" | "owns" | "submit" | "query" | "operate">;

/** Everybody who is connected: who is sent frames, who looks at the past, and who is told how the engine stands. */
export class Clients {
  readonly #ports = new Set<ClientPort>();
  readonly #publisher: Publication;
  readonly #past: PastThread;

  constructor(publisher: Publication, past: PastThread) {
    this.#publisher = publisher;
    this.#past = past;
  }

  /** Serves a client at the other end of the line. */
  connect(identity: ClientIdentity, transport: ClientTransport, engine: EngineServices): void {
    const services: HostServices = {
      ...engine,
      query: (query, client, atSeq) =>
        atSeq === null ? engine.query(query, client, null) : this.#past.query({ seq: atSeq, owner: client.owner, query }),
      snapshotWanted: (port) => this.#publisher.wantSnapshot(port),
      framesSeen: (port, toSeq) => this.#publisher.seen(port, toSeq),
      travel: (port, atSeq) => this.#travel(port, atSeq),
      returned: (port) => {
        if (port.subscription !== null) this.#publisher.wantSnapshot(port);
        this.#restPast();
      },
      closed: (port) => {
        this.#ports.delete(port);
        this.#publisher.remove(port);
        this.#restPast();
      },
    };
    this.#ports.add(new ClientPort(identity, transport, services));
  }

  /** GW-60: with the status goes the place at which each client should stand by then. */
  tell(status: EngineStatus): void {
    for (const port of this.#ports) {
      if (port.isGreeted) port.send({ type: "status", status, frameSeq: this.#publisher.placeOf(port) });
    }
  }

  close(): void {
    for (const port of this.#ports) port.close();
  }

  #travel(port: ClientPort, seq: number): Promise<Result<PastPicture>> {
    this.#publisher.remove(port);
    return this.#past.picture({ seq, owner: port.identity.owner, subscription: port.subscription });
  }

  /** Nobody is in the past: its state takes no memory. */
  #restPast(): void {
    if ([...this.#ports].every(({ pastSeq }) => pastSeq === null)) void this.#past.end();
  }
}
