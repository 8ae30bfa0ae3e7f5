import { useState, type ReactNode } from "react";
import type { KeySummary } from "../../../shared/apiKeys.ts";
import { apiKeyTexts as texts } from "./apiKeyTexts.ts";

/** So much of an access key tells it from the others. */
const SHOWN = 8;

/** All keys, the newest first; withdrawing one asks once more. */
export function KeyTable({
  keys,
  onWithdraw,
}: {
  readonly keys: readonly KeySummary[];
  readonly onWithdraw: (accessKey: string) => void;
}): ReactNode {
  const [asked, setAsked] = useState<string | null>(null);
  if (keys.length === 0) return <p className="secondary">{texts.none}</p>;
  const { columns } = texts;
  return (
    <div className="api-key-list" tabIndex={0} role="region" aria-label={texts.list}>
      <table>
        <thead>
          <tr>
            {Object.entries(columns).map(([name, title]) => (
              <th key={name} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keys.toReversed().map((key) => (
            <tr key={key.accessKey} data-testid="api-key" data-key={key.accessKey} data-revoked={key.revokedAt !== null}>
              <td>{key.label === "" ? "–" : key.label}</td>
              <td className="number" title={key.accessKey}>
                {key.accessKey.slice(0, SHOWN)}…
              </td>
              <td>{key.account}</td>
              <td>{texts.permissions[key.permissions.includes("trade") ? "trade" : "read"]}</td>
              <td>{key.addresses.length === 0 ? texts.anywhere : key.addresses.join(", ")}</td>
              <td className="number">{minuteOf(key.createdAt)}</td>
              <td>
                {key.revokedAt !== null ? (
                  <span className="secondary">{texts.withdrawn(minuteOf(key.revokedAt))}</span>
                ) : (
                  <button
                    type="button"
                    className="button"
                    data-testid="api-key-withdraw"
                    data-asked={asked === key.accessKey}
                    aria-label={(asked === key.accessKey ? texts.sureKey : texts.withdrawKey)(nameOf(key))}
                    onBlur={() => setAsked(null)}
                    onClick={() => (asked === key.accessKey ? onWithdraw(key.accessKey) : setAsked(key.accessKey))}
                  >
                    {asked === key.accessKey ? texts.sure : texts.withdraw}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function nameOf({ label, accessKey }: KeySummary): string {
  return label === "" ? accessKey.slice(0, SHOWN) : label;
}

/** The machine's own clock, as the key file has it: 2026-01-05 09:00Z. */
function minuteOf(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`;
}
