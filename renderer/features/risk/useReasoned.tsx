import { useId, useState, type ReactNode } from "react";
import { riskDeed, type DeedWords } from "../../app/riskDeeds.ts";
import { riskTexts as texts } from "./riskTexts.ts";

/** The reason that was typed, whether switches rest for want of a longer one and why, and a deed that takes it. */
export type Reasoned = {
  readonly reason: string;
  readonly rests: boolean;
  readonly why: string | undefined;
  readonly deed: (command: Parameters<typeof riskDeed>[0], words: DeedWords) => void;
};

/** A field for the reason of the switches beside it. */
export function useReasoned({ label, testId }: { readonly label: string; readonly testId: string }): {
  readonly input: ReactNode;
  readonly reasoned: Reasoned;
} {
  const id = useId();
  const [typed, setTyped] = useState("");
  const reason = typed.trim();
  const hasReason = reason.length >= 3;
  const send = async (...[command, words]: Parameters<typeof riskDeed>): Promise<void> => {
    // A reason belongs to one deed, so that a second press is no second one; after a refusal it may be tried again.
    setTyped("");
    if (!(await riskDeed(command, words))) setTyped((now) => (now === "" ? typed : now));
  };
  const reasoned: Reasoned = {
    reason,
    rests: !hasReason,
    why: hasReason ? undefined : texts.reasonNeeded,
    deed: (command, words) => {
      if (hasReason) void send(command, words);
    },
  };
  const input = (
    <>
      <label className="visually-hidden" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        data-testid={testId}
        placeholder={label}
        maxLength={500}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </>
  );
  return { input, reasoned };
}
