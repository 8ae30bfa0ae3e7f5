import { readFileSync } from "node:fs";
import { join } from "node:path";
import { safeStorage } from "electron";
import { typedError } from "../shared/errors.ts";
import { failed, ok, type Result } from "../shared/result.ts";
import { credentialsSchema, readCredentials, type Credentials } from "../engine/connector/credentials.ts";
import { writeFileAtomically } from "./atomicFile.ts";
import type { Log } from "./log.ts";

/**
 * CN-13: the API key of the venue that the terminal is connected to, from the file or the environment where one is given, else as kept from an
 * earlier start. On disk it is only what the operating system's safe storage made of it; where there is none worth the name, it is not kept
 * at all. To be asked once Electron is ready.
 */
export function venueKey(dataFolder: string, keyFile: string | null, log: Log): Result<Credentials> {
  const stored = join(dataFolder, "venue-key.bin");
  const given = readCredentials(keyFile, process.env);
  if (given === null) return fromStore(stored);
  if (!given.ok) return given;
  if (keyFile === null) return given;
  if (isSafe()) {
    writeFileAtomically(stored, safeStorage.encryptString(JSON.stringify(given.value)).toString("base64"));
    log.info("The venue's API key is in the operating system's safe storage now; its file is no longer needed.");
  } else {
    log.warn("This system has no safe storage: the venue's API key is kept in memory alone and has to be given at each start.");
  }
  return given;
}

/** Electron's fallback on Linux without a keyring is a fixed password, which keeps nothing secret. */
function isSafe(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== "linux" || safeStorage.getSelectedStorageBackend() !== "basic_text";
}

function fromStore(path: string): Result<Credentials> {
  try {
    return ok(credentialsSchema.parse(JSON.parse(safeStorage.decryptString(Buffer.from(readFileSync(path, "utf8"), "base64")))));
  } catch {
    // Neither the reason nor a part of the key belongs into a log.
    const rule = "--key-file FILE, once";
    const message = 'Connecting needs the venue\'s API key: --key-file FILE with {"accessKey":"…","secret":"…"}, readable by you alone.';
    return failed(typedError("ARGUMENT_INVALID", { field: "--connect", value: "no key", rule, message }));
  }
}
