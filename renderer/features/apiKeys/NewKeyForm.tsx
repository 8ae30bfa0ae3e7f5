import { useId, useState, type ReactNode } from "react";
import { keyPermissions, type KeyPermission, type KeyWish } from "../../../shared/apiKeys.ts";
import { selection } from "../../app/selection.ts";
import { useView } from "../../app/useView.ts";
import { apiKeyTexts as texts } from "./apiKeyTexts.ts";

/** What a new key is for: the account on view unless another is chosen. */
export function NewKeyForm({ onMake }: { readonly onMake: (key: KeyWish) => void }): ReactNode {
  const ids = useId();
  const accounts = useView(["catalog", "selection"], (model) => model.ownAccounts());
  const [chosen, setChosen] = useState("");
  const [label, setLabel] = useState("");
  const [may, setMay] = useState<KeyPermission>("trade");
  const [addresses, setAddresses] = useState("");
  const onView = accounts.find(({ accountId }) => accountId === selection.account) ?? accounts[0];
  const account = chosen === "" ? onView?.code : chosen;
  const make = (): void => {
    if (account === undefined) return;
    const from = addresses.split(/[\s,;]+/).filter((address) => address !== "");
    onMake({ account, label, permissions: may === "trade" ? [...keyPermissions] : ["read"], addresses: from });
  };
  return (
    <form
      className="api-key-form"
      aria-label={texts.add}
      onSubmit={(event) => {
        event.preventDefault();
        make();
      }}
    >
      <label htmlFor={`${ids}-account`}>{texts.account}</label>
      <select
        id={`${ids}-account`}
        className="select"
        data-testid="api-key-account"
        value={account ?? ""}
        onChange={(event) => setChosen(event.target.value)}
      >
        {accounts.map(({ code }) => (
          <option key={code}>{code}</option>
        ))}
      </select>
      <label htmlFor={`${ids}-may`}>{texts.may}</label>
      <select
        id={`${ids}-may`}
        className="select"
        data-testid="api-key-may"
        value={may}
        onChange={(event) => setMay(event.target.value === "trade" ? "trade" : "read")}
      >
        {(["trade", "read"] as const).map((permission) => (
          <option key={permission} value={permission}>
            {texts.permissions[permission]}
          </option>
        ))}
      </select>
      <label htmlFor={`${ids}-label`}>{texts.label}</label>
      <input
        id={`${ids}-label`}
        className="input"
        data-testid="api-key-label"
        maxLength={64}
        autoComplete="off"
        placeholder={texts.labelHint}
        value={label}
        onChange={(event) => setLabel(event.target.value)}
      />
      <label htmlFor={`${ids}-addresses`}>{texts.addresses}</label>
      <input
        id={`${ids}-addresses`}
        className="input"
        data-testid="api-key-addresses"
        autoComplete="off"
        spellCheck={false}
        placeholder={texts.addressesHint}
        value={addresses}
        onChange={(event) => setAddresses(event.target.value)}
      />
      <button type="submit" className="button large" data-testid="api-key-make" disabled={account === undefined}>
        {texts.make}
      </button>
    </form>
  );
}
