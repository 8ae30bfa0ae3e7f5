import type { Page } from "playwright";

/** What the panel "Faults" is filled in with, as it is typed and chosen there. */
export type FaultFields = { readonly kind: string } & Partial<Record<"ms" | "by" | "perSecond" | "times" | "probability", string>> &
  Partial<Record<"code" | "cancel" | "thread", string>>;

/** The tester's panel of faults, driven as a person drives it. */
export class FaultsScreen {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Brings the panel up in the place of the chart, so that the blotters below stay in sight. */
  async show(): Promise<void> {
    await this.#page.locator(".flexlayout__tab_button", { hasText: "Chart" }).first().click();
    await this.#page.click('[data-testid="panels-menu"]');
    await this.#page.locator("#panels-menu button", { hasText: "Faults" }).click();
    await this.#page.waitForSelector('[data-testid="fault-add"]');
  }

  async fillIn({ kind, code, cancel, thread, ...texts }: FaultFields): Promise<void> {
    await this.#page.selectOption('[data-testid="fault-kind"]', kind);
    for (const [name, text] of Object.entries({ times: "", ...texts })) await this.#page.fill(`[data-testid="fault-${name}"]`, text);
    for (const [name, value] of Object.entries({ code, cancel, thread }))
      if (value !== undefined) await this.#page.selectOption(`[data-testid="fault-${name}"]`, value);
  }

  async switchOn(fields: FaultFields): Promise<void> {
    await this.fillIn(fields);
    await this.#page.click('[data-testid="fault-add"]');
    await this.#page.waitForSelector(`[data-testid="fault-on"][data-kind="${fields.kind}"]`);
  }

  /** Switches everything off and waits until the window is live and says nothing else. */
  async allOff(): Promise<void> {
    await this.#page.click('[data-testid="faults-clear"]:not(:disabled)');
    await this.#page.waitForSelector('[data-testid="fault-on"]', { state: "detached" });
    await this.sound();
  }

  /** Waits until the window is live and no bar says otherwise. */
  async sound(): Promise<void> {
    await this.#page.waitForSelector('[data-testid="status-connection"][data-state="live"][data-engine="running"]');
    await this.#page.waitForSelector('[data-testid="connection-bar"]', { state: "detached" });
  }
}
