import type { ReactNode } from "react";
import { chooseUser } from "../../app/signIn.ts";
import { useView } from "../../app/useView.ts";
import { accountTexts } from "./accountTexts.ts";

/** Who works at this window: the actor of all that is done here. */
export function UserSwitch(): ReactNode {
  const session = useView("catalog", (model) => model.session);
  const past = useView("past", (model) => model.past !== null);
  if (session === null || session.users.length === 0) return null;
  const { users, user } = session;
  return (
    <select
      className="select small"
      aria-label={accountTexts.user}
      title={accountTexts.userExplain}
      data-testid="user-switch"
      disabled={past}
      value={user?.code ?? ""}
      onChange={(event) => {
        const picked = users.find(({ code }) => code === event.target.value);
        if (picked !== undefined) void chooseUser(picked);
      }}
    >
      {user === null && <option value="">–</option>}
      {users.map(({ code, name }) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
