import { z } from "zod";
import { languages } from "./languages.ts";

/** What the whole application looks like, as far as the shell must know before a window has drawn anything. */
export const lookSchema = z.strictObject({
  theme: z.enum(["dark", "light", "contrast"]),
  language: z.enum(languages),
});
export type Look = z.infer<typeof lookSchema>;
