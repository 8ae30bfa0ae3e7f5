import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "playwright";

/** A difference of a colour's part beyond this is seen; below it lie the edges of letters. */
const SEEN = 48;
/** Part of a picture that may be seen to differ. */
const MOST_DIFFERENT = 0.002;
/** The same where strips of it may be moved: their edges never fit whole. */
const MOST_DIFFERENT_SHIFTED = 0.006;

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

  /**
   * Null when the picture is as it was kept, or was kept just now; otherwise what is different and where to look. `slack`: pixels by which each
   * upright strip of it may lie to the left or right, where the moment of the start moves what is drawn.
   */
  async faultOf(name: string, picture: Buffer, slack = 0): Promise<string | null> {
    const kept = join(this.#kept, `${name}.png`);
    if (this.isUpdate) {
      writeFileSync(kept, picture);
      return null;
    }
    if (!existsSync(kept)) return `${name}: no picture is kept`;
    const { sameSize, part } = await this.#compare(readFileSync(kept), picture, slack);
    if (sameSize && part <= (slack === 0 ? MOST_DIFFERENT : MOST_DIFFERENT_SHIFTED)) return null;
    mkdirSync(this.#made, { recursive: true });
    const made = join(this.#made, `${name}.png`);
    writeFileSync(made, picture);
    return `${name}: ${sameSize ? `${(part * 100).toFixed(2)} % of it differs` : "its size differs"}, see ${made}`;
  }

  /** Decoded by the page's own Chromium. */
  #compare(kept: Buffer, made: Buffer, slack: number): Promise<Compared> {
    return this.#page.evaluate(
      async ({ base64, seen, most }) => {
        const STRIP = 16;
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
        const { width, height } = a;
        const differs = (at: number, other: number): boolean =>
          [0, 1, 2].some((colour) => Math.abs((a.data[at + colour] ?? 0) - (b.data[other + colour] ?? 0)) > seen);
        const inStrip = (left: number, shift: number): number => {
          let different = 0;
          for (let y = 0; y < height; y += 1)
            for (let x = left; x < Math.min(width, left + STRIP); x += 1) {
              const other = Math.min(width - 1, Math.max(0, x + shift));
              if (differs((y * width + x) * 4, (y * width + other) * 4)) different += 1;
            }
          return different;
        };
        let different = 0;
        for (let left = 0; left < width; left += STRIP) {
          let best = Infinity;
          for (let shift = -most; shift <= most && best > 0; shift += 1) best = Math.min(best, inStrip(left, shift));
          different += best;
        }
        return { sameSize: true, part: different / (width * height) };
      },
      { base64: [kept.toString("base64"), made.toString("base64")], seen: SEEN, most: slack },
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
