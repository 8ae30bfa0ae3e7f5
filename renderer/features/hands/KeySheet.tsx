import { useState, type ReactNode } from "react";
import { actionGroups, actionOf, actionRecords, allActions, type Action } from "../../app/actions.ts";
import { dialogs } from "../../app/dialogs.ts";
import { bindKeys, fixedKeys, keyConflicts, keysOf, watch, watchdogState } from "../../app/hotkeys.ts";
import { preferences } from "../../app/preferences.ts";
import { useView } from "../../app/useView.ts";
import { Dialog } from "../../ui/controls.tsx";
import { formatTime } from "../../ui/format.ts";
import { handsTexts } from "./handsTexts.ts";
import { keyText, pressOf } from "./keyText.ts";
import { scopeText } from "./scopeText.ts";
import "./hands.css";

const texts = handsTexts.keys;

/** Every key and what it does, the conflicts among them, and whether the keyboard is being listened to. Keys can be changed here. */
export function KeySheet(): ReactNode {
  useView("actions", (model) => model.revision("actions"));
  const actions = allActions();
  const conflicts = keyConflicts(actions);
  return (
    <Dialog testId="key-sheet" title={texts.title} onClose={() => dialogs.close()}>
      <Watchdog />
      {conflicts.length === 0 ? (
        <p className="secondary" data-testid="key-conflicts">
          {texts.noConflicts}
        </p>
      ) : (
        <ul className="key-conflicts" data-testid="key-conflicts">
          {conflicts.map(({ keys, titles }) => (
            <li key={`${keys}${titles.join()}`}>
              <strong>▲ {texts.conflict}</strong> <kbd>{keyText(keys)}</kbd> {titles.join(" · ")}
            </li>
          ))}
        </ul>
      )}
      <div className="key-columns">
        {actionGroups.map((group) => (
          <section key={group}>
            <h3>{handsTexts.groups[group]}</h3>
            {actions
              .filter((action) => action.group === group)
              .map((action) => (
                <KeyRow key={action.id} action={action} />
              ))}
          </section>
        ))}
        <section>
          <h3>{texts.panels}</h3>
          {fixedKeys().map(({ scope, keys, title }) => (
            <div key={`${scope}${keys}`} className="key-row">
              <span>{title}</span>
              <span className="secondary">{scopeText(scope)}</span>
              <kbd>{keyText(keys)}</kbd>
            </div>
          ))}
        </section>
      </div>
      <Recent />
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={() => dialogs.close()}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  );
}

function KeyRow({ action }: { readonly action: Action }): ReactNode {
  const [isChanging, setChanging] = useState(false);
  const keys = keysOf(action);
  return (
    <div className="key-row">
      <span>{action.title}</span>
      <button
        type="button"
        className="button quiet"
        data-testid={`key-change-${action.id}`}
        title={texts.change}
        onClick={() => setChanging(true)}
        onBlur={() => setChanging(false)}
        onKeyDown={(event) => {
          if (!isChanging) return;
          event.preventDefault();
          event.stopPropagation();
          if (event.key === "Escape") {
            bindKeys(action.id, null);
            setChanging(false);
            return;
          }
          const press = pressOf(event.nativeEvent);
          if (press !== null && bindKeys(action.id, [press])) setChanging(false);
        }}
      >
        {isChanging ? texts.press : keys.length === 0 ? texts.none : keys.map((one) => <kbd key={one}>{keyText(one)}</kbd>)}
      </button>
    </div>
  );
}

function Watchdog(): ReactNode {
  const [alive] = useState(watch);
  const { heardMs, restarts } = watchdogState();
  return (
    <p className="secondary" data-testid="key-watchdog" data-alive={alive}>
      {alive ? "●" : "▲"} {texts.watchdog} {formatTime(heardMs * 1_000, preferences.zone)}
      {restarts > 0 && ` · ${texts.restarted} ${restarts} ${texts.times}`}
    </p>
  );
}

function Recent(): ReactNode {
  const newest = actionRecords().slice(-6).reverse();
  return newest.length === 0 ? null : (
    <section>
      <h3>{texts.recent}</h3>
      <ol className="key-recent">
        {newest.map(({ atMs, id, via, detail }) => (
          <li key={`${atMs}${id}`} className="secondary">
            {formatTime(atMs * 1_000, preferences.zone)} {titleOf(id)} · {texts.via[via]} {detail}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What a record is of: an action by its title, every other deed by what it belongs to. */
function titleOf(id: string): string {
  const kind = deedKinds.find((one) => id.startsWith(`${one}.`));
  return actionOf(id)?.title ?? (kind === undefined ? id : texts.deeds[kind]);
}

const deedKinds = ["command", "user", "risk", "order", "account", "instrument"] as const;
