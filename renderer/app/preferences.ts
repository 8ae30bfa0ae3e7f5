import { z } from "zod";
import { topics } from "./topics.ts";
import { savedSetting, saveSetting } from "./windowState.ts";

const preferencesSchema = z.object({
  /** Zone of every time on the screen. */
  zone: z.enum(["hongKong", "utc"]),
  theme: z.enum(["dark"]),
});
export type Preferences = z.infer<typeof preferencesSchema>;

let current: Preferences = { zone: "hongKong", theme: "dark" };

/** Choices of the person at this window. Changes are heard on the topic "preferences". */
export const preferences = {
  get zone(): Preferences["zone"] {
    return current.zone;
  },
  restore(): void {
    current = savedSetting("preferences", preferencesSchema, current);
    document.documentElement.dataset["theme"] = current.theme;
    topics.bump("preferences");
  },
  set(change: Partial<Preferences>): void {
    current = { ...current, ...change };
    document.documentElement.dataset["theme"] = current.theme;
    saveSetting("preferences", current);
    topics.bump("preferences");
  },
} as const;
