/** Prints how a command is called, if that is all that was asked for; answers whether it was. */
export function tellsHelp(argv: readonly string[], usage: string): boolean {
  const isAsked = argv.includes("--help") || argv.includes("-h");
  if (isAsked) console.log(usage);
  return isAsked;
}
