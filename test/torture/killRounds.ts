import { decodeEntries } from "../../engine/core/records/records.ts";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { CHAIN_BEGIN, JournalReader } from "../../engine/host/journal/journal.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import type { Outcome } from "../../shared/protocol.ts";
import { Dice } from "../bench/dice.ts";
import { endedState } from "../host/endedState.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import type { TestClient } from "../host/testClient.ts";
import { eventually } from "../host/tempFolder.ts";

export type KillReport = {
  readonly rounds: number;
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
  /** What contradicts the promise; empty when it was kept. */
  readonly faults: readonly string[];
  readonly lastSeq: number;
  readonly stateHash: string;
};

const ACCOUNTS = [2, 3, 4] as const;
/** Orders of a burst, old and new: fewer than the accepted orders by which an account's resends are recognised (MT-11). */
const BURST = 900;

type Sent = { readonly clientOrderId: number; readonly accountId: number; readonly command: object; outcome: Outcome | null };

/**
 * Kills the engine's process with SIGKILL in the middle of a burst of orders, again and again on one data folder, and holds what is on disk
 * against what was acknowledged: every acknowledged order is there, none is there twice although unanswered ones are sent again, and the
 * state after the last start is that of a replay from row 1.
 */
export async function killRounds(
  dataPath: string,
  options: { readonly rounds: number; readonly seed: number; readonly market: boolean; readonly log: (line: string) => void },
): Promise<KillReport> {
  const dice = new Dice(options.seed);
  const sent: Sent[] = [];
  const faults: string[] = [];
  let resent = 0;
  let nextId = 1;
  const args = ["--data", dataPath, "--market", options.market ? "on" : "off"];
  for (let round = 1; round <= options.rounds; round += 1) {
    const engine = new HeadlessEngine(args);
    await engine.ready();
    const client = await engine.connect("desk");
    // What was not answered is sent again first, as a client does that comes back.
    const open = sent.filter(({ outcome }) => outcome === null);
    resent += open.length;
    const fresh = Array.from({ length: BURST - open.length }, (): Sent => newOrder(dice, nextId++));
    sent.push(...fresh);
    const burst = [...open, ...fresh];
    const killAfter = 1 + dice.below(BURST);
    send(client, burst);
    await eventually(() => client.heard.length >= killAfter || client.heard.length >= burst.length, "answers in the burst");
    await engine.kill();
    record(client, burst, faults);
    const verdict = verifyJournal(dataFolderAt(dataPath).journal);
    if (!verdict.good) faults.push(`round ${round}: the journal is bad at row ${verdict.fault.firstSeq}: ${verdict.fault.why}`);
    const acknowledged = burst.filter(({ outcome }) => outcome !== null).length;
    options.log(
      `round ${round}: killed after ${acknowledged} of ${burst.length} answers${verdict.good ? `, sequence ${verdict.lastSeq}` : ""}`,
    );
  }
  const last = new HeadlessEngine(["--data", dataPath, "--market", "off"]);
  await last.ready();
  await last.shutdown();
  const state = endedState(dataPath);
  const verdict = verifyJournal(dataFolderAt(dataPath).journal);
  if (!verdict.good) faults.push(`at the end: bad at row ${verdict.fault.firstSeq}: ${verdict.fault.why}`);
  else if (verdict.stateHash !== state.hash || verdict.lastSeq !== state.seq)
    faults.push("the state after the last start is not that of a replay from row 1");
  faults.push(...contradictions(dataPath, sent));
  const acknowledged = sent.filter(({ outcome }) => outcome !== null).length;
  return { rounds: options.rounds, sent: sent.length, acknowledged, resent, faults, lastSeq: state.seq, stateHash: state.hash };
}

function newOrder(dice: Dice, clientOrderId: number): Sent {
  const accountId = ACCOUNTS[dice.below(ACCOUNTS.length)] ?? 2;
  const side = dice.below(2) === 0 ? "buy" : "sell";
  const limitTicks = 6_500_000 + (side === "buy" ? -1 : 1) * (dice.below(40) - 10);
  const command = {
    type: "SubmitOrder",
    accountId,
    instrumentId: 1,
    clientOrderId,
    side,
    orderType: "limit",
    timeInForce: "gtc",
    limitTicks,
    lots: 30 + dice.below(20),
  };
  return { clientOrderId, accountId, command, outcome: null };
}

function send(client: TestClient, burst: readonly Sent[]): void {
  burst.forEach(({ command }, index) => client.say({ type: "submit", requestId: 1_000_000 + index, command }));
}

function record(client: TestClient, burst: readonly Sent[], faults: string[]): void {
  for (const message of client.heard) {
    if (message.type === "error") faults.push(`unexpected error ${message.error.code}`);
    if (message.type !== "outcome") continue;
    const order = burst[message.requestId - 1_000_000];
    if (order === undefined) faults.push(`an answer to no request: ${message.requestId}`);
    else order.outcome = message.outcome;
  }
}

/** Compares the answers with the rows on disk, read without the engine. */
function contradictions(dataPath: string, sent: readonly Sent[]): string[] {
  const accepted = new Map<number, number[]>();
  const denied = new Set<number>();
  const reader = new JournalReader(dataFolderAt(dataPath).journal);
  for (const { batch } of reader.batches(CHAIN_BEGIN)) {
    for (const entry of decodeEntries(batch)) {
      if (entry.kind === "command") continue;
      const { event, seq } = entry;
      if (event.type === "OrderDenied") denied.add(seq);
      if (event.type === "OrderAccepted" && ACCOUNTS.some((id) => id === event.accountId)) {
        accepted.set(event.clientOrderId, [...(accepted.get(event.clientOrderId) ?? []), seq]);
      }
    }
  }
  reader.close();
  return sent.flatMap(({ clientOrderId, outcome }) => {
    const onDisk = accepted.get(clientOrderId) ?? [];
    if (onDisk.length > 1) return [`order ${clientOrderId} was accepted ${onDisk.length} times`];
    if (outcome === null) return [];
    if (outcome.orderId !== null && onDisk[0] !== outcome.orderId)
      return [`order ${clientOrderId} was acknowledged as ${outcome.orderId} and is not on disk`];
    if (outcome.refusal !== null && !denied.has(outcome.lastSeq)) return [`the refusal of order ${clientOrderId} is not on disk`];
    return [];
  });
}
