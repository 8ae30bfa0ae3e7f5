import { commandSchema, type Command } from "../../shared/commands.ts";
import { errorFromZod, TerminalError } from "../../shared/errors.ts";

/** The command that an entry of a scenario comes to. Throws TerminalError SCENARIO_INVALID with the command's field for what can be none. */
export function scenarioCommand(raw: object): Command {
  const parsed = commandSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new TerminalError(errorFromZod("SCENARIO_INVALID", parsed.error, raw));
}
