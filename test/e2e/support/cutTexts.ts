import type { Page } from "playwright";

/** Texts that their own boxes cut off, with where they stand. A column narrower than its cells scrolls, which is another thing. */
export function cutTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const cut: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>("body *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "");
      if (!own || !element.checkVisibility() || element.closest(".visually-hidden") !== null) continue;
      const style = getComputedStyle(element);
      if (style.overflowX === "visible" || element.scrollWidth <= element.clientWidth + 1) continue;
      cut.push(`${element.className || element.tagName}: ${element.textContent.trim().slice(0, 60)}`);
    }
    return cut;
  });
}
