import { z } from "zod";
import { KEY_VARIABLE, credentialsSchema, readCredentials, type Credentials } from "../connector/credentials.ts";
import { TerminalError, typedError, type TypedError } from "../../shared/errors.ts";
import { parseArguments, type EngineArguments } from "./arguments.ts";
import { defaultDataPath, openDataFolder } from "./dataFolder.ts";
import { HeadlessDoor, type HeadlessControl, type HeadlessReport } from "./headlessDoor.ts";
import { Host } from "./host.ts";
import { LogFile } from "./logFile.ts";
import { electronTransport, type ElectronPort } from "./transport.ts";

/** Entry of the engine process: under Electron as a utility process, else as a plain Node process. */

/** What this needs of the channel that Electron puts on `process` in a utility process. */
type ParentPort = {
  on(event: "message", listener: (event: { readonly data: unknown; readonly ports: readonly ElectronPort[] }) => void): void;
  postMessage(message: unknown): void;
};

/** Time for the last message to leave before the process goes. */
const EXIT_MS = 100;
const MOST_EARLY = 1_000;
const BAD_ARGUMENTS = 2;
const FAILED = 1;

const session = z.string().min(1).max(64);
const controlSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("connect"), session, owner: z.string().min(1).max(24), operator: z.boolean() }),
  z.strictObject({
    type: z.literal("importHistory"),
    requestId: z.number().int(),
    symbol: z.string().min(1).max(24),
    path: z.string().min(1),
  }),
  z.strictObject({ type: z.literal("ping") }),
  z.strictObject({ type: z.literal("shutdown") }),
  z.strictObject({ type: z.literal("client"), session, message: z.unknown() }),
  z.strictObject({ type: z.literal("disconnect"), session }),
]) satisfies z.ZodType<HeadlessControl>;

/** The key of the venue to connect to, from the shell's safe storage. It is kept in memory alone. */
const keySchema = z.strictObject({ type: z.literal("credentials"), credentials: credentialsSchema });
const keyGiven = Promise.withResolvers<Credentials>();
const parentPort = (process as NodeJS.Process & { readonly parentPort?: ParentPort }).parentPort;
const door = new HeadlessDoor(report);
let host: Host | null = null;
let log: LogFile | null = null;
let isExiting = false;
/** Control messages that came before the host was ready to take them. */
const early: { readonly raw: unknown; readonly ports: readonly ElectronPort[] }[] = [];

if (parentPort !== undefined) {
  parentPort.on("message", ({ data, ports }) => control(data, ports));
} else {
  process.on("message", (raw) => control(raw, []));
  process.on("disconnect", () => void shutdown());
}
process.on("SIGTERM", () => void shutdown());
process.on("SIGINT", () => void shutdown());
process.on("uncaughtException", (error) => fail(asTerminalError(error).typed));
process.on("unhandledRejection", (error) => fail(asTerminalError(error).typed));

const parsed = parseArguments(process.argv.slice(2), process.cwd());
if (parsed.ok) await start(parsed.value);
else fail(parsed.error, BAD_ARGUMENTS);

async function start(args: EngineArguments): Promise<void> {
  try {
    const folder = openDataFolder(args.dataPath ?? defaultDataPath());
    log = new LogFile(folder.log);
    log.info(`Engine process ${process.pid} starts on Node ${process.versions.node}`);
    host = await Host.start({ folder, log, arguments: args, report, failed: fail, credentials: () => credentialsFor(args) });
    for (const { raw, ports } of early.splice(0)) control(raw, ports);
  } catch (error) {
    fail(asTerminalError(error).typed);
  }
}

function control(raw: unknown, ports: readonly ElectronPort[]): void {
  const key = keySchema.safeParse(raw);
  if (key.success) return keyGiven.resolve(key.data.credentials);
  if (host === null) {
    if (early.length < MOST_EARLY) early.push({ raw, ports });
    return;
  }
  const message = controlSchema.safeParse(raw);
  if (!message.success) {
    log?.warn(`A control message does not fit: ${message.error.issues[0]?.message ?? ""}`);
    return;
  }
  switch (message.data.type) {
    case "connect": {
      const { session: name, owner, operator } = message.data;
      const port = ports[0];
      host.connect({ session: name, owner, operator }, port === undefined ? door.open(name) : electronTransport(port));
      return;
    }
    case "importHistory":
      void host.importHistory(message.data);
      return;
    case "ping":
      report({ type: "pong" });
      return;
    case "shutdown":
      void shutdown();
      return;
    case "client":
      door.receive(message.data.session, message.data.message);
      return;
    case "disconnect":
      door.close(message.data.session);
      return;
  }
}

/** From a file or the environment; under Electron the shell sends it. Throws TerminalError when there is none. */
async function credentialsFor({ connect }: EngineArguments): Promise<Credentials> {
  const found = readCredentials(connect?.keyFile ?? null, process.env);
  if (found?.ok === true) return found.value;
  if (found !== null) throw new TerminalError(found.error);
  if (parentPort !== undefined) return keyGiven.promise;
  const rule = `--key-file FILE or the variable ${KEY_VARIABLE}`;
  const message = `Connecting needs an API key of the venue: ${rule} (ACCESSKEY:SECRET).`;
  throw new TerminalError(typedError("ARGUMENT_INVALID", { field: "--connect", value: connect?.rest ?? "", rule, message }));
}

function report(message: HeadlessReport): void {
  if (parentPort !== undefined) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
  else if (message.type === "fatal") process.stderr.write(`${message.error.code}: ${message.error.message}\n`);
  else if (message.type === "ready") process.stdout.write(`Ready at sequence ${message.lastSeq}, state ${message.stateHash}\n`);
}

async function shutdown(): Promise<void> {
  if (isExiting) return;
  isExiting = true;
  try {
    await host?.shutdown();
    process.exit(0);
  } catch (error) {
    isExiting = false;
    fail(asTerminalError(error).typed);
  }
}

function fail(error: TypedError, code = FAILED): void {
  if (isExiting) return;
  isExiting = true;
  log?.error(error);
  report({ type: "fatal", error });
  setTimeout(() => process.exit(code), EXIT_MS);
}

/** Whatever was thrown, as an error that can be shown. */
function asTerminalError(error: unknown): TerminalError {
  if (error instanceof TerminalError) return error;
  const value = error instanceof Error ? error.message : String(error);
  return new TerminalError(
    typedError("ENGINE_DOWN", {
      field: "engine",
      value,
      rule: "a sound program",
      message: `The engine failed: ${value}. Start it again; see the log.`,
    }),
    { cause: error },
  );
}
