import { useId, useReducer, useState, type ReactNode } from "react";
import { faultNames } from "../../../shared/faultNameTexts.ts";
import type { Fault, FaultStatus } from "../../../shared/faults.ts";
import { rejectTable } from "../../../shared/rejects.ts";
import { copyAndTell } from "../../app/copyAndTell.ts";
import { engineClient, RequestError } from "../../app/engineClient.ts";
import { messages } from "../../app/messages.ts";
import { tellRefusal } from "../../app/operate.ts";
import { useView } from "../../app/useView.ts";
import { EmptyState, Panel } from "../../ui/Panel.tsx";
import { faultEntries, faultEntry, faultGroups, faultOf, faultsOfText, firstDraft, particulars, type FaultDraft } from "./faultModel.ts";
import { faultTexts as texts } from "./faultTexts.ts";
import "./faults.css";

/** For the tester: what is disturbed on purpose, and the switch for each disturbance. */
export function FaultsPanel(): ReactNode {
  const session = useView("catalog", (model) => model.session);
  const on = useView("status", (model) => model.status?.faults ?? []);
  if (session === null || !session.operator || session.venue.mode !== "simulated") {
    return (
      <Panel testId="faults" live={false}>
        <EmptyState title={texts.purpose} action={texts.purposeDetail} />
      </Panel>
    );
  }
  return (
    <Panel testId="faults" live={false}>
      <div className="faults">
        <FaultForm session={session.session} on={on} />
        <FaultList session={session.session} on={on} />
      </div>
    </Panel>
  );
}

