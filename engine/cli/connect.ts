import { createInterface } from "node:readline";
import { MessageChannel } from "node:worker_threads";
import { TerminalError, typedError } from "../../shared/errors.ts";
import { PROTOCOL_VERSION, type HostMessage } from "../../shared/protocol.ts";
import { KEY_VARIABLE, readCredentials, type Credentials } from "../connector/credentials.ts";
import { parseArguments, type EngineArguments } from "../host/arguments.ts";
import { defaultDataPath, openDataFolder } from "../host/dataFolder.ts";
import { Host } from "../host/host.ts";
import { LogFile } from "../host/logFile.ts";
import { threadTransport } from "../host/transport.ts";
import { tellsHelp } from "./help.ts";

/**
 * `npm run connect -- HK=ADDRESS[,SOCKET-ADDRESS] [--key-file FILE] [--data DIR]`: a connected terminal without a window. It writes one line of
 * JSON for each change of the link, each order, fill, outcome and error, and takes commands as lines of JSON, e.g.
 * {"type":"CancelAllOrders","accountId":2,"instrumentId":null}. Differences are taken over by two persons (CN-10) in such lines too:
 * {"type":"signIn","user":"owner"}, {"type":"proposeTakeOver","reason":"…"}, then as a risk officer {"type":"approveTakeOver","proposalId":N}. It ends with its input. Exit code 2 when it could not begin.
 */
const USAGE = "Usage: npm run connect -- HK=ADDRESS[,SOCKET-ADDRESS] [--key-file FILE] [--data DIR], e.g. HK=http://127.0.0.1:8080";
const BAD_ARGUMENTS = 2;
const FAILED = 1;
const OWNER = "desk";
let lastLink = "";

try {
  if (tellsHelp(process.argv.slice(2), USAGE)) process.exit(0);
  const [venue = "", ...rest] = process.argv.slice(2);
  if (venue === "" || venue.startsWith("--"))
    throw new TerminalError(
      typedError("ARGUMENT_INVALID", { field: "VENUE", value: venue, rule: USAGE, message: `Name a site and its address first. ${USAGE}` }),
    );
  const parsed = parseArguments(["--connect", venue, ...rest], process.cwd());
  if (!parsed.ok) throw new TerminalError(parsed.error);
  await run(parsed.value);
} catch (error) {
  if (!(error instanceof TerminalError)) throw error;
  console.error(`${error.typed.code}: ${error.typed.message}`);
  process.exit(BAD_ARGUMENTS);
}

async function run(args: EngineArguments): Promise<void> {
  const credentials = keyOf(args);
  const folder = openDataFolder(args.dataPath ?? defaultDataPath());
  const host = await Host.start({
    folder,
    log: new LogFile(folder.log),
    arguments: args,
    credentials: () => Promise.resolve(credentials),
    report: () => undefined,
    failed: (error) => {
      say({ error });
      process.exit(FAILED);
    },
  });
  const { port1, port2 } = new MessageChannel();
  host.connect({ session: "console", owner: OWNER, operator: true }, threadTransport(port1));
  port2.on("message", (message: HostMessage) => tell(message));
  port2.postMessage({ type: "hello", version: PROTOCOL_VERSION });
  port2.postMessage({ type: "subscribe", instrumentIds: [], depthLevels: 1, candles: [], pace: "everyCommit" });
  let requestId = 0;
  for await (const line of createInterface({ input: process.stdin })) {
    const command = jsonOf(line);
    if (command === undefined) say({ error: { code: "MESSAGE_MALFORMED", message: "A line must be one command as JSON." } });
    else port2.postMessage(spoken(command, (requestId += 1)));
  }
  await host.shutdown();
  process.exit(0);
}

/** What a line says to the host: who works here, something about differences, or a command. */
function spoken(line: unknown, requestId: number): object {
  const { type } = (line ?? {}) as { readonly type?: unknown };
  if (type === "signIn") return { ...(line as object), requestId };
  if (type === "proposeTakeOver" || type === "approveTakeOver" || type === "withdrawTakeOver")
    return { type: "operate", requestId, operation: line };
  return { type: "submit", requestId, command: line };
}

/** Throws TerminalError when there is none. */
function keyOf({ connect }: EngineArguments): Credentials {
  const found = readCredentials(connect?.keyFile ?? null, process.env);
  if (found?.ok === true) return found.value;
  const rule = `--key-file FILE or the variable ${KEY_VARIABLE}`;
  const message = `Connecting needs an API key of the venue: ${rule} (ACCESSKEY:SECRET).`;
  throw new TerminalError(found?.error ?? typedError("ARGUMENT_INVALID", { field: "--key-file", rule, message }));
}

function tell(message: HostMessage): void {
  switch (message.type) {
    case "status": {
      const link = JSON.stringify(message.status.link);
      if (link !== lastLink) say({ link: message.status.link });
      lastLink = link;
      return;
    }
    case "frame":
      for (const order of message.frame.orders) say({ order });
      for (const fill of message.frame.fills) say({ fill });
      return;
    case "outcome":
      say({ line: message.requestId, outcome: message.outcome });
      return;
    case "error":
      say({ line: message.requestId, error: message.error });
      return;
    case "done":
      say({ line: message.requestId, done: message.note });
      return;
    case "welcome":
    case "past":
    case "result":
      return;
  }
}

function say(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
