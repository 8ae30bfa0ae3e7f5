/**
 * Styles of libraries that insert <style> elements of their own. The page's content security policy refuses such elements, and it is not
 * loosened for them: they are collected outside the document, where they have no effect, and their text is adopted as a style sheet.
 */
export class AdoptedStyles {
  /** Give this element to the library as the place for its styles. It never enters the document. */
  readonly holder: HTMLElement = document.createElement("div");
  readonly #sheet = new CSSStyleSheet();
  #adopted = "";

  constructor() {
    document.adoptedStyleSheets.push(this.#sheet);
  }

  /** Takes over what the library has put into the holder. Keeps what it took when the library removes its styles again. */
  adopt(): void {
    const text = styleText(this.holder);
    if (text === "" || text === this.#adopted) return;
    this.#adopted = text;
    this.#sheet.replaceSync(text);
  }

  /** Takes the style elements out of a part of the page that is about to enter the document, and adopts them. */
  extractFrom(detached: HTMLElement): void {
    for (const style of detached.querySelectorAll("style")) this.holder.append(style);
    this.adopt();
    this.holder.replaceChildren();
  }
}

function styleText(holder: HTMLElement): string {
  return [...holder.querySelectorAll("style")].map((style) => style.textContent).join("\n");
}
