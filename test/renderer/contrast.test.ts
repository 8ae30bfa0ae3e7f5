import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const folder = join(import.meta.dirname, "../../renderer/ui");
const sheet = ["theme.css", "themes.css"].map((name) => readFileSync(join(folder, name), "utf8")).join("\n");

/** The colours that a theme gives its tokens. */
function coloursOf(theme: string): ReadonlyMap<string, string> {
  const body = new RegExp(`:root\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(sheet)?.[1] ?? "";
  return new Map([...body.matchAll(/--([a-z0-9-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** Relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const hues = ["blue", "amber", "green", "red"] as const;
const grounds = ["bg", "panel", "raised"] as const;

/** What is written on what. Canvases are not seen by axe, so the tokens themselves are measured. */
const written: readonly (readonly [text: string, ground: string])[] = [
  ...["text", "bright", "secondary", "info", "warning", "breach"].flatMap((text) => grounds.map((ground) => [text, ground] as const)),
  ...hues.flatMap(
    (hue) =>
      [
        [hue, "panel"],
        [hue, `${hue}-row`],
        ["text", `${hue}-soft`],
        ["bright", `${hue}-soft`],
        ["on-side", hue],
      ] as const,
  ),
  ["text", "hover"],
  ["simulated-text", "simulated"],
  ["simulated-quiet", "simulated"],
  ["live-text", "live"],
  ["warning-text", "warning-bg"],
  ["halted-text", "halted-bg"],
];

describe.each(["dark", "light", "contrast"])("LK-8 the %s theme", (theme) => {
  const colours = coloursOf(theme);
  const least = theme === "contrast" ? 7 : 4.5;

  it("gives every token of the dark theme a value", () => {
    expect([...coloursOf("dark").keys()].filter((name) => !colours.has(name))).toEqual([]);
  });

  it.each(written)("writes %s on %s readably", (text, ground) => {
    expect(contrast(colours.get(text) ?? "", colours.get(ground) ?? "")).toBeGreaterThanOrEqual(least);
  });
});

/** What a person without one kind of cone sees, after Viénot, Brettel and Mollon (1999), in linear light. */
const visions: Readonly<Record<"protanopia" | "deuteranopia", readonly (readonly number[])[]>> = {
  protanopia: [
    [0.11238, 0.88762, 0],
    [0.11238, 0.88762, 0],
    [0.00401, -0.00401, 1],
  ],
  deuteranopia: [
    [0.29275, 0.70725, 0],
    [0.29275, 0.70725, 0],
    [-0.02234, 0.02234, 1],
  ],
};

function seen(colour: string, vision: keyof typeof visions): readonly number[] {
  const light = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
  return visions[vision].map(
    (row) =>
      Math.max(
        0,
        row.reduce((sum, weight, at) => sum + weight * (light[at] ?? 0), 0),
      ) **
      (1 / 2.2),
  );
}

describe.each(["dark", "light", "contrast"])("LK-9 the colour-blind-safe palette of the %s theme", (theme) => {
  it.each(["protanopia", "deuteranopia"] as const)("keeps its sides apart under %s", (vision) => {
    const colours = coloursOf(theme);
    const apart = (a: string, b: string): number => {
      const [one, other] = [seen(colours.get(a) ?? "", vision), seen(colours.get(b) ?? "", vision)];
      return Math.hypot(...one.map((part, at) => part - (other[at] ?? 0)));
    };
    expect(apart("blue", "amber")).toBeGreaterThan(0.4);
    expect(apart("blue", "amber")).toBeGreaterThan(1.5 * apart("green", "red"));
  });
});
