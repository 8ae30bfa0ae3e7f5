import { parentPort, workerData } from "node:worker_threads";
import { TerminalError } from "../../../shared/errors.ts";
import type { Query, QueryResult } from "../../../shared/protocol.ts";
import { failed, ok, type Result } from "../../../shared/result.ts";
import type { Seq } from "../../../shared/ids.ts";
import { createEngine, lastAtUs, lastSeq } from "../../core/engine.ts";
import { DepthHistory } from "../views/depthHistory.ts";
import { FrameRows } from "../frameRows.ts";
import { toTerminalError } from "../journal/journalErrors.ts";
import { answerQuery } from "../queries.ts";
import { ReaderThreads } from "../readerThreads.ts";
import { stateHashOf } from "../snapshots.ts";
import type { Views } from "../views/views.ts";
import { PastReader } from "./pastReader.ts";
import type { PastAnswer, PastPicture, PastQuestion, PastRequest, PastStart } from "./pastThread.ts";

/** The thread that opens past states; pastThread.ts says why it is one of its own. */
// The host starts this thread with exactly this.
const { folder, pasts } = workerData as PastStart;
const reader = new PastReader(folder, {
  leavesSnapshots: true,
  prepared: (views) => {
    for (const past of pasts) views.candles.setPast(past);
  },
});

const readers = new ReaderThreads();

parentPort?.on("message", (question: PastQuestion) => void (question === null ? end() : serve(question)));

async function serve({ id, request }: NonNullable<PastQuestion>): Promise<void> {
  const result = await answer(request);
  parentPort?.postMessage({ id, answer: result } satisfies PastAnswer);
}

async function end(): Promise<void> {
  await readers.end();
  parentPort?.close();
}

async function answer(request: PastRequest): Promise<Result<PastPicture | QueryResult>> {
  try {
    const startMs = performance.now();
    const { views, journalSeq } = reader.open(request.seq);
    // Nothing between opening and reading may wait: the next question folds the same state on.
    if (request.kind === "query") return await answerPast(request.query, views, request.owner);
    return ok(picture(request, { views, journalSeq, startMs }));
  } catch (error) {
    const typed = error instanceof TerminalError ? error : toTerminalError(error, { path: folder.journal, doing: "Reading the past" });
    return failed(typed.typed);
  }
}

function picture(
  { seq, owner, subscription }: Extract<PastRequest, { kind: "frame" }>,
  { views, journalSeq, startMs }: { readonly views: Views; readonly journalSeq: number; readonly startMs: number },
): PastPicture {
  const rows = new FrameRows(() => views);
  const candles = (subscription?.candles ?? []).flatMap(({ instrumentId, intervalSeconds }) =>
    rows.exists(instrumentId) ? views.candles.bars(instrumentId, intervalSeconds, { beforeUs: lastAtUs(views.replica) + 1, limit: 1 }) : [],
  );
  const frame = { ...rows.snapshot(owner, subscription), candles };
  const past = {
    // Both were checked to be sequences of this journal.
    askedSeq: seq as Seq,
    seq: lastSeq(views.replica),
    atUs: lastAtUs(views.replica),
    journalSeq: journalSeq as Seq,
    stateHash: stateHashOf(views.replica),
    openedMs: performance.now() - startMs,
  };
  return { past, frame };
}

function answerPast(query: Query, views: Views, owner: string): Promise<Result<QueryResult>> {
  const upToSeq = lastSeq(views.replica);
  // What was imported or traded later lies in the future of this state.
  const untilUs = lastAtUs(views.replica) + 1;
  const asked = query.type === "candles" ? { ...query, beforeUs: Math.min(query.beforeUs ?? untilUs, untilUs) } : query;
  return answerQuery(asked, {
    views,
    // Books of the past are asked for as states; how they moved is kept for the live hour alone.
    depthHistory: new DepthHistory(),
    owner,
    folder,
    readers,
    upToSeq,
    actor: owner,
    nowUs: () => lastAtUs(views.replica),
    spare: createEngine(),
  });
}
