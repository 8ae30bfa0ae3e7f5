import type { ReactNode } from "react";
import { LINK_GROUPS, linkGroup } from "../../app/linkGroup.ts";
import { useView } from "../../app/useView.ts";
import { Menu } from "../../ui/controls.tsx";
import { uiTexts } from "../../ui/uiTexts.ts";
import { workspaceTexts as texts } from "./workspaceTexts.ts";
import "./workspaces.css";

/** The window's link colour, and the choice of another. */
export function LinkMenu(): ReactNode {
  const group = useView("workspaces", () => linkGroup.group);
  return (
    <Menu
      id="link-menu"
      testId="link-menu"
      label={
        <span className="link-dot" data-group={group} title={`${texts.link}: ${nameOf(group)}. ${texts.linkExplain}`}>
          {group === 0 ? "○" : "●"} <span className="visually-hidden">{texts.link}</span>
        </span>
      }
    >
      {Array.from({ length: LINK_GROUPS + 1 }, (_, n) => (
        <button key={n} type="button" data-testid={`link-${n}`} aria-pressed={n === group} onClick={() => linkGroup.join(n)}>
          <span className="link-dot" data-group={n}>
            {n === 0 ? "○" : "●"}
          </span>{" "}
          {nameOf(n)}
        </button>
      ))}
    </Menu>
  );
}

function nameOf(group: number): string {
  return uiTexts.linkColours[group - 1] ?? texts.alone;
}
