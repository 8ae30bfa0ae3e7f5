import { z } from "zod";
import { languageFor, languages, setLanguage } from "../../shared/languages.ts";
import { lookSchema } from "../../shared/look.ts";
import { shellRequest } from "./shell.ts";
import { topics } from "./topics.ts";
import { savedSetting, saveSetting } from "./windowState.ts";

/** A choice that was never made, or that this version cannot read, is the default; the others hold. */
const preferencesSchema = z.object({
  /** Zone of every time on the screen. */
  zone: z.enum(["hongKong", "utc"]).catch("hongKong"),
  theme: lookSchema.shape.theme.catch("dark"),
  /** The colours of buying and rising, then of selling and falling. Blue and amber are told apart by every kind of colour vision. */
  sides: z.enum(["blueAmber", "amberBlue", "greenRed", "redGreen"]).catch("blueAmber"),
  density: z.enum(["compact", "comfortable"]).catch("compact"),
  language: z.enum(languages).catch(() => languageFor(navigator.language)),
});
export type Preferences = z.infer<typeof preferencesSchema>;

let current: Preferences = { zone: "hongKong", theme: "dark", sides: "blueAmber", density: "compact", language: "en" };

/** Choices of the person at this window. Changes are heard on the topic "preferences". */
export const preferences = {
  get all(): Preferences {
    return current;
  },
  get zone(): Preferences["zone"] {
    return current.zone;
  },
  restore(): void {
    current = savedSetting("preferences", preferencesSchema, preferencesSchema.parse({}));
    apply();
  },
  set(change: Partial<Preferences>): void {
    current = { ...current, ...change };
    saveSetting("preferences", current);
    apply();
  },
} as const;

/** Everything on the screen follows within one frame: styles by attributes of the page, canvases and grids by the topic. */
function apply(): void {
  const { theme, sides, density, language } = current;
  const page = document.documentElement;
  Object.assign(page.dataset, { theme, sides, density });
  page.lang = language;
  setLanguage(language);
  topics.bump("preferences");
  // The shell's menu and the ground of a window that is still empty follow too. Not worth a message when it does not answer.
  void shellRequest({ type: "setLook", look: { theme, language } });
}
