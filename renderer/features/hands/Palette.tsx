import Fuse from "fuse.js";
import { useId, useMemo, useState, type ReactNode } from "react";
import { actionOf, allActions, performAction, recordAction } from "../../app/actions.ts";
import { completed, isCommandLine, parseLine, type CommandIntent, type LineContext, type ParsedLine } from "../../app/commandLine.ts";
import { dialogs } from "../../app/dialogs.ts";
import { keysOf } from "../../app/hotkeys.ts";
import { checkDraft } from "../../app/orderDraft.ts";
import type { OrderRequest } from "../../app/orderEntry.ts";
import { placeOrder } from "../../app/orders.ts";
import { describeRequest } from "../../app/orderText.ts";
import { preferences } from "../../app/preferences.ts";
import { usePreview } from "../../app/preview.ts";
import { readModel } from "../../app/readModel.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";
import { PreviewView } from "../../ui/PreviewView.tsx";
import { handsTexts } from "./handsTexts.ts";
import { keyText } from "./keyText.ts";
import "./hands.css";

const texts = handsTexts.palette;
const MOST_ROWS = 12;

type Entry = {
  readonly id: string;
  readonly kind: keyof typeof texts.groups;
  readonly title: string;
  readonly hint: string;
  readonly run: (setText: (text: string) => void) => void;
};

/** One field for everything: finds actions, accounts, instruments, panels and help, and takes orders as a line. */
export function Palette({ initial }: { readonly initial: string }): ReactNode {
  const [text, setText] = useState(initial);
  return (
    <Dialog testId="palette" title={texts.title} onClose={() => dialogs.close()}>
      {isCommandLine(text) ? <CommandMode text={text} onText={setText} /> : <SearchMode text={text} onText={setText} />}
    </Dialog>
  );
}

type ModeProps = { readonly text: string; readonly onText: (text: string) => void };

