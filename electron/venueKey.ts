import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { safeStorage } from "electron";
import { typedError } from "../shared/errors.ts";
import { failed, ok, type Result } from "../shared/result.ts";
import { credentialsSchema, readCredentials, type Credentials } from "../engine/connector/credentials.ts";
import { writeFileAtomically } from "../engine/host/atomicFile.ts";
import type { Log } from "./log.ts";

/**
 * CN-13: the API key of the venue that the terminal is connected to, from the file or the environment where one is given, else as kept from an
 * earlier start. On disk it is only what the operating system's safe storage made of it; where there is none worth the name, it is not kept
 * at all. To be asked once Electron is ready.
 */
export function venueKey(dataFolder: string, keyFile: string | null, log: Log): Result<Credentials> {
  const given = readCredentials(keyFile, process.env);
  if (given !== null) {
    if (given.ok && keyFile !== null) keepKey(dataFolder, given.value, log);
    return given;
  }
  const kept = keptKey(dataFolder);
  if (typeof kept !== "string") return ok(kept);
  const message =
    kept === "none"
      ? 'Connecting needs the venue\'s API key: --key-file FILE with {"accessKey":"…","secret":"…"}, readable by you alone.'
      : "The venue's API key is kept, but the system's safe storage does not open it: it is locked, or another user's or machine's. Open it, or give the key again with --key-file FILE.";
  return failed(
    typedError("ARGUMENT_INVALID", {
      field: "--connect",
      value: kept === "none" ? "no key" : "an unreadable key",
      rule: "--key-file FILE, once",
      message,
    }),
  );
}

/** Keeps a venue's key beside its journal for later starts, where the system can keep a secret. */
export function keepKey(dataFolder: string, key: Credentials, log: Log): void {
  if (keepsKeys()) {
    writeFileAtomically(storeIn(dataFolder), safeStorage.encryptString(JSON.stringify(key)).toString("base64"));
    log.info("The venue's API key is in the operating system's safe storage now and need not be given again.");
  } else {
    log.warn("This system has no safe storage: the venue's API key is kept in memory alone and has to be given at each start.");
  }
}

/** Does the system have a safe storage? Electron's fallback on Linux without a keyring is a fixed password, which keeps nothing secret. */
export function keepsKeys(): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false;
  return process.platform !== "linux" || safeStorage.getSelectedStorageBackend() !== "basic_text";
}

function storeIn(dataFolder: string): string {
  return join(dataFolder, "venue-key.bin");
}

/** The key that an earlier start kept; "unreadable" where there is one that the safe storage does not open. */
export function keptKey(dataFolder: string): Credentials | "none" | "unreadable" {
  const store = storeIn(dataFolder);
  if (!existsSync(store)) return "none";
  try {
    const text = safeStorage.decryptString(Buffer.from(readFileSync(store, "utf8"), "base64"));
    return credentialsSchema.parse(JSON.parse(text));
  } catch {
    // Neither the reason nor a part of the key belongs into a log.
    return "unreadable";
  }
}
