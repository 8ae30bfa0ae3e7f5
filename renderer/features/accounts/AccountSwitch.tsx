import type { ReactNode } from "react";
import { clientClasses } from "../../../shared/catalog.ts";
import type { AccountId } from "../../../shared/ids.ts";
import { useToldRiskTree } from "../../app/riskTree.ts";
import { stopOf } from "./accountStop.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { accountTexts } from "./accountTexts.ts";

/** Which account the window looks at and trades for. "All accounts" is for looking only. */
export function AccountSwitch(): ReactNode {
  const accounts = useView("catalog", (model) => model.ownAccounts());
  const choice = useView("selection", () => selection.account);
  const groups = clientClasses
    .map((clientClass) => ({ clientClass, members: accounts.filter((account) => account.clientClass === clientClass) }))
    .filter((group) => group.members.length > 0);
  return (
    <span className="account-switch">
      <select
        className="select small"
        aria-label={accountTexts.account}
        data-testid="account-switch"
        value={String(choice)}
        onChange={(event) => {
          const picked = accounts.find((account) => String(account.accountId) === event.target.value);
          selection.selectAccount(picked?.accountId ?? "all");
        }}
      >
        <option value="all">{accountTexts.all}</option>
        {groups.map(({ clientClass, members }) => (
          <optgroup key={clientClass} label={accountTexts.classes[clientClass]}>
            {members.map((account) => (
              <option key={account.accountId} value={String(account.accountId)}>
                {account.code} · {account.name}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
      <Stopped accountId={choice === "all" ? null : choice} />
    </span>
  );
}

/** SC-13: what stops the chosen account, wherever the window looks. */
function Stopped({ accountId }: { readonly accountId: AccountId | null }): ReactNode {
  const tree = useToldRiskTree();
  const isPast = useView("past", (model) => model.past !== null);
  const user = useView("catalog", (model) => model.session?.user?.code ?? model.session?.session);
  const stop = tree === null || isPast ? null : stopOf(tree, accountId, user);
  if (stop === null) return null;
  return (
    <strong className="account-stopped" data-hard={stop.isHard} data-testid="account-stopped" title={accountTexts.stoppedExplain}>
      {stop.isHard ? "■" : "▲"} {stop.word}
    </strong>
  );
}