function SearchMode({ text, onText }: ModeProps): ReactNode {
  const listId = useId();
  const [at, setAt] = useState(0);
  const entries = useMemo(() => paletteEntries(), []);
  const fuse = useMemo(() => new Fuse(entries, { keys: ["title", "hint"], threshold: 0.35, ignoreLocation: true }), [entries]);
  const found = text.trim() === "" ? entries.slice(0, MOST_ROWS) : fuse.search(text, { limit: MOST_ROWS }).map(({ item }) => item);
  const chosen = Math.min(at, found.length - 1);
  const run = (entry: Entry | undefined): void => entry?.run(onText);
  return (
    <>
      <PaletteInput
        text={text}
        controls={listId}
        active={found[chosen] === undefined ? undefined : `${listId}-${chosen}`}
        onText={(next) => {
          setAt(0);
          onText(next);
        }}
        onKey={(key) => {
          if (key === "ArrowDown") setAt(Math.min(chosen + 1, found.length - 1));
          else if (key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
          else if (key === "Enter") run(found[chosen]);
          else return false;
          return true;
        }}
      />
      <ul id={listId} className="palette-list" role="listbox" aria-label={texts.title}>
        {found.map((entry, n) => (
          <li
            key={entry.id}
            id={`${listId}-${n}`}
            role="option"
            aria-selected={n === chosen}
            data-testid="palette-entry"
            onMouseMove={() => setAt(n)}
            onClick={() => run(entry)}
          >
            <span className="palette-kind">{texts.groups[entry.kind]}</span>
            <span className="palette-title">{entry.title}</span>
            <span className="secondary">{entry.hint}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p className="secondary">{texts.nothing}</p>}
    </>
  );
}

type PaletteInputProps = {
  readonly text: string;
  readonly controls: string;
  readonly active: string | undefined;
  readonly onText: (text: string) => void;
  /** True when the key was taken. */
  readonly onKey: (key: string) => boolean;
};

function PaletteInput({ text, controls, active, onText, onKey }: PaletteInputProps): ReactNode {
  return (
    <input
      className="input palette-input"
      data-testid="palette-input"
      role="combobox"
      aria-expanded
      aria-controls={controls}
      aria-activedescendant={active}
      aria-label={texts.title}
      placeholder={texts.placeholder}
      autoFocus
      spellCheck={false}
      autoComplete="off"
      value={text}
      onChange={(event) => onText(event.target.value)}
      onKeyDown={(event) => {
        // Enter that ends a composition is the input method's, and sends nothing.
        if (!event.nativeEvent.isComposing && onKey(event.key)) event.preventDefault();
      }}
    />
  );
}

function CommandMode({ text, onText }: ModeProps): ReactNode {
  const listId = useId();
  const context = useView(["catalog", "selection", "tickers"], lineContext);
  const parsed = parseLine(text, context);
  const order = useOrder(parsed.intent);
  const { answer, isCurrent } = usePreview(order.request);
  const send = (): void => {
    if (parsed.intent !== null) perform(parsed.intent, order.request, text);
  };
  const words = parsed.error ?? order.error ?? (parsed.intent === null ? texts.incomplete : intentText(parsed.intent, order.request));
  return (
    <>
      <PaletteInput
        text={text}
        controls={listId}
        active={undefined}
        onText={onText}
        onKey={(key) => {
          const [first] = parsed.completions;
          if (key === "Tab" && first !== undefined) onText(completed(text, first));
          else if (key === "Enter") send();
          else return false;
          return true;
        }}
      />
      <p className="palette-says" data-testid="palette-says" data-ready={parsed.intent !== null && order.error === null} role="status">
        {words}
      </p>
      <Completions id={listId} parsed={parsed} text={text} onText={onText} />
      {order.request !== null && parsed.intent?.kind === "order" && (
        <PreviewView request={order.request} answer={answer} isCurrent={isCurrent} instrument={parsed.intent.instrument} />
      )}
    </>
  );
}

function Completions({ id, parsed, text, onText }: ModeProps & { readonly id: string; readonly parsed: ParsedLine }): ReactNode {
  return (
    <div id={id} className="palette-completions" role="listbox" aria-label={texts.complete} title={texts.complete}>
      {parsed.completions.slice(0, 16).map((word) => (
        <button
          key={word}
          type="button"
          role="option"
          aria-selected={false}
          className="button"
          onClick={() => onText(completed(text, word))}
        >
          {word}
        </button>
      ))}
    </div>
  );
}

/** The order of a line as a request, checked like a ticket's. */
function useOrder(intent: CommandIntent | null): { readonly request: OrderRequest | null; readonly error: string | null } {
  const available = useView(["balances", "selection"], (model) => {
    if (intent?.kind !== "order" || intent.account === "all") return { base: null, quote: null };
    const { baseAssetId, quoteAssetId } = intent.instrument;
    return {
      base: model.balance(intent.account, baseAssetId)?.available ?? 0,
      quote: model.balance(intent.account, quoteAssetId)?.available ?? 0,
    };
  });
  if (intent?.kind !== "order") return { request: null, error: null };
  const { account, draft, instrument } = intent;
  if (account === "all") return { request: null, error: texts.accountFirst };
  const { request, errors } = checkDraft(draft, {
    instrument,
    quote: readModel.asset(instrument.quoteAssetId),
    accountId: account,
    ticker: readModel.ticker(instrument.instrumentId),
    available,
    zone: preferences.zone,
  });
  return { request, error: Object.values(errors)[0] ?? null };
}

function intentText(intent: CommandIntent, request: OrderRequest | null): string {
  switch (intent.kind) {
    case "order": {
      const account = intent.account === "all" ? "" : ` · ${readModel.account(intent.account)?.code ?? ""}`;
      return request === null ? texts.incomplete : `${describeRequest(request, readModel)}${account}. ${texts.send}`;
    }
    case "cancelAll":
    case "flatten":
      return texts.blast;
    case "instrument":
      return `${intent.instrument.symbol}. ${texts.choose}`;
    case "account":
      return texts.choose;
  }
}

/** Has the line done; the line itself is what is recorded. */
function perform(intent: CommandIntent, request: OrderRequest | null, line: string): void {
  if (intent.kind === "order" && request === null) return;
  recordAction(`command.${intent.kind}`, "command", line.trim());
  switch (intent.kind) {
    case "order":
      if (request !== null) void placeOrder(request).outcome;
      dialogs.close();
      return;
    case "cancelAll":
    case "flatten":
      dialogs.open({ kind: intent.kind, account: intent.account, instrumentId: intent.instrumentId });
      return;
    case "instrument":
      selection.selectInstrument(intent.instrument.instrumentId);
      dialogs.close();
      return;
    case "account":
      selection.selectAccount(intent.account);
      dialogs.close();
  }
}

function lineContext(): LineContext {
  const { instruments, assets } = readModel.catalog;
  return {
    instruments,
    assets,
    accounts: readModel.ownAccounts(),
    instrument: selection.instrumentId === null ? undefined : readModel.instrument(selection.instrumentId),
    account: selection.account,
    ticker: tickerOf,
  };
}

const tickerOf: LineContext["ticker"] = (id) => readModel.ticker(id);

function paletteEntries(): readonly Entry[] {
  const close = (run: () => void) => () => {
    dialogs.close();
    run();
  };
  return [
    ...allActions()
      .filter(({ id }) => id !== "palette.open" && !id.startsWith("panel."))
      .map((action): Entry => ({
        id: action.id,
        kind: "action",
        title: action.title,
        hint: keysOf(action).map(keyText).join(", "),
        run: close(() => performAction(action.id, "palette")),
      })),
    ...readModel.ownAccounts().map((account): Entry => ({
      id: `account.${account.accountId}`,
      kind: "account",
      title: `${account.code} · ${account.name}`,
      hint: account.clientClass,
      run: close(() => {
        recordAction("account.select", "palette", account.code);
        selection.selectAccount(account.accountId);
      }),
    })),
    ...readModel.catalog.instruments.map((instrument): Entry => ({
      id: `instrument.${instrument.instrumentId}`,
      kind: "instrument",
      title: instrument.symbol,
      hint: "",
      run: close(() => {
        recordAction("instrument.select", "palette", instrument.symbol);
        selection.selectInstrument(instrument.instrumentId);
      }),
    })),
    ...allActions()
      .filter(({ id }) => id.startsWith("panel."))
      .map((action): Entry => ({
        id: action.id,
        kind: "panel",
        title: action.title,
        hint: keysOf(actionOf(action.id) ?? action)
          .map(keyText)
          .join(", "),
        run: close(() => performAction(action.id, "palette")),
      })),
    ...handsTexts.help.map(({ title, text }): Entry => ({
      id: `help.${title}`,
      kind: "help",
      title,
      hint: text,
      run: (setText) => setText(`${text} `),
    })),
  ];
}
