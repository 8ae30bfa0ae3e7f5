import { z } from "zod";

/** Generation of the public sockets. */
export type StreamVersion = 1 | 2;

/** What a client of a public socket may send. */
export type StreamRequest =
  | { readonly type: "ping" }
  | {
      readonly type: "request";
      readonly event: "sub" | "cancel" | "cancel_all";
      readonly topic: string;
      readonly symbols: readonly string[];
      readonly params: Readonly<Record<string, string>>;
      readonly binary: boolean;
    };

/** What is wrong with it. The socket stays open. */
export class StreamProblem extends Error {
  override readonly name = "StreamProblem";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }

  answer(version: StreamVersion, topic: string | undefined): unknown {
    const about = topic === undefined ? {} : { topic };
    return version === 1 ? { code: this.code, desc: this.message, ...about } : { ...about, code: this.code, msg: this.message };
  }
}

const value = z.union([z.string().max(64), z.number(), z.boolean()]);
const requestSchema = z.object({
  symbol: z.string().max(4_000).optional(),
  topic: z.string().max(64).default(""),
  event: z.enum(["sub", "cancel", "cancel_all"]),
  params: z.record(z.string(), value).default({}),
});

/** Throws StreamProblem. */
export function readRequest(text: string, version: StreamVersion): StreamRequest {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new StreamProblem("-10001", "Invalid JSON!");
  }
  if (raw !== null && typeof raw === "object" && ("ping" in raw || "pong" in raw)) return { type: "ping" };
  const parsed = requestSchema.safeParse(raw);
  if (!parsed.success)
    throw version === 1 ? new StreamProblem("-10001", "Invalid JSON!") : new StreamProblem("-100011", "Parameter error!");
  const { symbol, topic, event, params } = parsed.data;
  const texts = Object.fromEntries(Object.entries(params).map(([name, each]) => [name, String(each)]));
  const names = symbol ?? texts["symbol"] ?? "";
  // The second interface takes one pair at a time.
  const symbols = version === 1 ? names.split(",").map((name) => name.trim()) : [names];
  return { type: "request", event, topic, symbols, params: texts, binary: texts["binary"] === "true" };
}
