import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe holds for serious or critical, with the elements concerned. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
  const results = await page.evaluate(async () => {
    const { axe } = window as unknown as { readonly axe: { run: (context: Document, options: object) => Promise<AxeResults> } };
    return (
      await axe.run(document, {
        resultTypes: ["violations"],
        // Who steers by voice says what stands on a control.
        rules: { "label-content-name-mismatch": { enabled: true } },
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
      })
    ).violations;
  });
  return results
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes
        // The docking library names its list of hidden tabs, and shows their number.
        .filter(({ html }) => id !== "label-content-name-mismatch" || !html.includes("/button/overflow"))
        .slice(0, 4)
        .map((node) => `${id}: ${node.html.slice(0, 120)} ${(node.failureSummary ?? "").slice(0, 200)}`),
    );
}
