import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { z } from "zod";
import type { Instrument } from "../../../shared/catalog.ts";
import { useSelection } from "../../app/panelLink.tsx";
import { useView } from "../../app/useView.ts";
import { savedSetting, saveSetting } from "../../app/windowState.ts";
import { Switch } from "../../ui/controls.tsx";
import { preferences } from "../../app/preferences.ts";
import { formatLotsShort, formatPrice, formatTime } from "../../ui/format.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { Question } from "../../ui/Question.tsx";
import { SpokenBook } from "../../ui/Spoken.tsx";
import { LadderController } from "./ladderController.ts";
import type { MarketPlace } from "./ladderModel.ts";
import type { LadderMove } from "./ladderMoves.ts";
import { LadderPosition } from "./LadderPosition.tsx";
import { ladderTexts } from "./ladderTexts.ts";
import { LadderTools, type ClickTime } from "./LadderTools.tsx";
import { sizeChoices, SizeButtons } from "./SizeButtons.tsx";
import "./ladder.css";

const stepsSchema = z.record(z.string(), z.number().int().min(1));

/** The price ladder of the selected instrument. */
export function LadderPanel(): ReactNode {
  const selection = useSelection();
  const instrument = useView(["selection", "catalog"], (model) =>
    selection.instrumentId === null ? undefined : model.instrument(selection.instrumentId),
  );
  if (instrument === undefined) {
    return (
      <Panel testId="ladder-panel">
        <EmptyState title={ladderTexts.emptyTitle} action={ladderTexts.emptyAction} />
      </Panel>
    );
  }
  return <Ladder key={instrument.instrumentId} instrument={instrument} />;
}

function Ladder({ instrument }: { readonly instrument: Instrument }): ReactNode {
  const selection = useSelection();
  // One-click is off at every start, after every change of instrument and whenever the engine is lost: nobody is to find it on
  // by surprise.
  const [oneClick, setOneClick] = useState(false);
  const [step, setStep] = useState(() => savedSetting("ladderSteps", stepsSchema, {})[instrument.symbol] ?? 0);
  const [announcement, setAnnouncement] = useState("");
  const [market, setMarket] = useState<MarketPlace>("inView");
  const [move, setMove] = useState<LadderMove | null>(null);
  const [time, setTime] = useState<ClickTime>("gtc");
  const [volumeSince, setVolumeSince] = useState<number | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const heads = useRef<HTMLDivElement>(null);
  const controller = useRef<LadderController | null>(null);
  const account = useView(["selection", "catalog"], (model) =>
    selection.account === "all" ? null : (model.account(selection.account)?.code ?? null),
  );
  const initialStep = useRef(step);
  const spokenId = useId();
  // A line that was cut goes from live to connecting, without a word in between.
  const isLost = useView("connection", (model) => model.connection.state !== "live");
  if (isLost && oneClick) setOneClick(false);

  useEffect(() => {
    if (canvas.current === null) return undefined;
    const ladder = new LadderController(canvas.current, { instrument, selection }, initialStep.current, {
      announce: setAnnouncement,
      onStep: setStep,
      onMarket: setMarket,
      onMove: setMove,
      onSize: (index) => {
        const lots = sizeChoices(instrument)[index];
        if (lots !== undefined) selection.setPreset(instrument.instrumentId, "first", lots);
      },
      onVolumeSince: setVolumeSince,
      onColumns: ({ bid, price, ask, right, flow, end }) => {
        if (heads.current === null) return;
        heads.current.style.gridTemplateColumns = `${bid}px ${price - bid}px ${ask - price}px ${right - ask}px ${flow - right}px ${end - flow}px`;
        heads.current.dataset["told"] = `${flow > right ? "flow" : ""} ${end > flow ? "volume" : ""}`;
      },
    });
    controller.current = ladder;
    return () => {
      controller.current = null;
      ladder.dispose();
    };
  }, [instrument, selection]);

  useEffect(() => {
    if (controller.current !== null) controller.current.oneClick = oneClick;
  }, [oneClick]);

  useEffect(() => {
    if (controller.current !== null) controller.current.timeInForce = time;
  }, [time]);

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
          <span className="secondary">{account ?? ladderTexts.allAccounts}</span>
        </>
      }
      right={
        <Switch
          label={ladderTexts.oneClick}
          checked={oneClick}
          testId="ladder-one-click"
          title={ladderTexts.oneClickTitle}
          onChange={setOneClick}
        />
      }
    >
      <div className="ladder">
        <div className="ladder-mode" data-armed={oneClick && account !== null} data-testid="ladder-mode">
          {modeText(oneClick, account, time)}
        </div>
        <LadderPosition instrument={instrument} />
        <SizeButtons instrument={instrument} />
        <LadderTools
          instrument={instrument}
          time={time}
          onTime={setTime}
          step={step}
          onStep={chooseStep}
          onCentre={() => controller.current?.centre()}
        />
        <div ref={heads} className="ladder-heads secondary" aria-hidden="true">
          <span>{ladderTexts.heads.own}</span>
          <span>{ladderTexts.heads.bid}</span>
          <span>{ladderTexts.heads.price}</span>
          <span>{ladderTexts.heads.ask}</span>
          <span data-column="flow" title={ladderTexts.flowTitle}>
            {ladderTexts.heads.flow}
          </span>
          <span data-column="volume" title={ladderTexts.volumeTitle(volumeSince === null ? "" : formatTime(volumeSince, preferences.zone))}>
            {ladderTexts.heads.volume}
          </span>
        </div>
        <div className="ladder-rows">
          <canvas
            ref={canvas}
            className="ladder-canvas"
            data-testid="ladder"
            tabIndex={0}
            role="application"
            aria-label={ladderTexts.label(instrument.symbol)}
            aria-describedby={spokenId}
          />
          {market !== "inView" && (
            <button type="button" className="button ladder-away" data-place={market} onClick={() => controller.current?.centre()}>
              {market === "above" ? ladderTexts.marketAbove : ladderTexts.marketBelow}
            </button>
          )}
          {move !== null && (
            <Question
              testId="ladder-move"
              text={ladderTexts.move(
                move.orders.length,
                move.side,
                formatLotsShort(move.lots, instrument),
                formatPrice(move.ticks, instrument),
              )}
              warning={move.crosses ? ladderTexts.moveCrosses(formatPrice(move.ticks, instrument)) : ""}
              yes={ladderTexts.moveYes}
              no={ladderTexts.moveNo}
              answer={(yes) => controller.current?.answerMove(yes)}
            />
          )}
        </div>
        <SpokenBook id={spokenId} testId="ladder-spoken" instrument={instrument} />
        <div className="visually-hidden" aria-live="polite">
          {announcement}
        </div>
      </div>
    </Panel>
  );
}

function modeText(oneClick: boolean, account: string | null, time: ClickTime): string {
  if (account === null) return ladderTexts.chooseAccount;
  const type = ladderTexts.orderTypes[time];
  return oneClick ? ladderTexts.armed(account, type) : ladderTexts.confirming(account, type);
}
