import { instrumentCalled, type Instrument } from "../../shared/catalog.ts";
import { TerminalError, typedError, type TypedError } from "../../shared/errors.ts";
import type { InstrumentId } from "../../shared/ids.ts";
import type { HostMessage } from "../../shared/protocol.ts";
import { HistoryStore } from "./historyStore.ts";
import { Market } from "./market.ts";
import type { ImportRequest, MarketControl, MarketReport, MarketStart } from "./marketMessages.ts";
import { importSource, openSource, type InstrumentSource, type SourceContext } from "./priceSource.ts";
import { MarketSession } from "./session.ts";
import { VenueClockEstimate } from "../../shared/venueClockEstimate.ts";
import { Stepper, type StepGoal } from "./stepper.ts";

/** Imports that may wait while one is read. */
const WAITING_IMPORTS_MAX = 16;

/**
 * What runs in the market thread: the participants' sessions, the instruments' sources and their files. The entry feeds it messages and
 * calls `tick`; reports go out through the function given.
 */
export class MarketThread {
  readonly #start: MarketStart;
  readonly #report: (report: MarketReport, transfer: readonly ArrayBuffer[]) => void;
  readonly #nowMs: () => number;
  readonly #store: HistoryStore;
  readonly #market: Market;
  readonly #clock = new VenueClockEstimate();
  readonly #sessions: MarketSession[] = [];
  readonly #sources = new Map<InstrumentId, InstrumentSource>();
  readonly #ended = new Set<InstrumentId>();
  readonly #waiting: ImportRequest[];
  readonly #stepper: Stepper;
  #advanced: () => void = () => undefined;
  #running: boolean;
  #stepping: Promise<void> = Promise.resolve();
  #filesBusy = false;

