import { useId, type ReactNode } from "react";
import { PANEL_COLOURS, usePanelLink, useSelection, type PanelLink } from "../app/panelLink.tsx";
import { useView } from "../app/useView.ts";
import { Menu } from "./controls.tsx";
import { uiTexts } from "./uiTexts.ts";

/** The colour that a panel shares its instrument and account with, and the choice of another. */
export function LinkDot({ testId }: { readonly testId: string }): ReactNode {
  const { link, choose } = usePanelLink();
  const id = useId();
  if (choose === null) return null;
  const links: readonly PanelLink[] = ["window", ...Array.from({ length: PANEL_COLOURS }, (_, at) => at + 1), "own"];
  return (
    <Menu
      id={`link-${id}`}
      testId={`${testId}-link`}
      align="left"
      label={
        <span className="link-dot panel-link" data-group={link} title={`${nameOf(link)}. ${uiTexts.linkExplain}`}>
          {markOf(link)}
          <span className="visually-hidden">{uiTexts.linkOf(nameOf(link))}</span>
        </span>
      }
    >
      {links.map((one) => (
        <button key={one} type="button" data-testid={`${testId}-link-${one}`} aria-pressed={one === link} onClick={() => choose(one)}>
          <span className="link-dot" data-group={one}>
            {markOf(one)}
          </span>{" "}
          {nameOf(one)}
        </button>
      ))}
      {link !== "window" && <Choices testId={testId} />}
    </Menu>
  );
}

/** What panels with a link of their own look at: the window's switch of accounts and its watchlist do not reach them. */
function Choices({ testId }: { readonly testId: string }): ReactNode {
  const selection = useSelection();
  const instrumentId = useView("selection", () => selection.instrumentId);
  const account = useView("selection", () => selection.account);
  const instruments = useView("catalog", (model) => model.catalog.instruments);
  const accounts = useView("catalog", (model) => model.ownAccounts());
  return (
    <>
      <hr />
      <button type="button" aria-pressed={account === "all"} onClick={() => selection.selectAccount("all")}>
        {uiTexts.allAccounts}
      </button>
      {accounts.map(({ accountId, code }) => (
        <button
          key={accountId}
          type="button"
          data-testid={`${testId}-account-${code}`}
          aria-pressed={account === accountId}
          onClick={() => selection.selectAccount(accountId)}
        >
          {code}
        </button>
      ))}
      <hr />
      {instruments.map((instrument) => (
        <button
          key={instrument.instrumentId}
          type="button"
          data-testid={`${testId}-instrument-${instrument.symbol}`}
          aria-pressed={instrument.instrumentId === instrumentId}
          onClick={() => selection.selectInstrument(instrument.instrumentId)}
        >
          {instrument.symbol}
        </button>
      ))}
    </>
  );
}

/** Its form tells the kind of link without its colour. */
function markOf(link: PanelLink): string {
  return link === "window" ? "◦" : link === "own" ? "○" : "●";
}

function nameOf(link: PanelLink): string {
  if (typeof link === "string") return uiTexts.links[link];
  return uiTexts.linkColours[link - 1] ?? String(link);
}
