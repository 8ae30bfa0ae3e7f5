import type { Severity } from "./messages.ts";

const pitches: Readonly<Record<Severity, readonly number[]>> = {
  info: [660],
  warning: [660, 520],
  breach: [440, 330, 440],
  halted: [330, 250, 330],
};
const TONE_S = 0.09;
const LOUDNESS = 0.06;
/** Alerts that come faster than this share one sound. */
const EVERY_MS = 300;

let context: AudioContext | null = null;
let lastMs = -Infinity;

/** A short figure of tones, lower and longer the worse it is. Without a sound card nothing happens. */
export function playTone(severity: Severity): void {
  const now = performance.now();
  if (now - lastMs < EVERY_MS) return;
  lastMs = now;
  context ??= new AudioContext();
  const begin = context.currentTime;
  pitches[severity].forEach((pitch, at) => tone(pitch, begin + at * TONE_S * 1.3));
}

function tone(pitch: number, atS: number): void {
  if (context === null) return;
  const oscillator = context.createOscillator();
  const gain = context.createGain();
  oscillator.frequency.value = pitch;
  gain.gain.setValueAtTime(LOUDNESS, atS);
  gain.gain.exponentialRampToValueAtTime(0.000_1, atS + TONE_S);
  oscillator.connect(gain).connect(context.destination);
  oscillator.start(atS);
  oscillator.stop(atS + TONE_S);
}
