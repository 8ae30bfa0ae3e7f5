import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { invariant } from "../../../shared/assert.ts";
import { TerminalError, typedError } from "../../../shared/errors.ts";
import { JournalFaults } from "../faults/journalFaults.ts";
import { dataFolderAt } from "../dataFolder.ts";
import type { CommitNotice, DecidedBatch, JournalReport, JournalRequest, JournalStart } from "../workerMessages.ts";
import { continueAfter, finishContinuation } from "./continuation.ts";
import { lockFolder, type FolderLock } from "./folderLock.ts";
import { JournalWriter } from "./journal.ts";
import { toTerminalError } from "./journalErrors.ts";
import { prepareOrSalvage } from "./preparation.ts";
import { dropSalvaged } from "./salvage.ts";

/** The journal thread: the only writer of the journal, and the only way from the engine thread to the host. */
const host = parentPort;
invariant(host !== null, "the journal thread runs as a worker");
// The host starts this thread with exactly this.
const start = workerData as JournalStart;
const folder = dataFolderAt(start.dataFolder);

const CHECKPOINT_PAUSE_MS = 20;
const SIZE_EVERY_MS = 250;

let lock: FolderLock | null = null;
let writer: JournalWriter | null = null;
/** The engine thread's last batch has come, and nothing more can. */
let isEngineGone = true;
let isEnding = false;
/** Where a continuation takes the rows from. */
let rowsFrom = folder.journal;
let journalBytes = 0;
const faults = new JournalFaults((kind) => report({ type: "faultStruck", kind }));
let measuredMs = 0;
let pause: NodeJS.Timeout | null = null;

attempt("Opening the journal", () => {
  lock = lockFolder(folder.lock);
  finishContinuation(folder);
  const damage = prepareOrSalvage(folder);
  if (damage !== null) rowsFrom = folder.salvaged;
  report({ type: "prepared", damage });
});

host.on("message", (request: JournalRequest) => {
  switch (request.type) {
    case "write":
      attempt("Opening the journal", () => startWriting(request.lastSeq, request.engine));
      return;
    case "continueAfter":
      attempt("Continuing the journal", () => {
        const done = continueAfter(folder, request.lastSeq, { engineVersion: start.engineVersion, now: new Date(), from: rowsFrom });
        if (done.ok) dropSalvaged(folder);
        report(done.ok ? { type: "continued", keptAs: done.value } : { type: "notContinued", fault: done.error });
      });
      return;
    case "faults":
      faults.set(request.faults);
      return;
    case "end":
      isEnding = true;
      if (isEngineGone) end();
      return;
  }
});

function startWriting(lastSeq: number, engine: MessagePort): void {
  const opened = new JournalWriter(folder.journal, start);
  if (opened.end.lastSeq !== lastSeq) {
    const rule = `a journal that ends with sequence ${lastSeq}`;
    const message = "The journal changed between reading and writing. Start again.";
    throw new TerminalError(typedError("JOURNAL_IO", { field: "journal", value: opened.end.lastSeq, rule, message }));
  }
  writer = opened;
  isEngineGone = false;
  engine.on("close", () => {
    isEngineGone = true;
    if (isEnding) end();
  });
  engine.on("message", (message: DecidedBatch) => {
    if (message.type === "end") end();
    else attempt("Writing to the journal", () => commit(opened, message, engine));
  });
  report({ type: "writing" });
}

function commit(journal: JournalWriter, { records, atUs }: Extract<DecidedBatch, { type: "batch" }>, engine: MessagePort): void {
  const startMs = performance.now();
  faults.beforeCommit();
  journal.append(records, atUs);
  faults.afterCommit({ path: folder.journal, checkpoint: () => journal.checkpoint("now"), newestBody: () => journal.newestBody() });
  const endMs = performance.now();
  engine.postMessage({ lastSeq: journal.end.lastSeq } satisfies CommitNotice);
  if (endMs - measuredMs >= SIZE_EVERY_MS) {
    measuredMs = endMs;
    journalBytes = journal.size();
  }
  const { hash } = journal.end;
  report({ type: "committed", records, atUs, hash, commitMs: endMs - startMs, journalBytes }, [records.numbers.buffer as ArrayBuffer]);
  journal.checkpoint("burst");
  if (pause !== null) pause.refresh();
  else pause = setTimeout(() => attempt("Checkpointing the journal", () => journal.checkpoint("pause")), CHECKPOINT_PAUSE_MS);
}

function end(): void {
  attempt("Closing the journal", () => {
    if (pause !== null) clearTimeout(pause);
    writer?.close();
    lock?.release();
    report({ type: "ended" });
    process.exit(0);
  });
}

/** After a failure nothing more is written: this thread reports it and goes, whatever still waits in its queue. */
function attempt(doing: string, deed: () => void): void {
  try {
    deed();
  } catch (error) {
    report({ type: "fatal", error: toTerminalError(error, { path: folder.journal, doing }).typed });
    process.exit(1);
  }
}

function report(message: JournalReport, transfer: ArrayBuffer[] = []): void {
  host?.postMessage(message, transfer);
}
