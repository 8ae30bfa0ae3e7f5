import { useEffect, useId, useState, type ReactNode } from "react";
import { dialogs } from "../../app/dialogs.ts";
import { layoutTemplates, templateLayout } from "../../app/layoutTemplates.ts";
import { useView } from "../../app/useView.ts";
import { canUndoLayout, isLayoutLocked, lockLayout, showLayout, undoLayout } from "../../app/workspace.tsx";
import { workspaces, type NamedLayout } from "../../app/workspaces.ts";
import { Dialog, Switch } from "../../ui/controls.tsx";
import { workspaceTexts as texts } from "./workspaceTexts.ts";
import "./workspaces.css";

/** Arrangements of the window: templates, named ones, files, undo and lock. */
export function WorkspacesDialog(): ReactNode {
  const layouts = useView("workspaces", () => workspaces.list());
  const locked = useView("workspaces", isLayoutLocked);
  const canUndo = useView("workspaces", canUndoLayout);
  useEffect(() => void workspaces.load(), []);
  return (
    <Dialog testId="workspaces-dialog" title={texts.title} onClose={() => dialogs.close()}>
      <h3>{texts.templates}</h3>
      <div className="workspace-line">
        {layoutTemplates.map((template) => (
          <button
            key={template}
            type="button"
            className="button large"
            data-testid={`template-${template}`}
            onClick={() => {
              // SC-5: what was chosen is to be seen, not hidden behind the choice.
              if (showLayout(templateLayout(template, window.innerWidth))) dialogs.close();
            }}
          >
            {texts.template[template]}
          </button>
        ))}
        <span className="banner-gap" />
        {layoutTemplates.map((template) => (
          <button
            key={template}
            type="button"
            className="button"
            data-testid={`template-window-${template}`}
            title={texts.window}
            onClick={() => void workspaces.openWindow(templateLayout(template, window.innerWidth))}
          >
            {texts.template[template]} ↗
          </button>
        ))}
      </div>
      <h3>{texts.named}</h3>
      {layouts.length === 0 ? (
        <p className="secondary">{texts.none}</p>
      ) : (
        layouts.map((named) => <NamedRow key={named.name} named={named} />)
      )}
      <SaveForm />
      <div className="dialog-actions">
        <Switch label={texts.lock} title={texts.lockExplain} testId="layout-lock" checked={locked} onChange={lockLayout} />
        <button type="button" className="button large" data-testid="layout-undo" disabled={!canUndo} onClick={undoLayout}>
          {texts.undo}
        </button>
        <button type="button" className="button large" data-testid="layout-import" onClick={() => void workspaces.importFile()}>
          {texts.importIt}
        </button>
        <button type="button" className="button large" onClick={() => dialogs.close()}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  );
}

function NamedRow({ named }: { readonly named: NamedLayout }): ReactNode {
  return (
    <div className="workspace-line" data-testid={`workspace-${named.name}`}>
      <strong>{named.name}</strong>
      <span className="banner-gap" />
      <button
        type="button"
        className="button"
        onClick={() => {
          if (workspaces.show(named)) dialogs.close();
        }}
      >
        {texts.show}
      </button>
      <button type="button" className="button" onClick={() => void workspaces.openWindow(named.layout)}>
        {texts.window}
      </button>
      <button type="button" className="button" onClick={() => void workspaces.exportFile(named)}>
        {texts.exportIt}
      </button>
      <button type="button" className="button" onClick={() => void workspaces.remove(named.name)}>
        {texts.remove}
      </button>
    </div>
  );
}

function SaveForm(): ReactNode {
  const id = useId();
  const [name, setName] = useState("");
  return (
    <form
      className="workspace-line"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") return;
        void workspaces.save(name);
        setName("");
      }}
    >
      <label className="visually-hidden" htmlFor={id}>
        {texts.name}
      </label>
      <input
        id={id}
        className="input workspace-name"
        data-testid="workspace-name"
        placeholder={texts.name}
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="submit" className="button large" data-testid="workspace-save" disabled={name.trim() === ""}>
        {texts.save}
      </button>
    </form>
  );
}
