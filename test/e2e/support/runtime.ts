import { join } from "node:path";

export type Runtime = {
  readonly executable: string;
  /** What Electron needs on this display. */
  readonly flags: readonly string[];
  readonly project: string;
};

/** The Electron that the launcher found; it also provides the display. */
export function runtime(): Runtime {
  const executable = process.env["TERMINAL_ELECTRON"];
  if (executable === undefined || executable === "") {
    throw new Error("TERMINAL_ELECTRON does not name an Electron. Run these tests by: npm run e2e");
  }
  const flags = (process.env["TERMINAL_ELECTRON_FLAGS"] ?? "").split(" ").filter((flag) => flag !== "");
  return { executable, flags, project: join(import.meta.dirname, "../../..") };
}
