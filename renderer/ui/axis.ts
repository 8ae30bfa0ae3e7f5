/** Round steps for about `wanted` labels over a length, at least `least`. */
export function labelStep(length: number, wanted: number, least: number): number {
  const raw = Math.max(length / wanted, least);
  const decade = 10 ** Math.floor(Math.log10(raw));
  for (const factor of [1, 2, 5, 10]) if (factor * decade >= raw) return Math.max(least, factor * decade);
  return 10 * decade;
}
