import type { Command } from "./commands.ts";
import type { Operation } from "./protocol.ts";
import { z } from "zod";

/**
 * What a person may do. Owners trade, propose limits and engage kill switches; what undoes a protection or makes a limit hold is for risk
 * officers, who may do all the rest too.
 */
const userRoles = ["owner", "riskOfficer"] as const;

/** A person who works at the venue's windows. The code is the actor's name in the journal. */
export const venueUserSchema = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]{1,15}$/),
  name: z.string().trim().min(1).max(40),
  role: z.enum(userRoles),
});
export type VenueUser = z.infer<typeof venueUserSchema>;

/** Commands that only a risk officer may send, and a client at which nobody has signed in may not. */
const officerCommandTypes: readonly Command["type"][] = ["ApproveLimits", "RearmKillSwitch", "ReleaseRiskLock"];

/** CN-10: who proposes is a user with a name, and what is approved is approved by a risk officer. */
export function operationTakes(operation: Operation): "anybody" | "user" | "riskOfficer" {
  if (operation.type === "approveTakeOver") return "riskOfficer";
  return operation.type === "proposeTakeOver" ? "user" : "anybody";
}

/** GW-62: does it undo a protection or make a limit hold? Anybody at the desk may stop trading; letting it go on is another thing. */
export function takesOfficer(command: Command): boolean {
  const isLetGo = command.type === "SetTradingState" && (command.change.state === "active" || command.change.state === "reduceOnly");
  return isLetGo || officerCommandTypes.includes(command.type);
}
