import { createHmac } from "node:crypto";
import { onTestFinished } from "vitest";
import type { ApiFraming, ApiSite } from "../../engine/edge/hashkey/apiMessages.ts";
import { createKey, keyFileIn, type NewKey } from "../../engine/edge/hashkey/keys.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import type { TestClient } from "../host/testClient.ts";
import { eventually } from "../host/tempFolder.ts";

/** Budgets that no test reaches unless it means to. */
export const WIDE = { queriesPerSecond: 100_000, ordersPerSecond: 100_000 };

export type Credentials = { readonly accessKey: string; readonly secret: string };
export type Reply = { readonly status: number; readonly body: unknown };

/** A real engine process that serves the venue's interface, and one owner's keys. */
export class ServedExchange {
  readonly engine: HeadlessEngine;
  readonly #data: string;
  readonly #urls: ReadonlyMap<string, string>;

  private constructor(engine: HeadlessEngine, data: string, urls: ReadonlyMap<string, string>) {
    this.engine = engine;
    this.#data = data;
    this.#urls = urls;
  }

  static async start(
    data: string,
    options: { readonly market?: boolean; readonly framing?: ApiFraming; readonly sites?: readonly ApiSite[] } = {},
  ): Promise<ServedExchange> {
    const sites = options.sites ?? ["HK", "GLB"];
    const framing = options.framing === undefined ? [] : ["--api-framing", options.framing];
    const listen = sites.flatMap((site) => ["--api", `${site}=0`]);
    const engine = new HeadlessEngine(["--data", data, "--market", options.market === true ? "on" : "off", ...listen, ...framing]);
    await engine.ready();
    const report = await eventually(() => engine.reports.find(({ type }) => type === "apiListening"), "the interface listens", 30_000);
    if (report.type !== "apiListening") throw new Error("no addresses");
    return new ServedExchange(engine, data, new Map(report.sites.map(({ site, url }) => [site, url])));
  }

  url(site: ApiSite = "HK"): string {
    return this.#urls.get(site) ?? "";
  }

  key(wanted: Partial<NewKey> = {}): Credentials {
    const { key, secret } = createKey(keyFileIn(this.#data), { owner: "desk", account: "ALPHA", limits: WIDE, ...wanted }, Date.now());
    return { accessKey: key.accessKey, secret };
  }

  async time(): Promise<number> {
    const { body } = await this.get("/api/v1/time");
    return (body as { readonly serverTime: number }).serverTime;
  }

  get(path: string, site: ApiSite = "HK"): Promise<Reply> {
    return reply(fetch(`${this.url(site)}${path}`));
  }

  /** Waits until the simulated participants have traded the pair. */
  async untilTraded(symbol: string): Promise<void> {
    const endMs = performance.now() + 60_000;
    while (((await this.get(`/quote/v1/trades?symbol=${symbol}`)).body as readonly unknown[]).length === 0) {
      if (performance.now() > endMs) throw new Error(`${symbol} was not traded within a minute`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** A signed request; parameters go into the query, or into a form. */
  async signed(
    credentials: Credentials,
    method: string,
    path: string,
    parameters: Readonly<Record<string, string | number>> = {},
    options: { readonly site?: ApiSite; readonly form?: boolean; readonly json?: unknown } = {},
  ): Promise<Reply> {
    const text = new URLSearchParams({
      ...(parameters as Record<string, string>),
      timestamp: String(parameters["timestamp"] ?? (await this.time())),
    }).toString();
    const signature = sign(credentials.secret, text);
    const signedText = `${text}&signature=${signature}`;
    const url = `${this.url(options.site)}${path}`;
    const headers: Record<string, string> = { "X-HK-APIKEY": credentials.accessKey };
    if (options.form === true) {
      headers["Content-Type"] = "application/x-www-form-urlencoded";
      return reply(fetch(url, { method, headers, body: signedText }));
    }
    if (options.json !== undefined) {
      headers["Content-Type"] = "application/json";
      return reply(fetch(`${url}?${signedText}`, { method, headers, body: JSON.stringify(options.json) }));
    }
    return reply(fetch(`${url}?${signedText}`, { method, headers }));
  }

  /** The hash of the engine's whole state. */
  async stateHash(client: TestClient): Promise<string> {
    const result = await client.query({ type: "stateHash" });
    if (result.type !== "stateHash") throw new Error("no hash");
    return result.hash;
  }
}

export function sign(secret: string, text: string | Buffer): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

export async function reply(sent: Promise<Response>): Promise<Reply> {
  const response = await sent;
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // A reply that is no JSON is shown as it is.
  }
  return { status: response.status, body };
}

/** Serves an exchange until the test ends. */
export async function served(data: string, options: Parameters<typeof ServedExchange.start>[1] = {}): Promise<ServedExchange> {
  const exchange = await ServedExchange.start(data, options);
  onTestFinished(async () => void (await exchange.engine.kill()));
  return exchange;
}
