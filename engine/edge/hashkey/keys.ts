import { randomInt } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { keyPermissions } from "../../../shared/apiKeys.ts";
import { errorFromZod, TerminalError, typedError } from "../../../shared/errors.ts";
import { writeFileAtomically } from "../../host/atomicFile.ts";
import { hmacStateOf } from "./hmacState.ts";
import { DEFAULT_LIMITS } from "./rateLimits.ts";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ACCESS_KEY_LENGTH = 48;
/** One block of the hash: the stored states then stand for the whole secret. */
const SECRET_LENGTH = 64;
/** The file is looked at again after so long, so that a key made or withdrawn beside a running server counts. */
const LOOK_AGAIN_MS = 250;

const perSecond = z.number().min(1).max(1_000_000);
const keySchema = z.strictObject({
  accessKey: z.string().min(1).max(64),
  label: z.string().max(64),
  /** The account that the key acts for, by owner and code. */
  owner: z.string().regex(/^[a-z][a-z0-9-]{0,23}$/),
  account: z.string().min(1).max(24),
  permissions: z.array(z.enum(keyPermissions)).min(1),
  /** Addresses or networks (CIDR) that may use it; empty for any. */
  addresses: z.array(z.string()),
  limits: z.strictObject({ queriesPerSecond: perSecond, ordersPerSecond: perSecond }),
  /** ISO 8601, of the machine's clock. */
  createdAt: z.string(),
  revokedAt: z.string().nullable(),
  /** See hmacState.ts: enough to verify, not enough to know the secret. */
  state: z.strictObject({ inner: z.string().length(64), outer: z.string().length(64) }),
});
const fileSchema = z.strictObject({ version: z.literal(1), keys: z.array(keySchema) });

export type ApiKey = z.infer<typeof keySchema>;
export type NewKey = Pick<ApiKey, "owner" | "account"> & Partial<Pick<ApiKey, "label" | "permissions" | "addresses" | "limits">>;

export function keyFileIn(dataFolder: string): string {
  return join(dataFolder, "api", "keys.json");
}

/**
 * Makes a key and stores what verifies it. The secret is in the answer and nowhere else. Throws TerminalError ARGUMENT_INVALID with the field
 * of what is wanted that cannot be, and then nothing is written.
 */
export function createKey(file: string, wanted: NewKey, nowMs: number): { readonly key: ApiKey; readonly secret: string } {
  const secret = randomText(SECRET_LENGTH);
  const addresses = wanted.addresses ?? [];
  networksOf(addresses);
  const made = {
    accessKey: randomText(ACCESS_KEY_LENGTH),
    label: wanted.label ?? "",
    owner: wanted.owner,
    account: wanted.account,
    permissions: wanted.permissions ?? [...keyPermissions],
    addresses,
    limits: wanted.limits ?? DEFAULT_LIMITS,
    createdAt: new Date(nowMs).toISOString(),
    revokedAt: null,
    state: hmacStateOf(secret),
  };
  const key = keySchema.safeParse(made);
  if (!key.success) throw new TerminalError(errorFromZod("ARGUMENT_INVALID", key.error, made));
  writeKeys(file, [...readKeys(file), key.data]);
  return { key: key.data, secret };
}

/** False when there is no such key, or it is withdrawn already. */
export function revokeKey(file: string, accessKey: string, nowMs: number): boolean {
  const keys = readKeys(file);
  const found = keys.find((key) => key.accessKey === accessKey && key.revokedAt === null);
  if (found === undefined) return false;
  const revokedAt = new Date(nowMs).toISOString();
  writeKeys(
    file,
    keys.map((key) => (key === found ? { ...key, revokedAt } : key)),
  );
  return true;
}

/** All keys, withdrawn ones included. Throws TerminalError when the file is not one of keys. */
export function readKeys(file: string): readonly ApiKey[] {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return [];
  try {
    const { keys } = fileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    for (const { addresses } of keys) networksOf(addresses);
    return keys;
  } catch (error) {
    const rule = "a file of keys as this program writes it";
    const message = `The key file ${file} cannot be read: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`;
    throw new TerminalError(typedError("MESSAGE_MALFORMED", { field: "keys.json", value: file, rule, message }), { cause: error });
  }
}

function writeKeys(file: string, keys: readonly ApiKey[]): void {
  writeFileAtomically(file, `${JSON.stringify({ version: 1, keys }, null, 2)}\n`);
}

/** The addresses as a list to check against; null when any address will do. */
export function networksOf(addresses: readonly string[]): BlockList | null {
  if (addresses.length === 0) return null;
  const list = new BlockList();
  for (const address of addresses) {
    const [ip = "", bits, ...more] = address.split("/");
    const family = isIP(ip);
    const most = family === 4 ? 32 : 128;
    // Digits alone: an empty text would count as 0 and let everybody in.
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (family === 0 || more.length > 0 || !(prefix <= most)) {
      const rule = "an IP address, or a network such as 10.0.0.0/8";
      throw new TerminalError(
        typedError("ARGUMENT_INVALID", { field: "address", value: address, rule, message: `${address} is not ${rule}.` }),
      );
    }
    list.addSubnet(ip, prefix, family === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

/** The keys as a running server sees them: it notices when the file changes. */
export class KeyRing {
  readonly #file: string;
  #keys = new Map<string, ApiKey>();
  #stamp = "";
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(file: string) {
    this.#file = file;
  }

  /** The key, withdrawn or not. A file that cannot be read leaves the keys as they were. */
  find(accessKey: string): ApiKey | undefined {
    if (performance.now() - this.#lookedMs >= LOOK_AGAIN_MS || !this.#keys.has(accessKey)) this.#refresh();
    return this.#keys.get(accessKey);
  }

  /** May this key, which was good when it asked for a private stream, hear more of it at the address? */
  mayListen(accessKey: string, ip: string): boolean {
    const key = this.find(accessKey);
    if (key === undefined || key.revokedAt !== null) return false;
    return networksOf(key.addresses)?.check(ip, isIP(ip) === 4 ? "ipv4" : "ipv6") ?? true;
  }

  #refresh(): void {
    const nowMs = performance.now();
    this.#lookedMs = nowMs;
    const stat = statSync(this.#file, { throwIfNoEntry: false });
    const stamp = stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
    if (stamp === this.#stamp) return;
    try {
      this.#keys = new Map(readKeys(this.#file).map((key) => [key.accessKey, key]));
      // Not before: what could not be read for want of a file handle is read at the next look, or a withdrawn key would go on.
      this.#stamp = stamp;
    } catch (error) {
      if (!(error instanceof TerminalError)) throw error;
    }
  }
}

function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)] ?? "").join("");
}
