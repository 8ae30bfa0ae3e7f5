import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { keyPermissions } from "../../shared/apiKeys.ts";
import { TerminalError } from "../../shared/errors.ts";
import { createKey, keyFileIn, readKeys, revokeKey } from "../edge/hashkey/keys.ts";
import { DEFAULT_LIMITS } from "../edge/hashkey/rateLimits.ts";
import { defaultDataPath } from "../host/dataFolder.ts";
import { tellsHelp } from "./help.ts";

/** `npm run key -- create|list|revoke`: keys of the simulated exchange's interface. A running exchange takes them up at once. */

const USAGE = `Usage:
  npm run key -- create --account CODE [--owner NAME] [--label TEXT] [--read-only] [--address IP[/BITS]]…
                        [--queries-per-second N] [--orders-per-second N] [--data DIR]
  npm run key -- list [--data DIR]
  npm run key -- revoke ACCESS_KEY [--data DIR]`;
const BAD_ARGUMENTS = 2;

try {
  if (!tellsHelp(process.argv.slice(2), USAGE)) run();
} catch (error) {
  const message = error instanceof TerminalError ? error.typed.message : error instanceof Error ? error.message : String(error);
  console.error(`${message}\n\n${USAGE}`);
  process.exitCode = BAD_ARGUMENTS;
}

function run(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      data: { type: "string" },
      owner: { type: "string", default: "desk" },
      account: { type: "string" },
      label: { type: "string", default: "" },
      "read-only": { type: "boolean", default: false },
      address: { type: "string", multiple: true, default: [] },
      "queries-per-second": { type: "string" },
      "orders-per-second": { type: "string" },
    },
  });
  const [verb = "", accessKey, ...more] = positionals;
  const surplus = verb === "revoke" ? more : positionals.slice(1);
  if (surplus.length > 0) throw new Error(`${surplus.join(" ")} is one too many.`);
  const file = keyFileIn(resolve(values.data ?? defaultDataPath()));
  switch (verb) {
    case "create": {
      if (values.account === undefined) throw new Error("A key acts for one account: --account CODE, e.g. ALPHA.");
      const { key, secret } = createKey(
        file,
        {
          owner: values.owner,
          account: values.account,
          label: values.label,
          permissions: values["read-only"] ? ["read"] : [...keyPermissions],
          addresses: values.address,
          limits: {
            queriesPerSecond: Number(values["queries-per-second"] ?? DEFAULT_LIMITS.queriesPerSecond),
            ordersPerSecond: Number(values["orders-per-second"] ?? DEFAULT_LIMITS.ordersPerSecond),
          },
        },
        Date.now(),
      );
      console.log(`Key of the simulated exchange for account ${key.account}\n  access key  ${key.accessKey}\n  secret      ${secret}`);
      console.log("The secret is shown this once. What is stored can verify signatures, and cannot tell the secret.");
      return;
    }
    case "list":
      for (const { accessKey: name, label, owner, account, permissions, addresses, createdAt, revokedAt } of readKeys(file)) {
        const state = revokedAt === null ? "valid" : `withdrawn ${revokedAt}`;
        console.log(
          [name, `${owner}/${account}`, permissions.join("+"), addresses.join(",") || "any address", createdAt, state, label].join("  "),
        );
      }
      return;
    case "revoke":
      if (accessKey === undefined || !revokeKey(file, accessKey, Date.now())) throw new Error("There is no such valid key.");
      console.log("The key is withdrawn.");
      return;
    default:
      throw new Error(verb === "" ? "What is to be done?" : `${verb} is not known.`);
  }
}
