import type { Page } from "playwright";

/** Texts that their own boxes cut off, with where they stand. A column narrower than its cells scrolls, which is another thing. */
export function cutTexts(page: Page, within = "body"): Promise<readonly string[]> {
  return page.evaluate((place) => {
    const cut: string[] = [];
    // A bar that holds more than fits loses its end, or its start once somebody's focus has moved it.
    for (const bar of document.querySelectorAll<HTMLElement>(".banner, .status-bar, .panel-header"))
      if (bar.closest(place) !== null && bar.checkVisibility() && bar.scrollWidth > bar.clientWidth)
        cut.push(`${bar.className} is ${bar.scrollWidth - bar.clientWidth} px too full: ${bar.textContent.slice(0, 60)}`);
    for (const element of document.querySelectorAll<HTMLElement>(`${place} *`)) {
      const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? "").trim() !== "");
      if (!own || !element.checkVisibility() || element.closest(".visually-hidden") !== null) continue;
      const style = getComputedStyle(element);
      if (style.overflowX === "visible" || element.scrollWidth <= element.clientWidth + 1) continue;
      // What was just told has one line; it is whole in its tooltip and in the list of messages.
      if (element.matches(".toast-text") && element.title.startsWith(element.firstChild?.textContent ?? " ")) continue;
      cut.push(`${element.className || element.tagName}: ${element.textContent.trim().slice(0, 60)}`);
    }
    return cut;
  }, within);
}
