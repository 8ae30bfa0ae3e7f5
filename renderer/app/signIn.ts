import { z } from "zod";
import type { VenueUser } from "../../shared/users.ts";
import { recordAction } from "./actions.ts";
import { engineClient, RequestError } from "./engineClient.ts";
import { tellRefusal } from "./operate.ts";
import { readModel } from "./readModel.ts";
import { saveSetting, savedSetting } from "./windowState.ts";

/** Who worked at this window last is asked for again whenever an engine greets it; at first that is the first of the venue's users. */
export function startSignIn(): () => void {
  const greet = (): void => {
    const users = readModel.session?.users ?? [];
    const last = savedSetting("user", z.string(), "");
    const user = users.find(({ code }) => code === last) ?? users[0];
    if (user !== undefined) void signIn(user);
  };
  greet();
  return engineClient.onWelcome(greet);
}

/** A person sits down at this window. Never rejects: what went wrong is told as a message. */
export async function chooseUser(user: VenueUser): Promise<void> {
  recordAction("user.signIn", "menu", user.name);
  if (await signIn(user)) saveSetting("user", user.code);
}

async function signIn(user: VenueUser): Promise<boolean> {
  try {
    await engineClient.signIn(user);
    return true;
  } catch (cause) {
    // A line that broke greets again, and then this is asked again.
    if (!(cause instanceof RequestError && cause.unknown)) tellRefusal(cause);
    return false;
  }
}
