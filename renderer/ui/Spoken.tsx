import { useEffect, useRef, useState, type ReactNode } from "react";
import type { Instrument } from "../../shared/catalog.ts";
import { useSelection } from "../app/panelLink.tsx";
import { readModel } from "../app/readModel.ts";
import type { Topic } from "../app/topics.ts";
import { atMostEvery } from "./atMostEvery.ts";
import { formatLotsShort, formatPrice } from "./format.ts";
import { spokenTexts as words } from "./spokenTexts.ts";

/** A voice needs about so long for a sentence; what changed in between is not worth hearing. */
const SAY_EVERY_MS = 5_000;

type SpokenProps = {
  /** Named by the drawn element as its description. */
  readonly id: string;
  readonly testId: string;
  readonly topics: readonly Topic[];
  /** The sentence of this moment. */
  readonly say: () => string;
};

/**
 * What a drawn panel shows, in words for who cannot see it. It is always there to be read, and speaks up by itself only while the focus is in
 * its panel: several panels of one book must not talk at once.
 */
export function Spoken({ id, testId, topics, say }: SpokenProps): ReactNode {
  const [text, setText] = useState("");
  const [isNear, setNear] = useState(false);
  const element = useRef<HTMLParagraphElement>(null);
  const latest = useRef(say);
  useEffect(() => {
    latest.current = say;
  });
  const key = topics.join(" ");
  useEffect(() => {
    const paced = atMostEvery(SAY_EVERY_MS, () => setText(latest.current()));
    // Joined from topics, which hold no spaces.
    const stops = (key.split(" ") as Topic[]).map((topic) => readModel.subscribe(topic, paced.request));
    paced.request();
    return () => {
      paced.cancel();
      for (const stop of stops) stop();
    };
  }, [key]);
  useEffect(() => {
    const panel = element.current?.closest<HTMLElement>(".panel");
    const look = (): void => setNear(panel?.contains(document.activeElement) ?? false);
    panel?.addEventListener("focusin", look);
    panel?.addEventListener("focusout", look);
    return () => {
      panel?.removeEventListener("focusin", look);
      panel?.removeEventListener("focusout", look);
    };
  }, []);
  return (
    <p ref={element} id={id} className="visually-hidden" data-testid={testId} aria-live={isNear ? "polite" : "off"}>
      {text}
    </p>
  );
}

/** The inside of an instrument's book and the panel's own orders in it. */
export function SpokenBook({
  id,
  testId,
  instrument,
}: Pick<SpokenProps, "id" | "testId"> & { readonly instrument: Instrument }): ReactNode {
  const selection = useSelection();
  const { instrumentId } = instrument;
  return (
    <Spoken
      id={id}
      testId={testId}
      topics={[`book:${instrumentId}`, "orders", "selection"]}
      say={() => {
        const book = readModel.book(instrumentId);
        const own = { buy: 0, sell: 0 };
        for (const tally of readModel.open.tallies(selection.account, instrumentId)) {
          own.buy += tally.buy.open;
          own.sell += tally.sell.open;
        }
        return words.together([
          best(book?.bids, words.bid, words.noBid, instrument),
          best(book?.asks, words.ask, words.noAsk, instrument),
          own.buy + own.sell === 0 ? words.noOwn : words.own(own.buy, own.sell),
        ]);
      }}
    />
  );
}

function best(levels: Int32Array | undefined, told: (price: string, size: string) => string, none: string, instrument: Instrument): string {
  const [ticks, lots] = levels ?? [];
  return ticks === undefined || lots === undefined ? none : told(formatPrice(ticks, instrument), formatLotsShort(lots, instrument));
}
