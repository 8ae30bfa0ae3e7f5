import { vi } from "vitest";
import { engineClient } from "../../../renderer/app/engineClient.ts";
import { readModel } from "../../../renderer/app/readModel.ts";
import type { ClientMessage, HostMessage } from "../../../shared/protocol.ts";
import type { Frame } from "../../../shared/views.ts";
import { snapshot, status } from "./venue.ts";

/** The engine's end of a real message channel to the window's client: the test speaks for it, can be silent, skip a frame or die. */
export class HostEnd {
  readonly heard: ClientMessage[] = [];
  readonly #channel = new MessageChannel();

  constructor() {
    this.#channel.port2.onmessage = (event: MessageEvent<ClientMessage>) => this.heard.push(event.data);
    engineClient.attach(this.#channel.port1);
  }

  say(message: HostMessage): void {
    this.#channel.port2.postMessage(message);
  }

  async welcome(seq: number, content: Partial<Frame> = {}): Promise<void> {
    await this.hears("hello");
    this.say({
      type: "welcome",
      version: 1,
      session: "ui-1",
      owner: "desk",
      operator: true,
      users: [],
      venue: { mode: "simulated", name: "Venue" },
      status: status(),
    });
    await this.hears("subscribe");
    this.say({ type: "frame", frame: snapshot(seq, content) });
    await vi.waitUntil(() => readModel.connection.state === "live");
  }

  async hears<T extends ClientMessage["type"]>(type: T): Promise<Extract<ClientMessage, { type: T }>> {
    const found = await vi.waitUntil(() => this.heard.findLast((message) => message.type === type));
    return found as Extract<ClientMessage, { type: T }>;
  }

  close(): void {
    this.#channel.port2.close();
  }
}
