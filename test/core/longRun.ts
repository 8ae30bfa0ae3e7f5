/** `TERMINAL_LONG=1` asks for the long form of tests that have one: the sizes that the rule book promises, which take minutes. */
const isLong = process.env["TERMINAL_LONG"] === "1";

export function longOr(long: number, otherwise: number): number {
  return isLong ? long : otherwise;
}
