import { createHmac } from "node:crypto";
import type { Credentials } from "./credentials.ts";
import { Pacer } from "./pacer.ts";

/** How long the venue may take to answer before that counts as silence. */
const ANSWER_MS = 5_000;
/** How long after its time a request is still taken by the venue: a short window makes an unanswered order's fate known soon. */
const WINDOW_MS = 2_000;
/** The venue takes requests whose time is at most so far ahead of its own. */
const AHEAD_MS = 1_000;
/** The header by which a simulated exchange says what it is. The venue itself sends nothing of the kind. */
const MODE_HEADER = "x-venue-mode";

/** A page of a thousand trades is below half a megabyte. */
const MOST_BYTES = 16_000_000;
/** Characters of the venue's words that are kept. */
const MOST_WORDS = 300;

const CLOCK_CODE = "-1021";
/** Codes by which the venue says that it does not know itself what became of a request. */
const UNSURE_CODES = new Set(["-1006", "-1007", "-1000", "-1001"]);

/** What became of a request. Only a refusal means for certain that nothing was done. */
export type Answer =
  | { readonly kind: "ok"; readonly body: unknown; readonly isSimulated: boolean }
  | { readonly kind: "refused"; readonly status: number; readonly code: string; readonly message: string }
  | { readonly kind: "silent"; readonly why: string };

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type Parameters = Readonly<Record<string, string | number>>;

/** A request by path, with its weight in the venue's limits; 0 for orders, which have a limit of their own. */
export type Request = { readonly method: Method; readonly path: string; readonly weight: number; readonly parameters?: Parameters };

/** The REST interface of the outside venue: signed requests on the venue's own clock. */
export class VenueRest {
  readonly #address: string;
  readonly #credentials: Credentials;
  readonly #pacer: Pacer;
  /** The venue's time less this machine's, in milliseconds. */
  #offsetMs = 0;

  constructor(address: string, credentials: Credentials) {
    this.#address = address.replace(/\/+$/, "");
    this.#credentials = credentials;
    this.#pacer = new Pacer(credentials.queriesPerSecond);
  }

  /** The venue's time in milliseconds, as estimated from its last answer about it. */
  nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  /** From here on no request signed until now is taken by the venue any more, by its clock. */
  deadlineMs(): number {
    return this.nowMs() + WINDOW_MS + AHEAD_MS;
  }

  /** Sets the clock by the venue's. The error is at most the way back, which the venue's window covers. */
  async syncClock(): Promise<Answer> {
    const answer = await this.#send("GET", "/api/v1/time", "", null);
    if (answer.kind !== "ok") return answer;
    const { serverTime } = (answer.body ?? {}) as { readonly serverTime?: unknown };
    const timeMs = Number(serverTime);
    if (!Number.isSafeInteger(timeMs)) return { kind: "silent", why: "the venue's time is no number" };
    this.#offsetMs = timeMs - Date.now();
    return answer;
  }

  async read(path: string): Promise<Answer> {
    await this.#pacer.spend(1);
    return this.#send("GET", path, "", null);
  }

  /**
   * A signed request. One that the venue refuses for its time is sent once more after a look at the venue's clock: a refusal did nothing.
   * `leaves` is called before each sending, when deadlineMs() is this one's; it may keep the second one from leaving by answering false.
   */
  async signed(request: Request, leaves: () => boolean = () => true): Promise<Answer> {
    leaves();
    const answer = await this.#sign(request);
    if (answer.kind !== "refused" || answer.code !== CLOCK_CODE) return answer;
    const clock = await this.syncClock();
    if (clock.kind !== "ok" || !leaves()) return answer;
    return this.#sign(request);
  }

  async #sign({ method, path, weight, parameters = {} }: Request): Promise<Answer> {
    if (weight > 0) await this.#pacer.spend(weight);
    const timed = { ...parameters, recvWindow: WINDOW_MS, timestamp: Math.floor(this.nowMs()) };
    const text = new URLSearchParams(Object.entries(timed).map(([name, value]): [string, string] => [name, String(value)])).toString();
    const signature = createHmac("sha256", this.#credentials.secret).update(text).digest("hex");
    return this.#send(method, path, `${text}&signature=${signature}`, this.#credentials.accessKey);
  }

  /** CN-13: a venue may quote the key that it refuses, and what a refusal says is journaled. */
  #withoutKey(answer: Answer): Answer {
    if (answer.kind !== "refused") return answer;
    const { accessKey, secret } = this.#credentials;
    return { ...answer, message: answer.message.replaceAll(accessKey, "…").replaceAll(secret, "…").slice(0, MOST_WORDS) };
  }

  async #send(method: Method, path: string, query: string, accessKey: string | null): Promise<Answer> {
    try {
      const response = await fetch(`${this.#address}${path}${query === "" ? "" : `?${query}`}`, {
        method,
        headers: accessKey === null ? {} : { "X-HK-APIKEY": accessKey },
        redirect: "error",
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const body = jsonOf(await textOf(response));
      if (response.ok && body !== undefined) return { kind: "ok", body, isSimulated: response.headers.get(MODE_HEADER) === "simulated" };
      return this.#withoutKey(refusalOf(response.status, body));
    } catch (error) {
      // The cause names the socket's failure; neither holds the query, whose signature nobody needs to see.
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
      return { kind: "silent", why: `${error instanceof Error ? error.name : "error"} ${cause}`.trim().slice(0, 200) };
    }
  }
}

/** The text of an answer; throws when it is longer than any of the venue's, before it fills the memory. */
async function textOf(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error("too long", { cause: new RangeError(`an answer of more than ${MOST_BYTES} bytes`) });
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function refusalOf(status: number, body: unknown): Answer {
  const { code, msg } = (typeof body === "object" && body !== null ? body : {}) as { readonly code?: unknown; readonly msg?: unknown };
  const named = typeof code === "number" || typeof code === "string" ? String(code).slice(0, 40) : "";
  if (status < 400 || status >= 500 || named === "" || UNSURE_CODES.has(named))
    return { kind: "silent", why: `HTTP ${status} ${named}`.trim() };
  return { kind: "refused", status, code: named, message: typeof msg === "string" ? msg : "" };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's page, say: no answer of the venue.
    return undefined;
  }
}
