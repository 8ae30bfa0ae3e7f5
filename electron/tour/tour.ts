import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BrowserWindow } from "electron";
import type { EngineProcess } from "../engineProcess.ts";
import type { Tour } from "./chapter.ts";
import { chapters } from "./chapters.ts";
import { Hands, pause } from "./hands.ts";
import { Screen } from "./screen.ts";

export type TourSetting = { readonly window: BrowserWindow; readonly engine: EngineProcess; readonly outFolder: string };

/** It takes half a minute on a machine that has nothing else to do. */
const WHOLE_TOUR_MS = 300_000;
const EXIT_FAILED = 1;

/**
 * Plays the demonstration in the real window and checks what it promises. Returns the exit code: 0 only if everything held. Screenshots are
 * numbered PNG files in `outFolder`.
 */
export async function playTour({ window, engine, outFolder }: TourSetting): Promise<number> {
  mkdirSync(outFolder, { recursive: true });
  for (const name of readdirSync(outFolder)) if (name.endsWith(".png")) rmSync(join(outFolder, name));
  const screen = new Screen(window);
  let taken = 0;
  let held = 0;
  const tour: Tour = {
    window,
    engine,
    screen,
    hands: new Hands(window),
    show: async (name, what) => {
      taken += 1;
      const file = join(outFolder, `${String(taken).padStart(2, "0")}-${name}.png`);
      writeFileSync(file, await screen.picture());
      say(`  ${file}\n      ${what}`);
    },
    check: (what, holds) => {
      if (!holds) throw new Error(`this does not hold: ${what}`);
      held += 1;
      say(`  ✓ ${what}`);
    },
  };
  const startedMs = performance.now();
  try {
    await within(WHOLE_TOUR_MS, playChapters(tour));
  } catch (error) {
    writeFileSync(join(outFolder, "failed.png"), await screen.picture().catch(() => Buffer.alloc(0)));
    say(
      `✗ The tour failed: ${error instanceof Error ? error.message : String(error)}\n  The window at that moment: ${join(outFolder, "failed.png")}`,
    );
    return EXIT_FAILED;
  }
  say(`The tour held: ${held} checks, ${taken} screenshots in ${outFolder}, ${Math.round((performance.now() - startedMs) / 1_000)} s.`);
  return 0;
}

async function playChapters(tour: Tour): Promise<void> {
  for (const { title, play } of chapters) {
    say(title);
    await play(tour);
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const late = pause(ms).then(() => {
    throw new Error(`the tour took longer than ${ms / 1_000} s`);
  });
  await Promise.race([work, late]);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
