import type { ReactNode } from "react";
import { languages } from "../../../shared/languages.ts";
import { preferences, type Preferences } from "../../app/preferences.ts";
import { useView } from "../../app/useView.ts";
import { Dialog, Segmented } from "../../ui/controls.tsx";
import { languageNames, settingsTexts as texts } from "./settingsTexts.ts";
import "./settings.css";

/** The colours of buying and of selling in each palette; the first of a pair is the one that buying takes unless they are swapped. */
const palettes = {
  blueAmber: { blue: "blueAmber", amber: "amberBlue" },
  greenRed: { green: "greenRed", red: "redGreen" },
} as const satisfies Record<string, Record<string, Preferences["sides"]>>;
type Palette = keyof typeof palettes;
type RisingColour = "blue" | "amber" | "green" | "red";

/** How the terminal looks and speaks. Nothing needs a button to hold: the window behind the dialog shows each choice at once. */
export function SettingsDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { theme, sides, density, zone, language } = useView("preferences", () => preferences.all);
  const palette: Palette = sides === "blueAmber" || sides === "amberBlue" ? "blueAmber" : "greenRed";
  const risings = Object.entries(palettes[palette]) as [RisingColour, Preferences["sides"]][];
  return (
    <Dialog testId="settings-dialog" title={texts.title} onClose={onClose}>
      <p className="secondary">{texts.explain}</p>
      <div className="settings">
        <Choice
          name="language"
          label={texts.language}
          value={language}
          options={languages.map((value) => [value, languageNames[value]])}
          onChange={(value) => preferences.set({ language: value })}
        />
        <p className="secondary settings-note">{texts.languageNote}</p>
        <Choice
          name="theme"
          label={texts.theme}
          value={theme}
          options={optionsOf(texts.themes)}
          onChange={(value) => preferences.set({ theme: value })}
        />
        <Choice
          name="palette"
          label={texts.colours}
          value={palette}
          options={optionsOf(texts.palettes)}
          onChange={(value) => preferences.set({ sides: value })}
        />
        <Choice
          name="rising"
          label={texts.rising}
          value={sides}
          options={risings.map(([colour, value]) => [value, texts.risingColours[colour]])}
          onChange={(value) => preferences.set({ sides: value })}
        />
        <span className="secondary">{texts.sample}</span>
        <span className="settings-sample">
          <span className="side-buy">{texts.buy} 65 010.50</span>
          <span className="side-sell">{texts.sell} 65 011.00</span>
        </span>
        <p className="secondary settings-note">{texts.paletteNote}</p>
        <Choice
          name="density"
          label={texts.density}
          value={density}
          options={optionsOf(texts.densities)}
          onChange={(value) => preferences.set({ density: value })}
        />
        <Choice
          name="zone"
          label={texts.zone}
          value={zone}
          options={optionsOf(texts.zones)}
          onChange={(value) => preferences.set({ zone: value })}
        />
      </div>
      <div className="dialog-actions">
        <button type="button" className="button large" data-testid="settings-close" onClick={onClose}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  );
}

type ChoiceProps<T extends string> = {
  readonly name: string;
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
};

function Choice<T extends string>({ name, label, value, options, onChange }: ChoiceProps<T>): ReactNode {
  return (
    <>
      <span className="secondary">{label}</span>
      <Segmented
        label={label}
        value={value}
        options={options.map(([option, text]) => ({ value: option, label: text, testId: `settings-${name}-${option}` }))}
        onChange={onChange}
      />
    </>
  );
}

function optionsOf<T extends string>(names: Readonly<Record<T, string>>): readonly (readonly [T, string])[] {
  // The names of a table are its options.
  return Object.entries(names) as [T, string][];
}
