import type { ReactNode } from "react";
import { clientClasses, type ClientClass } from "../../../shared/catalog.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";

const classLabels: Readonly<Record<ClientClass, string>> = {
  corporateProfessional: "Corporate professional",
  individualProfessional: "Individual professional",
  retail: "Retail",
  omnibus: "Omnibus",
  house: "House",
};

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
        aria-label="Account"
        data-testid="account-switch"
        value={String(choice)}
        onChange={(event) => {
          const picked = accounts.find((account) => String(account.accountId) === event.target.value);
          selection.selectAccount(picked?.accountId ?? "all");
        }}
      >
        <option value="all">All accounts</option>
        {groups.map(({ clientClass, members }) => (
          <optgroup key={clientClass} label={classLabels[clientClass]}>
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