function FaultForm({ session, on }: { readonly session: string; readonly on: readonly FaultStatus[] }): ReactNode {
  const [draft, change] = useReducer((before: FaultDraft, next: Partial<FaultDraft>): FaultDraft => ({ ...before, ...next }), firstDraft);
  const [isTouched, setTouched] = useState(false);
  const ids = useId();
  const entry = faultEntry(draft.kind);
  const fault = faultOf(draft, session);
  const field = (name: "probability" | "seed" | "times" | "ms" | "by" | "perSecond", label: string, hint = ""): ReactNode => (
    <>
      <label htmlFor={`${ids}-${name}`}>{label}</label>
      <input
        id={`${ids}-${name}`}
        className="input"
        data-testid={`fault-${name}`}
        inputMode="decimal"
        autoComplete="off"
        placeholder={hint}
        value={draft[name]}
        onChange={(event) => change({ [name]: event.target.value })}
      />
    </>
  );
  return (
    <form
      className="fault-form"
      onSubmit={(event) => {
        event.preventDefault();
        setTouched(true);
        if (!fault.ok) return;
        setTouched(false);
        void setFaults([...on.map((status) => status.fault), fault.value]);
      }}
    >
      <label htmlFor={`${ids}-kind`}>{texts.fault}</label>
      <select
        id={`${ids}-kind`}
        className="select"
        data-testid="fault-kind"
        value={draft.kind}
        onChange={(event) => change({ kind: faultEntries.find(({ kind }) => kind === event.target.value)?.kind ?? draft.kind })}
      >
        {faultGroups.map((group) => (
          <optgroup key={group} label={texts.groups[group]}>
            {faultEntries
              .filter((other) => other.group === group)
              .map(({ kind }) => (
                <option key={kind} value={kind}>
                  {faultNames[kind]}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <p className="fault-meaning secondary">{texts.meanings[draft.kind]}</p>
      {entry.group !== "engine" && (
        <>
          <label htmlFor={`${ids}-where`}>{texts.strikes}</label>
          <select
            id={`${ids}-where`}
            className="select"
            data-testid="fault-where"
            value={draft.where}
            onChange={(event) => change({ where: event.target.value === "everyone" ? "everyone" : "window" })}
          >
            <option value="window">{texts.window}</option>
            <option value="everyone">{texts.everyone}</option>
          </select>
        </>
      )}
      {entry.parameters.includes("ms") && field("ms", texts.ms)}
      {entry.parameters.includes("by") && field("by", texts.by)}
      {entry.parameters.includes("perSecond") && field("perSecond", texts.perSecond)}
      {entry.parameters.includes("code") && (
        <>
          <label htmlFor={`${ids}-code`}>{texts.code}</label>
          <select
            id={`${ids}-code`}
            className="select"
            data-testid="fault-code"
            value={draft.code}
            onChange={(event) => change({ code: event.target.value })}
          >
            {Object.keys(rejectTable).map((code) => (
              <option key={code}>{code}</option>
            ))}
          </select>
        </>
      )}
      {entry.parameters.includes("cancelOnDisconnect") && (
        <>
          <label htmlFor={`${ids}-cancel`}>{texts.openOrders}</label>
          <select
            id={`${ids}-cancel`}
            className="select"
            data-testid="fault-cancel"
            value={String(draft.cancelOnDisconnect)}
            onChange={(event) => change({ cancelOnDisconnect: event.target.value === "true" })}
          >
            <option value="false">{texts.stay}</option>
            <option value="true">{texts.cancelled}</option>
          </select>
        </>
      )}
      {entry.parameters.includes("thread") && (
        <>
          <label htmlFor={`${ids}-thread`}>{texts.thread}</label>
          <select
            id={`${ids}-thread`}
            className="select"
            data-testid="fault-thread"
            value={draft.thread}
            onChange={(event) => change({ thread: event.target.value })}
          >
            <option value="engine">{texts.threads.engine}</option>
            <option value="journal">{texts.threads.journal}</option>
            <option value="market">{texts.threads.market}</option>
          </select>
        </>
      )}
      {field("probability", texts.probability)}
      {field("seed", texts.seed)}
      {field("times", texts.times, texts.noEnd)}
      {isTouched && !fault.ok && (
        <p className="field-error" role="alert">
          {fault.error}
        </p>
      )}
      <button type="submit" className="button large fault-add" data-testid="fault-add">
        {texts.add}
      </button>
    </form>
  );
}

function FaultList({ session, on }: { readonly session: string; readonly on: readonly FaultStatus[] }): ReactNode {
  const without = (index: number): readonly Fault[] => on.filter((_, at) => at !== index).map(({ fault }) => fault);
  return (
    <div className="fault-list">
      <div className="fault-tools">
        <button type="button" className="button" data-testid="faults-clear" disabled={on.length === 0} onClick={() => void setFaults([])}>
          {texts.clear}
        </button>
        <FaultFile />
        <button
          type="button"
          className="button"
          disabled={on.length === 0}
          onClick={() =>
            copyAndTell(
              JSON.stringify(
                on.map(({ fault }) => fault),
                null,
                2,
              ),
              texts.faultFile,
            )
          }
        >
          {texts.copy}
        </button>
      </div>
      {on.length === 0 ? (
        <EmptyState title={texts.none} action={texts.noneAction} />
      ) : (
        <ul>
          {on.map(({ fault, strikes }, index) => (
            <li key={`${index}-${fault.kind}`} data-testid="fault-on" data-kind={fault.kind} data-strikes={strikes}>
              <strong>{faultNames[fault.kind]}</strong>
              <span className="secondary">{particulars(fault, session)}</span>
              <span className="number">{texts.line(fault.probability, fault.seed, strikes, fault.times)}</span>
              <button
                type="button"
                className="button"
                aria-label={texts.remove(faultNames[fault.kind])}
                onClick={() => void setFaults(without(index))}
              >
                {texts.off}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Faults from a file: a list in JSON, as "Copy as file" gives it. They take the place of those that are on. */
function FaultFile(): ReactNode {
  return (
    <label className="button">
      {texts.load}
      <input
        type="file"
        accept=".json,application/json"
        className="visually-hidden"
        data-testid="faults-file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) void load(file);
        }}
      />
    </label>
  );
}

async function load(file: File): Promise<void> {
  // A file that went away meanwhile has no text, and is told of like one with the wrong text.
  const faults = faultsOfText(await file.text().catch(() => ""));
  if (faults.ok) await setFaults(faults.value);
  else
    messages.post({
      severity: "warning",
      text: texts.notLoaded(file.name),
      detail: faults.error,
      code: "MESSAGE_MALFORMED",
    });
}

async function setFaults(faults: readonly Fault[]): Promise<void> {
  try {
    messages.post({ severity: "info", text: await engineClient.operate({ type: "setFaults", faults: [...faults] }) });
  } catch (cause) {
    // A disconnection may take the answer along: the status then tells which are on.
    if (!(cause instanceof RequestError && cause.unknown)) tellRefusal(cause);
  }
}
