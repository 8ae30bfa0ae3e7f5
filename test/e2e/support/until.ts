/** Generous, for other programs may need the processor too; what is there sooner is seen sooner. */
const WITHIN_MS = 45_000;
const LOOK_EVERY_MS = 25;

/** Looks again and again until `look` gives something else than null, and returns that. Throws after a while, naming what it waited for. */
export async function until<T>(what: string, look: () => T | null | Promise<T | null>, withinMs: number = WITHIN_MS): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain until ${what}.`);
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_EVERY_MS);
    });
  }
}
