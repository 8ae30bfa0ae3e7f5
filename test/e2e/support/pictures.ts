import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright";

/** A difference of a colour's part beyond this is seen; below it lie the edges of letters. */
const SEEN = 48;
/** Part of a picture that may be seen to differ. */
const MOST_DIFFERENT = 0.002;

/** How alike two pictures are; sizes are CSS pixels times the display's scale. */
type Compared = { readonly sameSize: boolean; readonly part: number };

/** Pictures that are kept beside the tests, and the new ones of this run. */
export class Pictures {
  readonly #kept: string;
  readonly #made: string;
  readonly #page: Page;
  readonly isUpdate: boolean;

  constructor(page: Page, folders: { readonly kept: string; readonly made: string; readonly isUpdate: boolean }) {
    this.#page = page;
    this.#kept = folders.kept;
    this.#made = folders.made;
    this.isUpdate = folders.isUpdate;
  }

  /**
   * Why the kept pictures cannot be compared with those of this machine; null when they can. Letters and edges come out otherwise with other
   * faces, another Chromium, or another way to draw.
   */
  async otherStack(): Promise<string | null> {
    const stack = await stackOf(this.#page);
    const path = join(this.#kept, "stack.json");
    if (this.isUpdate) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify(stack, null, 2)}\n`);
      return null;
    }
    if (!existsSync(path)) return "no pictures are kept";
    const kept = JSON.parse(readFileSync(path, "utf8")) as typeof stack;
    if (kept.probe === stack.probe) return null;
    return `the kept pictures were drawn by ${kept.drawnBy}, and this machine's ${stack.drawnBy} draws letters otherwise`;
  }

  /** Null when the picture is as it was kept, or was kept just now; otherwise what is different and where to look. */
  async faultOf(name: string, picture: Buffer): Promise<string | null> {
    const kept = join(this.#kept, `${name}.png`);
    if (this.isUpdate) {
      writeFileSync(kept, picture);
      return null;
    }
    if (!existsSync(kept)) return `${name}: no picture is kept`;
    const { sameSize, part } = await this.#compare(readFileSync(kept), picture);
    if (sameSize && part <= MOST_DIFFERENT) return null;
    mkdirSync(this.#made, { recursive: true });
    const made = join(this.#made, `${name}.png`);
    writeFileSync(made, picture);
    return `${name}: ${sameSize ? `${(part * 100).toFixed(2)} % of it differs` : "its size differs"}, see ${made}`;
  }

  /** Decoded by the page's own Chromium. */
  #compare(kept: Buffer, made: Buffer): Promise<Compared> {
    return this.#page.evaluate(
      async ({ base64, seen }) => {
        const [a, b] = await Promise.all(
          base64.map(async (text) => {
            const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
            const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
            const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
            context?.drawImage(image, 0, 0);
            return context?.getImageData(0, 0, image.width, image.height);
          }),
        );
        if (a === undefined || b === undefined || a.width !== b.width || a.height !== b.height) return { sameSize: false, part: 1 };
        let different = 0;
        for (let at = 0; at < a.data.length; at += 4)
          if ([0, 1, 2].some((colour) => Math.abs((a.data[at + colour] ?? 0) - (b.data[at + colour] ?? 0)) > seen)) different += 1;
        return { sameSize: true, part: different / (a.width * a.height) };
      },
      { base64: [kept.toString("base64"), made.toString("base64")], seen: SEEN },
    );
  }
}

/** Letters of every face, drawn small on a canvas of the page: another stack draws them otherwise. */
async function stackOf(page: Page): Promise<{ readonly drawnBy: string; readonly probe: string }> {
  const { pixels, agent } = await page.evaluate(async () => {
    const faces = ["Inter Variable", "Noto Sans HK Variable", "Noto Sans SC Variable"];
    await Promise.all(faces.map((face) => document.fonts.load(`13px "${face}"`, "盤盘 64 998.74 agQ")));
    const canvas = new OffscreenCanvas(240, 80);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("This page draws nothing.");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, 240, 80);
    context.fillStyle = "#000";
    faces.forEach((face, row) => {
      context.font = `13px "${face}"`;
      context.fillText("盤盘 64 998.74 agQ", 4, 20 + row * 22);
    });
    return { pixels: [...context.getImageData(0, 0, 240, 80).data], agent: navigator.userAgent };
  });
  const chromium = /Chrome\/([\d.]+)/.exec(agent)?.[1] ?? "an unknown Chromium";
  return {
    drawnBy: `Chromium ${chromium} on ${process.platform} ${process.arch}`,
    probe: createHash("sha256").update(Uint8Array.from(pixels)).digest("hex"),
  };
}
