import { useEffect, useRef, type ReactNode } from "react";
import { appTexts } from "../app/appTexts.ts";
import { useView } from "../app/useView.ts";
import { modeOf } from "../app/venueMode.ts";
import { uiTexts } from "./uiTexts.ts";

type SegmentedProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly testId?: string; readonly tone?: "buy" | "sell" }[];
  readonly onChange: (value: T) => void;
};

/** One of a few, all in sight. Arrow keys move the choice, as in a radio group. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>): ReactNode {
  const group = useRef<HTMLDivElement>(null);
  const move = (by: number): void => {
    const at = options.findIndex((option) => option.value === value);
    const next = options[(at + by + options.length) % options.length];
    if (next === undefined) return;
    onChange(next.value);
    group.current?.querySelectorAll("button")[options.indexOf(next)]?.focus();
  };
  return (
    <div
      ref={group}
      className="segmented"
      role="radiogroup"
      aria-label={label}
      onKeyDown={(event) => {
        const by =
          event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : event.key === "ArrowLeft" || event.key === "ArrowUp" ? -1 : 0;
        if (by === 0) return;
        event.preventDefault();
        move(by);
      }}
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          data-tone={option.tone}
          data-testid={option.testId}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}

type StepperProps = {
  readonly id: string;
  readonly testId: string;
  readonly label: string;
  readonly value: string;
  /** Stands in the field while it is empty. */
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly invalid: boolean;
  /** Id of the element that holds the field's message. */
  readonly describedBy: string;
  readonly onChange: (text: string) => void;
  /** +1 or -1 step; Shift and the page keys make it ten. */
  readonly onStep: (steps: number) => void;
};

/** A number as text with steps by button, arrow key and wheel-free: a wheel that changes an order's price has cost people money. */
export function Stepper({
  id,
  testId,
  label,
  value,
  placeholder,
  disabled = false,
  invalid,
  describedBy,
  onChange,
  onStep,
}: StepperProps): ReactNode {
  return (
    <div className="stepper">
      <button
        type="button"
        className="button"
        tabIndex={-1}
        disabled={disabled}
        aria-label={uiTexts.stepDown(label)}
        onClick={(event) => onStep(event.shiftKey ? -10 : -1)}
      >
        −
      </button>
      <input
        id={id}
        data-testid={testId}
        className="input"
        aria-label={label}
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        disabled={disabled}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        onFocus={(event) => event.target.select()}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          const steps = stepOf(event.key, event.shiftKey);
          if (steps === 0) return;
          event.preventDefault();
          onStep(steps);
        }}
      />
      <button
        type="button"
        className="button"
        tabIndex={-1}
        disabled={disabled}
        aria-label={uiTexts.stepUp(label)}
        onClick={(event) => onStep(event.shiftKey ? 10 : 1)}
      >
        +
      </button>
    </div>
  );
}

function stepOf(key: string, shift: boolean): number {
  switch (key) {
    case "ArrowUp":
      return shift ? 10 : 1;
    case "ArrowDown":
      return shift ? -10 : -1;
    case "PageUp":
      return 10;
    case "PageDown":
      return -10;
    default:
      return 0;
  }
}

type SwitchProps = {
  readonly label: string;
  readonly checked: boolean;
  readonly testId?: string;
  readonly title?: string;
  readonly onChange: (checked: boolean) => void;
};

export function Switch({ label, checked, testId, title, onChange }: SwitchProps): ReactNode {
  return (
    <button
      type="button"
      className="switch"
      role="switch"
      aria-checked={checked}
      data-testid={testId}
      title={title}
      onClick={() => onChange(!checked)}
    >
      {label}
    </button>
  );
}

type DialogProps = {
  readonly testId: string;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/**
 * A modal dialog of the platform: keeps the focus inside, gives it back, and closes on Esc. The focus begins at what bears
 * `data-first-focus`; without one at its first control.
 */
export function Dialog({ testId, title, onClose, children }: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    element?.querySelector<HTMLElement>("[data-first-focus]")?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className="dialog" data-testid={testId} aria-label={title} onCancel={onClose} onClose={onClose}>
      <h2>
        {title}
        <DialogMode />
      </h2>
      {children}
    </dialog>
  );
}

/** A dialog hides the banner; it says itself whether this is the market or a simulation. */
function DialogMode(): ReactNode {
  const venue = useView("catalog", (model) => model.session?.venue ?? null);
  const mode = useView(["catalog", "status"], modeOf);
  return (
    <span className="dialog-mode" data-mode={mode}>
      {appTexts.modes[mode]} {venue?.name}
    </span>
  );
}

type MenuProps = {
  readonly id: string;
  readonly label: ReactNode;
  readonly testId?: string;
  /** Edge of the button at which the list hangs. */
  readonly align?: "left" | "right";
  readonly children: ReactNode;
};

/** A button with a list of actions. The platform's popover closes it on Esc or a click elsewhere. */
export function Menu({ id, label, testId, align = "right", children }: MenuProps): ReactNode {
  const list = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const place = (): void => {
    const at = button.current?.getBoundingClientRect();
    const element = list.current;
    if (at === undefined || element === null) return;
    element.style.position = "fixed";
    element.style.inset = "auto";
    element.style.top = `${at.bottom}px`;
    // A list that is longer than what is left below its button scrolls.
    element.style.maxHeight = `${window.innerHeight - at.bottom - 8}px`;
    if (align === "left") element.style.left = `${at.left}px`;
    else element.style.right = `${window.innerWidth - at.right}px`;
  };
  return (
    <>
      <button ref={button} type="button" className="button quiet" popoverTarget={id} data-testid={testId} onClick={place}>
        {label}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        className="menu"
        onToggle={(event) => {
          if (event.newState === "open") list.current?.querySelector("button")?.focus();
        }}
        onClick={() => list.current?.hidePopover()}
        onKeyDown={(event) => moveFocus(event.key, list.current) && event.preventDefault()}
      >
        {children}
      </div>
    </>
  );
}

function moveFocus(key: string, list: HTMLElement | null): boolean {
  if (list === null || (key !== "ArrowDown" && key !== "ArrowUp")) return false;
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons.at((at + (key === "ArrowDown" ? 1 : -1)) % buttons.length)?.focus();
  return true;
}