  constructor(
    start: MarketStart,
    edges: { readonly report: (report: MarketReport, transfer: readonly ArrayBuffer[]) => void; readonly nowMs: () => number },
  ) {
    this.#start = start;
    this.#report = edges.report;
    this.#nowMs = edges.nowMs;
    this.#store = new HistoryStore(start.dataFolder);
    this.#market = new Market(start.seed);
    this.#waiting = [...start.imports];
    this.#running = start.running;
    this.#stepper = new Stepper(this.#market, this.#sessions, {
      advance: (venueTimeUs) =>
        new Promise((resolve) => {
          this.#advanced = resolve;
          this.#report({ type: "advance", venueTimeUs }, []);
        }),
    });
    for (const { owner, port } of start.participants) {
      const session = new MarketSession(port, owner);
      this.#sessions.push(session);
      this.#market.join(owner, session);
      port.on("message", (message: HostMessage) => this.#receive(session, message));
      port.on("close", () => session.lost());
      session.start();
    }
  }

  control(message: MarketControl): void {
    switch (message.type) {
      case "setRunning":
        this.#running = message.running;
        if (!message.running) void this.#rest();
        return;
      case "step":
        this.#stepping = this.#step(message.goal, message.fromUs);
        return;
      case "stopStepping":
        this.#stepper.stop();
        return;
      case "advanced":
        this.#advanced();
        return;
      case "importHistory":
        this.#enqueue(message);
    }
  }

  #enqueue({ requestId, symbol, path }: ImportRequest): void {
    if (this.#waiting.length >= WAITING_IMPORTS_MAX) {
      const rule = `at most ${WAITING_IMPORTS_MAX} imports at a time`;
      this.#answer(
        requestId,
        typedError("ENGINE_BUSY", {
          field: "path",
          value: path,
          rule,
          message: "Other history files are being imported; try again shortly.",
        }),
      );
      return;
    }
    this.#waiting.push({ requestId, symbol, path });
  }

  /** One turn of the wall timer. Files are read beside the trading, one at a time; trading begins when every instrument has its source. */
  tick(): void {
    const informed = this.#sessions[0];
    const nowMs = this.#nowMs();
    if (informed === undefined || !informed.ready || !this.#clock.isFresh(nowMs)) return;
    const instrument = informed.catalog.instruments.find(({ instrumentId }) => !this.#sources.has(instrumentId));
    if (!this.#filesBusy && (instrument !== undefined || this.#waiting.length > 0)) {
      this.#filesBusy = true;
      // A failure that is no TerminalError is a defect: the rejection ends the thread, and the host says so.
      void this.#readFiles(informed, instrument).finally(() => (this.#filesBusy = false));
    }
    if (instrument !== undefined || !this.#running || this.#start.imports.some((request) => this.#waiting.includes(request))) return;
    this.#market.step(this.#clock.venueTimeUs(nowMs));
    this.#tellEnded();
  }

  #receive(session: MarketSession, message: HostMessage): void {
    if (message.type === "welcome" || message.type === "status") this.#clock.hear(message.status, this.#nowMs());
    session.receive(message);
    this.#stepper.heard();
  }

  /** Whoever asked for rest wants to know when it has come: nothing that was sent before is on its way any more. */
  async #rest(): Promise<void> {
    this.#stepper.stop();
    // The turn under way may still send.
    await this.#stepping;
    await Promise.all(this.#sessions.map((session) => session.rest()));
    this.#report({ type: "rested" }, []);
  }

  async #step(goal: StepGoal, fromUs: number): Promise<void> {
    this.#report({ type: "stepped", outcome: await this.#stepper.run(goal, fromUs) }, []);
    this.#tellEnded();
  }

  async #readFiles(session: MarketSession, missing: Instrument | undefined): Promise<void> {
    if (missing !== undefined) {
      const context = this.#contextOf(session, missing);
      if (context !== null)
        this.#follow(missing, await openSource(this.#store, context, (error) => this.#report({ type: "warning", error }, [])));
      return;
    }
    const request = this.#waiting[0];
    if (request === undefined) return;
    await this.#import(session, request);
    this.#waiting.shift();
  }

  async #import(session: MarketSession, request: ImportRequest): Promise<void> {
    const { requestId, symbol, path } = request;
    const instrument = instrumentCalled(session.catalog.instruments, symbol);
    const context = instrument === undefined ? null : this.#contextOf(session, instrument);
    if (instrument === undefined || context === null) {
      const rule = `one of ${session.catalog.instruments.map((one) => one.symbol).join(", ")}`;
      this.#answer(
        requestId,
        typedError("ARGUMENT_INVALID", { field: "symbol", value: symbol, rule, message: `There is no instrument called ${symbol}.` }),
      );
      return;
    }
    try {
      const current = this.#sources.get(instrument.instrumentId) ?? null;
      const imported = await importSource(this.#store, context, { path, current });
      if (imported !== null) this.#follow(instrument, imported);
      const source = (imported ?? current)?.source ?? null;
      this.#report({ type: "imported", requestId, source, changed: imported !== null, error: null }, []);
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
      this.#answer(requestId, error.typed);
    }
  }

  #follow(instrument: Instrument, source: InstrumentSource): void {
    const { instrumentId } = instrument;
    this.#sources.set(instrumentId, source);
    this.#ended.delete(instrumentId);
    this.#market.follow(instrumentId, source);
    const { bars } = source.history;
    this.#report({ type: "history", source: source.source, ...source.history }, [bars.buffer as ArrayBuffer]);
  }

  #tellEnded(): void {
    for (const [instrumentId, source] of this.#sources) {
      if (!source.ended || this.#ended.has(instrumentId)) continue;
      this.#ended.add(instrumentId);
      this.#report({ type: "source", source: source.source }, []);
    }
  }

  #contextOf(session: MarketSession, instrument: Instrument): SourceContext | null {
    const quote = session.catalog.assets.find((asset) => asset.assetId === instrument.quoteAssetId);
    if (quote === undefined) return null;
    const venueTimeUs = (): number => this.#clock.venueTimeUs(this.#nowMs());
    return { instrument, quote, seed: this.#start.seed, venueTimeUs, lastTicks: session.lastTicks(instrument.instrumentId) };
  }

  #answer(requestId: number, error: TypedError): void {
    this.#report({ type: "imported", requestId, source: null, changed: false, error }, []);
  }
}
