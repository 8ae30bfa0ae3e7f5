import { useCallback, useEffect, useState, type ReactNode } from "react";
import type { ApiKeyList } from "../../../shared/apiKeys.ts";
import type { ShellReply, ShellRequest } from "../../../shared/shell.ts";
import { copyAndTell } from "../../app/copyAndTell.ts";
import { dialogs } from "../../app/dialogs.ts";
import { shellRequest } from "../../app/shell.ts";
import { Dialog } from "../../ui/controls.tsx";
import { apiKeyTexts as texts } from "./apiKeyTexts.ts";
import { KeyTable } from "./KeyTable.tsx";
import { NewKeyForm } from "./NewKeyForm.tsx";
import "./apiKeys.css";

/** Keys of the exchange's own interface: made, shown once, listed, withdrawn; the same keys as `npm run key` knows. */
export function ApiKeysDialog(): ReactNode {
  const [list, setList] = useState<ApiKeyList | null>(null);
  const [problem, setProblem] = useState("");
  const show = useCallback((reply: ShellReply): void => {
    setProblem(reply.ok ? "" : texts.notDone(reply.error.message, reply.error.rule));
    if (reply.ok && reply.apiKeys !== undefined) setList(reply.apiKeys);
  }, []);
  const [isAsking, setAsking] = useState(false);
  // One at a time: a second key of a double click would be made, and its secret never shown.
  const ask = (request: ShellRequest): void => {
    if (isAsking) return;
    setAsking(true);
    void shellRequest(request)
      .then(show)
      .finally(() => setAsking(false));
  };
  useEffect(() => void shellRequest({ type: "listApiKeys" }).then(show), [show]);
  const { keys = [], addresses = [], made = null } = list ?? {};
  return (
    <Dialog testId="api-keys-dialog" title={texts.title} onClose={() => dialogs.close()}>
      <div className="api-keys">
        <p className="secondary">{texts.explain}</p>
        <p data-testid="api-keys-served">
          {addresses.length === 0 ? texts.off : `${texts.servedAt} ${addresses.map(({ site, url }) => `${site} ${url}`).join(" · ")}`}
        </p>
        {made === null ? (
          <NewKeyForm onMake={(key) => ask({ type: "createApiKey", key })} />
        ) : (
          <MadeKey made={made} onKept={() => setList((before) => (before === null ? null : { ...before, made: null }))} />
        )}
        {problem !== "" && (
          <p className="field-error" role="alert" data-testid="api-keys-problem">
            {problem}
          </p>
        )}
        <KeyTable keys={keys} onWithdraw={(accessKey) => ask({ type: "revokeApiKey", accessKey })} />
      </div>
      <div className="dialog-actions">
        <button type="button" className="button large" data-testid="api-keys-close" onClick={() => dialogs.close()}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  );
}

/** The key and its secret, until the person has kept it. */
function MadeKey({ made, onKept }: { readonly made: NonNullable<ApiKeyList["made"]>; readonly onKept: () => void }): ReactNode {
  const line = (name: string, value: string, testId: string): ReactNode => (
    <>
      <dt>{name}</dt>
      <dd>
        <span className="number" data-testid={testId}>
          {value}
        </span>
        <button type="button" className="button" aria-label={texts.copyNamed(name)} onClick={() => copyAndTell(value, name)}>
          {texts.copy}
        </button>
      </dd>
    </>
  );
  return (
    <section className="api-key-made" data-testid="api-key-made" role="status">
      <p>{texts.made}</p>
      <dl>
        {line(texts.accessKey, made.accessKey, "api-key-access")}
        {line(texts.secret, made.secret, "api-key-secret")}
      </dl>
      <button type="button" className="button large" data-testid="api-key-kept" onClick={onKept}>
        {texts.kept}
      </button>
    </section>
  );
}
