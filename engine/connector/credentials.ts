import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { errorFromZod, typedError, type TypedError } from "../../shared/errors.ts";
import { failed, ok, type Result } from "../../shared/result.ts";

/** The environment variable that may hold ACCESSKEY:SECRET for a terminal without a window. */
export const KEY_VARIABLE = "HASHKEY_TERMINAL_KEY";

/** What the documents of the venue promise every key, with some room left for other programs. */
const USUAL_QUERIES_PER_SECOND = 4;

export const credentialsSchema = z.strictObject({
  accessKey: z.string().min(8).max(200),
  secret: z.string().min(8).max(200),
  /** Weight of queries that the venue allows this key in a second; the connector paces itself by it. */
  queriesPerSecond: z.number().min(1).max(100_000).default(USUAL_QUERIES_PER_SECOND),
});
/** An API key of the outside venue. It is never written to a log, a journal or an error. */
export type Credentials = z.infer<typeof credentialsSchema>;

const OTHERS_MAY_READ = 0o077;

/** The key of a terminal without a window: from a file that only its owner may read, or from the environment. Null if neither is given. */
export function readCredentials(keyFile: string | null, environment: NodeJS.ProcessEnv): Result<Credentials> | null {
  if (keyFile !== null) return fromFile(keyFile);
  const text = environment[KEY_VARIABLE];
  if (text === undefined || text === "") return null;
  const colon = text.indexOf(":");
  return parsed({ accessKey: text.slice(0, Math.max(0, colon)), secret: text.slice(colon + 1) }, KEY_VARIABLE);
}

function fromFile(path: string): Result<Credentials> {
  try {
    const { mode } = statSync(path);
    if (process.platform !== "win32" && (mode & OTHERS_MAY_READ) !== 0) {
      return failed(
        invalid(path, "readable by its owner alone (mode 600)", `The key file ${path} can be read by others. Run: chmod 600 "${path}"`),
      );
    }
    return parsed(JSON.parse(readFileSync(path, "utf8")), path);
  } catch {
    // Whatever the parser would quote could be the secret.
    const rule = 'a file with {"accessKey":"…","secret":"…"}';
    return failed(invalid(path, rule, `The key file ${path} cannot be read, or is not JSON.`));
  }
}

function parsed(raw: unknown, from: string): Result<Credentials> {
  const found = credentialsSchema.safeParse(raw);
  if (found.success) return ok(found.data);
  const { field, rule } = errorFromZod("ARGUMENT_INVALID", found.error, {});
  return failed(invalid(`${from}: ${field}`, rule, `The API key in ${from} is not whole: ${field} ${rule}.`));
}

function invalid(value: string, rule: string, message: string): TypedError {
  return typedError("ARGUMENT_INVALID", { field: "--key-file", value, rule, message });
}
