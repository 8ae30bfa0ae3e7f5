import { useEffect, useRef, useState, type ReactNode } from "react";
import { z } from "zod";
import type { Instrument } from "../../../shared/catalog.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { Switch } from "../../ui/controls.tsx";
import { formatPrice } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { LadderController } from "./ladderController.ts";
import { ladderSteps, type MarketPlace } from "./ladderModel.ts";
import { PresetField } from "./PresetField.tsx";
import "./ladder.css";

const stepsSchema = z.record(z.string(), z.number().int().min(1));

/** The price ladder of the selected instrument. */
export function LadderPanel(): ReactNode {
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  if (instrument === undefined) {
    return (
      <Panel testId="ladder-panel">
        <EmptyState title="The price ladder of the selected instrument appears here." action="Choose an instrument in the watchlist." />
      </Panel>
    );
  }
  return <Ladder key={instrument.instrumentId} instrument={instrument} />;
}

function Ladder({ instrument }: { readonly instrument: Instrument }): ReactNode {
  // One-click is off at every start, after every change of instrument and whenever the engine is lost: nobody is to find it on
  // by surprise.
  const [oneClick, setOneClick] = useState(false);
  const [step, setStep] = useState(() => savedSetting("ladderSteps", stepsSchema, {})[instrument.symbol] ?? 0);
  const [announcement, setAnnouncement] = useState("");
  const [market, setMarket] = useState<MarketPlace>("inView");
  const canvas = useRef<HTMLCanvasElement>(null);
  const heads = useRef<HTMLDivElement>(null);
  const controller = useRef<LadderController | null>(null);
  const account = useView(["selection", "catalog"], (model) =>
    selection.account === "all" ? null : (model.account(selection.account)?.code ?? null),
  );
  const initialStep = useRef(step);
  const isLost = useView("connection", (model) => model.connection.state === "down" || model.connection.state === "stale");
  if (isLost && oneClick) setOneClick(false);

  useEffect(() => {
    if (canvas.current === null) return undefined;
    const ladder = new LadderController(canvas.current, instrument, initialStep.current, {
      announce: setAnnouncement,
      onStep: setStep,
      onMarket: setMarket,
      onColumns: ({ bid, price, ask }) => {
        if (heads.current !== null) heads.current.style.gridTemplateColumns = `${bid}px ${price - bid}px ${ask - price}px 1fr`;
      },
    });
    controller.current = ladder;
    return () => {
      controller.current = null;
      ladder.dispose();
    };
  }, [instrument]);

  useEffect(() => {
    if (controller.current !== null) controller.current.oneClick = oneClick;
  }, [oneClick]);

  const chooseStep = (next: number): void => {
    setStep(next);
    initialStep.current = next;
    saveSetting("ladderSteps", { ...savedSetting("ladderSteps", stepsSchema, {}), [instrument.symbol]: next });
    controller.current?.setStep(next);
  };

  return (
    <Panel
      testId="ladder-panel"
      title={
        <>
          {instrument.symbol}
          <span className="secondary">{account ?? "all accounts"}</span>
        </>
      }
      right={
        <Switch
          label="One-click"
          checked={oneClick}
          testId="ladder-one-click"
          title="On: a click in the ladder sends an order at once. Off: it fills the ticket."
          onChange={setOneClick}
        />
      }
    >
      <div className="ladder">
        <div className="ladder-mode" data-armed={oneClick && account !== null} data-testid="ladder-mode">
          {modeText(oneClick, account)}
        </div>
        <div className="ladder-tools">
          <PresetField instrument={instrument} which="first" label="L" />
          <PresetField instrument={instrument} which="second" label="R" />
          <select
            className="select small"
            aria-label="Price step of a row"
            title="Price step of a row"
            data-testid="ladder-step"
            value={String(step)}
            onChange={(event) => chooseStep(Number(event.target.value))}
          >
            {step === 0 && <option value="0">…</option>}
            {ladderSteps.map((choice) => (
              <option key={choice} value={String(choice)}>
                {formatPrice(choice, instrument)}
              </option>
            ))}
          </select>
          <button
            type="button"
            className="button"
            data-testid="ladder-centre"
            title="Bring the inside market to the middle (Home)"
            onClick={() => controller.current?.centre()}
          >
            Centre
          </button>
        </div>
        <div ref={heads} className="ladder-heads secondary" aria-hidden="true">
          <span>Own</span>
          <span>Bid</span>
          <span>Price</span>
          <span>Ask</span>
        </div>
        <div className="ladder-rows">
          <canvas
            ref={canvas}
            className="ladder-canvas"
            data-testid="ladder"
            tabIndex={0}
            role="application"
            aria-label={`Price ladder of ${instrument.symbol}. Arrow keys move the row, B buys, S sells, C cancels own orders in the row, Shift takes the second quantity, Home centres, Escape leaves the row.`}
          />
          {market !== "inView" && (
            <button type="button" className="button ladder-away" data-place={market} onClick={() => controller.current?.centre()}>
              {market === "above" ? "▲ Market is above · Centre" : "▼ Market is below · Centre"}
            </button>
          )}
        </div>
        <div className="visually-hidden" aria-live="polite">
          {announcement}
        </div>
      </div>
    </Panel>
  );
}

function modeText(oneClick: boolean, account: string | null): string {
  if (account === null) return "Choose an account to trade";
  return oneClick ? `ONE-CLICK: a click sends for ${account}` : "A click fills the ticket";
}
