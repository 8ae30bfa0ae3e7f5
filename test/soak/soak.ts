import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dataFolderAt } from "../../engine/host/dataFolder.ts";
import { verifyJournal } from "../../engine/host/verify.ts";
import { Dice } from "../bench/dice.ts";
import { quantile } from "../bench/measure.ts";
import { endedState } from "../host/endedState.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import { programOptions } from "../programOptions.ts";
import { DiskLoad } from "./diskLoad.ts";
import { HeldMemory } from "./heldMemory.ts";
import { SoakClient } from "./soakClient.ts";

/**
 * `npm run soak [-- --minutes N] [--seed N]`: trades without pause against the engine's process while things go wrong: the process is killed,
 * another program keeps the disk busy, the journal's disk is full, the process stands still and venue time leaps. The second half is one long
 * undisturbed stretch that shows whether memory is flat. Exit code 0 when nothing acknowledged was lost, a clean replay has the live state's
 * hash, and what memory holds is at the end within 5 % of what it was when the stretch had settled. A data folder with a fault is kept.
 */
const options = programOptions({
  usage: "npm run soak -- [--minutes N] [--seed N]\nnpm run soak -- --window --minutes N [--speed N]",
  numbers: { minutes: { otherwise: 30, isWhole: false }, seed: { otherwise: 20_261_122, isWhole: true } },
});
const [minutes, seed] = [options.number("minutes"), options.number("seed")];
const FAULT_MS = 15_000;
const MEGABYTE = 1_048_576;
const FLAT = 0.05;
/** Trading between two looks at memory. */
const LOOK_MS = 10_000;
/** Fewer, and the engine has not yet settled. */
const ENOUGH_SAMPLES = 12;

const path = mkdtempSync(join(tmpdir(), "terminal-soak-"));
const journal = dataFolderAt(path).journal;
const dice = new Dice(seed);
const faults: string[] = [];
const client = new SoakClient(dice);
const happened = new Map<string, number>();
const endMs = performance.now() + minutes * 60_000;
const disturbedUntilMs = performance.now() + minutes * 30_000;
console.log(`${minutes} minutes, seed ${seed}, ${path}`);

const memory = await HeldMemory.onFreePort();
let engine = await start();
const trouble = { kill, slowDisk, fullDisk, standstill, clockLeap };
// Each of them at least once, however short the soak.
const kinds = Object.keys(trouble) as (keyof typeof trouble)[];
for (let round = 0; round < kinds.length || performance.now() < disturbedUntilMs; round += 1) {
  const kind = round < kinds.length ? kinds[round]! : kinds[dice.below(kinds.length)]!;
  await client.tradeFor(Math.min(FAULT_MS, (minutes * 30_000) / kinds.length / 2));
  await trouble[kind]();
  happened.set(kind, (happened.get(kind) ?? 0) + 1);
  console.log(`${kind}: sequence ${client.lastAcknowledgedSeq}, ${client.acknowledged} acknowledged, ${client.refused} refused`);
}
await watchMemory();
await judge();

async function start(more: readonly string[] = []): Promise<HeadlessEngine> {
  const next = new HeadlessEngine(["--data", path, "--market", "on", ...more], { env: memory.environment });
  const { lastSeq } = await next.ready();
  if (lastSeq < client.lastAcknowledgedSeq)
    faults.push(`sequence ${client.lastAcknowledgedSeq} was acknowledged and ${lastSeq} is the last on disk`);
  client.use(await next.connect("desk", { operator: true }), () => next.exit !== null);
  return next;
}

async function kill(): Promise<void> {
  const trading = client.tradeFor(1_000);
  await client.untilAnswered(1 + dice.below(300));
  await engine.kill();
  await trading;
  engine = await start();
}

async function slowDisk(): Promise<void> {
  const load = new DiskLoad(path);
  await client.tradeFor(5_000);
  load.stop();
}

/** The journal may grow by two more megabytes; the engine must say that it is full, and go on when there is room again. */
async function fullDisk(): Promise<void> {
  await engine.shutdown();
  engine = await start(["--journal-quota-mb", String(Math.ceil(statSync(journal).size / MEGABYTE) + 2)]);
  while (engine.exit === null) await client.tradeFor(500);
  const { code } = await engine.fatal();
  if (code !== "JOURNAL_FULL") faults.push(`a full disk ended the engine with ${code}`);
  engine = await start();
}

/** A machine that sleeps: every clock of the process leaps at once. */
async function standstill(): Promise<void> {
  if (process.platform === "win32") return;
  const trading = client.tradeFor(4_000);
  process.kill(engine.pid, "SIGSTOP");
  setTimeout(() => process.kill(engine.pid, "SIGCONT"), 500 + dice.below(2_000));
  await trading;
}

async function clockLeap(): Promise<void> {
  await client.operate({ type: "setClockSpeed", speed: 1_000 });
  await client.tradeFor(1_000);
  await client.operate({ type: "setClockSpeed", speed: 1 });
}

async function watchMemory(): Promise<void> {
  const samples: number[] = [];
  while (performance.now() < endMs) {
    await client.tradeFor(LOOK_MS);
    const resident = residentBytes(engine.pid);
    const bytes = await memory.bytes();
    samples.push(bytes);
    const all = resident === null ? "" : `, the process has ${(resident / MEGABYTE).toFixed(0)} MB`;
    console.log(`${(bytes / MEGABYTE).toFixed(1)} MB held${all}, sequence ${client.lastAcknowledgedSeq}`);
  }
  const early = quantile(samples.slice(samples.length >> 2, samples.length >> 1), 0.5);
  const late = quantile(samples.slice(-(samples.length >> 2)), 0.5);
  const growth = late / early - 1;
  if (samples.length < ENOUGH_SAMPLES) console.log("Memory was not watched: too short a soak.");
  else
    console.log(
      `memory holds ${(early / MEGABYTE).toFixed(1)} MB, at the end ${(late / MEGABYTE).toFixed(1)} MB (${(growth * 100).toFixed(1)} %)`,
    );
  if (samples.length >= ENOUGH_SAMPLES && growth > FLAT) faults.push(`memory grew by ${(growth * 100).toFixed(1)} %`);
}

async function judge(): Promise<void> {
  await client.tradeFor(0);
  await engine.shutdown();
  engine = new HeadlessEngine(["--data", path, "--market", "off"]);
  await engine.ready();
  await engine.shutdown();
  const live = endedState(path);
  const verdict = verifyJournal(journal);
  if (!verdict.good) faults.push(`the journal is bad at ${verdict.fault.firstSeq}: ${verdict.fault.why}`);
  else if (verdict.stateHash !== live.hash || verdict.lastSeq !== live.seq) faults.push("a clean replay ends in another state");
  console.log(`sequence ${live.seq}, state ${live.hash}, ${[...happened].map(([kind, times]) => `${times} × ${kind}`).join(", ")}`);
  for (const fault of faults) console.log(`FAULT ${fault}`);
  console.log(`${client.acknowledged} acknowledged, ${faults.length} faults`);
  if (faults.length === 0) rmSync(path, { recursive: true, force: true });
  process.exit(faults.length === 0 ? 0 : 1);
}

/** Memory of the process that is really there; null where the system does not tell. */
function residentBytes(pid: number): number | null {
  const status = `/proc/${pid}/status`;
  if (existsSync(status)) {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(status, "utf8")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
  }
  if (process.platform === "win32") return null;
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) * 1_024;
}
