import type { ReactNode } from "react";
import { clientClasses } from "../../../shared/catalog.ts";
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
    </span>
  );
}
