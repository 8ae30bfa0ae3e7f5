import { useEffect, useState } from "react";
import type { Command } from "../../shared/commands.ts";
import type { Seq } from "../../shared/ids.ts";
import type { PreviewSummary } from "../../shared/preview.ts";
import { atMostEvery } from "../ui/atMostEvery.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import type { OrderRequest } from "./orderEntry.ts";
import { commandOf, nextClientOrderId } from "./orders.ts";
import { readModel } from "./readModel.ts";
import { useView } from "./useView.ts";
import { noteCurrencies } from "./riskCurrency.ts";

/** What the engine's fork said, at which sequence, and how long the answer took from the question on. */
export type PreviewAnswer = { readonly seq: Seq; readonly tookMs: number; readonly preview: PreviewSummary };

/** What is on view changes with the market; asking more often than this would only flicker. */
const REFRESH_MS = 250;

/** One question under way at a time; of those that come meanwhile the newest alone is asked. */
export class LatestWins {
  readonly #ask: (command: Command) => Promise<PreviewAnswer | null>;
  readonly #tell: (answer: PreviewAnswer | null) => void;
  #next: Command | null = null;
  #isAsking = false;
  #isOver = false;

  constructor(ask: (command: Command) => Promise<PreviewAnswer | null>, tell: (answer: PreviewAnswer | null) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  ask(command: Command): void {
    this.#next = command;
    if (!this.#isAsking) void this.#run();
  }

  end(): void {
    this.#isOver = true;
    this.#next = null;
  }

  async #run(): Promise<void> {
    this.#isAsking = true;
    while (this.#next !== null) {
      const command = this.#next;
      this.#next = null;
      const answer = await this.#ask(command);
      // Somebody typed on meanwhile: this answers a question that is no longer asked.
      if (!this.#isOver && this.#next === null) this.#tell(answer);
    }
    this.#isAsking = false;
  }
}

/** Null when the engine could not be asked. */
async function askPreview(command: Command): Promise<PreviewAnswer | null> {
  const startMs = performance.now();
  try {
    const { seq, preview } = await engineClient.query({ type: "preview", command });
    noteCurrencies(preview.limits.map(({ currencyAssetId }) => currencyAssetId));
    return { seq, preview, tookMs: performance.now() - startMs };
  } catch (cause) {
    if (!(cause instanceof RequestError)) throw cause;
    return null;
  }
}

/**
 * What the engine would do with the request if it came next, kept up to date while it is typed and while the market moves. The answer is
 * null without a request and until the first one has come; `isCurrent` is false while it still belongs to an earlier request, and while the
 * numbers on the screen are not live, when nobody is asked again.
 */
export function usePreview(request: OrderRequest | null): { readonly answer: PreviewAnswer | null; readonly isCurrent: boolean } {
  const [told, setTold] = useState<{ readonly key: string; readonly answer: PreviewAnswer | null } | null>(null);
  const key = request === null ? "" : JSON.stringify(request);
  useEffect(() => {
    if (key === "") return undefined;
    // The key is the request's own text.
    const wanted = JSON.parse(key) as OrderRequest;
    const asker = new LatestWins(askPreview, (answer) => setTold({ key, answer }));
    const ask = (): void => {
      if (readModel.connection.state === "live") asker.ask(commandOf(wanted, nextClientOrderId()));
    };
    const again = atMostEvery(REFRESH_MS, ask);
    ask();
    const stops = ([`book:${wanted.instrumentId}`, "balances", "orders", "connection"] as const).map((topic) =>
      readModel.subscribe(topic, again.request),
    );
    return () => {
      for (const stop of stops) stop();
      again.cancel();
      asker.end();
    };
  }, [key]);
  const isLive = useView("connection", (model) => model.connection.state === "live");
  // The last answer stays, marked as old, so that typing does not make the panel flicker.
  return { answer: key === "" ? null : (told?.answer ?? null), isCurrent: isLive && told?.key === key };
}
