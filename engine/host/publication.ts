import type { ClientPort } from "./clientPort.ts";
import type { Seq } from "../../shared/ids.ts";
import type { Pace } from "./pace.ts";
import { Publisher } from "./publisher.ts";
import { Changes } from "./views/changes.ts";
import type { Views } from "./views/views.ts";

/** Screens get at most one frame in this time. */
const SCREEN_FRAME_MS = 16;

/** The frames of all clients: screens at their pace, gateways with every commit. */
export class Publication {
  readonly #views: () => Views;
  readonly #screens: Publisher;
  readonly #gateways: Publisher;
  /** What the commit at hand changes, until it is handed to both. */
  #batch: Changes | null = null;

  constructor(views: () => Views, pace?: Pace) {
    this.#views = views;
    const sent = (): void => this.#dropOld();
    this.#screens = new Publisher(views, { frameMs: SCREEN_FRAME_MS, sent, pace });
    this.#gateways = new Publisher(views, { frameMs: 0, sent, pace });
  }

  /** Collects what changes until it is scheduled; null while nobody listens. */
  get changes(): Changes | null {
    const { changes: screens } = this.#screens;
    const { changes: gateways } = this.#gateways;
    if (screens === null || gateways === null) return screens ?? gateways;
    this.#batch ??= new Changes(new Set([...this.#screens.watched, ...this.#gateways.watched]));
    return this.#batch;
  }

  /** The client subscribed, or asked for its place again: its next frame is a snapshot. */
  wantSnapshot(port: ClientPort): void {
    const isGateway = port.subscription?.pace === "everyCommit";
    // A client may have changed its pace.
    (isGateway ? this.#screens : this.#gateways).remove(port);
    (isGateway ? this.#gateways : this.#screens).wantSnapshot(port);
  }

  /** GW-60: where the client should stand by now; null when it gets no frames. */
  placeOf(port: ClientPort): Seq | null {
    return this.#screens.placeOf(port) ?? this.#gateways.placeOf(port);
  }

  seen(port: ClientPort, toSeq: number): void {
    this.#screens.seen(port, toSeq);
    this.#gateways.seen(port, toSeq);
  }

  remove(port: ClientPort): void {
    this.#screens.remove(port);
    this.#gateways.remove(port);
  }

  /** The views are others than before: everybody begins anew. */
  restart(): void {
    this.#screens.restart();
    this.#gateways.restart();
  }

  /** Sends frames with what has been collected as soon as each pace allows. */
  schedule(): void {
    const batch = this.#batch;
    this.#batch = null;
    if (batch !== null) {
      this.#screens.changes?.merge(batch);
      this.#gateways.changes?.merge(batch);
    }
    this.#gateways.schedule();
    this.#screens.schedule();
  }

  /** Sends at once what has been collected, so that a status sent next counts it. */
  flush(): void {
    this.schedule();
    this.#screens.flush();
    this.#gateways.flush();
  }

  stop(): void {
    this.#screens.stop();
    this.#gateways.stop();
  }

  /** Once every client has seen the last state of the oldest orders. */
  #dropOld(): void {
    if (!this.#screens.isDue && !this.#gateways.isDue) this.#views().orders.dropOld();
  }
}
