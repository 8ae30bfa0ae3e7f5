import type { InstrumentId } from "../../../shared/ids.ts";
import { readModel } from "../../app/readModel.ts";
import { followTrades } from "../../app/tradeHistory.ts";
import { BookFlow, FLOW_WINDOW_MS } from "./bookFlow.ts";
import type { LadderWindow } from "./ladderModel.ts";
import type { LadderPicture } from "./ladderPicture.ts";
import { VolumeAtPrice } from "./volumeAtPrice.ts";

/** What the ladder tells beside the sizes: pulled and stacked lots, and the volume at each price. */
export class LadderFigures {
  readonly #instrumentId: InstrumentId;
  readonly #changed: () => void;
  readonly #flow = new BookFlow();
  readonly #volume = new VolumeAtPrice();
  readonly #stops: readonly (() => void)[];
  #flowRows = { bids: new Float64Array(0), asks: new Float64Array(0) };
  #volumeRows = { bought: new Float64Array(0), sold: new Float64Array(0) };
  #fading: ReturnType<typeof setTimeout> | null = null;

  /** `since` hears the time of the oldest trade that the volume counts. */
  constructor(instrumentId: InstrumentId, changed: () => void, since: (us: number | null) => void) {
    this.#instrumentId = instrumentId;
    this.#changed = changed;
    this.#stops = [
      readModel.subscribe(`book:${instrumentId}`, () => this.#look()),
      readModel.onTrades(instrumentId, (trades, reset) => {
        if (reset) this.#flow.reset();
        else this.#flow.addTrades(trades);
      }),
      followTrades(instrumentId, (trades, reset) => {
        this.#volume.take(trades, reset);
        if (reset) since(this.#volume.sinceUs);
        changed();
      }),
    ];
  }

  dispose(): void {
    for (const stop of this.#stops) stop();
    if (this.#fading !== null) clearTimeout(this.#fading);
  }

  resize(rows: number): void {
    this.#flowRows = { bids: new Float64Array(rows), asks: new Float64Array(rows) };
    this.#volumeRows = { bought: new Float64Array(rows), sold: new Float64Array(rows) };
  }

  /** By row of the window. The arrays are used again by the next call. */
  read(window: LadderWindow): Pick<LadderPicture, "flow" | "volume"> {
    this.#flow.fillRows(this.#flowRows, window, performance.now());
    const largest = this.#volume.fillRows(this.#volumeRows, window);
    return { flow: this.#flowRows, volume: { ...this.#volumeRows, largest } };
  }

  #look(): void {
    const book = readModel.book(this.#instrumentId);
    if (book !== null) this.#flow.look(book, performance.now());
    // What was pulled and stacked fades away even if nothing more happens.
    this.#fading ??= setTimeout(() => {
      this.#fading = null;
      this.#changed();
    }, FLOW_WINDOW_MS + 50);
  }
}
