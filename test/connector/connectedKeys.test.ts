import { spawn } from "node:child_process";
import { chmodSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { served } from "../edge/servedExchange.ts";
import { eventually, tempFolder } from "../host/tempFolder.ts";
import { order } from "../host/testClient.ts";
import { LINK_MS, untilLive } from "./connectedTerminal.ts";
import { ALPHA, connected, start } from "./connectedPair.ts";

const CONNECT = resolve(import.meta.dirname, "../../engine/cli/connect.ts");

test("CN-13 a key that others may read is refused, and a key that is used is written nowhere", { timeout: 120_000 }, async () => {
  const folder = tempFolder();
  const { client, credentials, options, terminal } = await connected(folder);
  await untilLive(client);
  await terminal.engine.shutdown();
  for (const text of filesBelow(join(folder, "b"))) {
    expect(text.includes(credentials.secret)).toBe(false);
    expect(text.includes(credentials.accessKey)).toBe(false);
  }
  if (process.platform === "win32") return;
  chmodSync(options.keyFile, 0o644);
  const open = start(join(folder, "c"), options);
  const fault = await open.engine.fatal();
  expect(fault).toMatchObject({ code: "ARGUMENT_INVALID", field: "--key-file" });
  expect(JSON.stringify(fault)).not.toContain(credentials.secret);
});

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, "latin1"));
}

test(
  "CN-10 CN-13 the command without a window takes its key from the environment, and commands and what two persons say of differences as lines",
  { timeout: 120_000 },
  async () => {
    const folder = tempFolder();
    const exchange = await served(join(folder, "a"), { sites: ["HK"] });
    const { accessKey, secret } = exchange.key();
    const child = spawn(process.execPath, [CONNECT, `HK=${exchange.url()}`, "--data", join(folder, "b")], {
      env: { ...process.env, HASHKEY_TERMINAL_KEY: `${accessKey}:${secret}` },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let told = "";
    let code: number | null = null;
    child.stdout.on("data", (text: Buffer) => (told += text.toString()));
    child.on("exit", (exit) => (code = exit));
    onTestFinished(() => void child.kill("SIGKILL"));
    await eventually(() => told.includes('"state":"live"'), "a live link", LINK_MS);
    child.stdin.write(`${JSON.stringify(order({ accountId: ALPHA, limitTicks: 6_400_000, lots: 50 }))}\nnonsense\n`);
    await eventually(() => told.includes('"standing":"working"') && told.includes("MESSAGE_MALFORMED"), "a working order", LINK_MS);
    for (const line of [
      { type: "approveTakeOver", proposalId: 1 },
      { type: "signIn", user: "owner" },
      { type: "approveTakeOver", proposalId: 1 },
      { type: "signIn", user: "risk" },
      { type: "approveTakeOver", proposalId: 1 },
      null,
    ])
      child.stdin.write(`${JSON.stringify(line)}\n`);
    // CN-10: nobody, then an owner, then an officer who finds nothing proposed.
    await eventually(() => told.includes('{"line":7,"error"'), "an answer to every line", LINK_MS);
    const answers = told.split("\n").flatMap((line) => /^\{"line":[2-7],.*/.exec(line) ?? []);
    expect(answers).toEqual([
      expect.stringContaining('{"line":2,"error"'),
      '{"line":3,"done":"Desk owner works here."}',
      expect.stringContaining('{"line":4,"error"'),
      '{"line":5,"done":"Risk officer works here."}',
      expect.stringContaining('{"line":6,"error"'),
      expect.stringContaining("MESSAGE_MALFORMED"),
    ]);
    expect(answers[4]).toContain("PROPOSAL_GONE");
    child.stdin.end();
    await eventually(() => code === 0, "a clean end", LINK_MS);
    expect(told).not.toContain(secret);
  },
);
