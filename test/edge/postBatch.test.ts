import { MessageChannel } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { PostBatch } from "../../engine/edge/hashkey/postBatch.ts";

describe("messages to another thread", () => {
  it("go over together at the end of the turn, in their order, and none is left behind", async () => {
    const { port1, port2 } = new MessageChannel();
    const received: unknown[] = [];
    const done = new Promise<void>((resolve) => port2.on("message", (list) => received.push(list) === 3 && resolve()));
    const batch = new PostBatch<number>(port1, queueMicrotask);
    batch.post(1);
    batch.post(2);
    await Promise.resolve();
    batch.post(3);
    await Promise.resolve();
    batch.post(4);
    batch.flush();
    // The turn's end finds nothing more to post.
    await done;
    expect(received).toEqual([[1, 2], [3], [4]]);
    port1.close();
  });
});
