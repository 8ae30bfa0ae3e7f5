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
export const officerCommandTypes = ["ApproveLimits", "RearmKillSwitch", "ReleaseRiskLock"] as const;
