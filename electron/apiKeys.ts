import type { ApiAddress } from "../shared/apiKeys.ts";
import { typedError } from "../shared/errors.ts";
import type { ShellReply, ShellRequest } from "../shared/shell.ts";
import { createKey, keyFileIn, readKeys, revokeKey } from "../engine/edge/hashkey/keys.ts";
import { DESK } from "./enginePorts.ts";
import type { Log } from "./log.ts";

type KeyRequest = Extract<ShellRequest, { readonly type: "listApiKeys" | "createApiKey" | "revokeApiKey" }>;

export type KeySetting = { readonly dataFolder: string; readonly addresses: readonly ApiAddress[]; readonly log: Log };

/** Lists, makes and withdraws keys as `npm run key` does, for the owner of this window. Throws TerminalError for an address that is none. */
export function answerKeys(request: KeyRequest, { dataFolder, addresses, log }: KeySetting): ShellReply {
  const file = keyFileIn(dataFolder);
  switch (request.type) {
    case "listApiKeys":
      return reply(null);
    case "createApiKey": {
      const { key, secret } = createKey(file, { owner: DESK.owner, ...request.key }, Date.now());
      log.info(`API key ${key.accessKey} made for account ${key.account} (${key.permissions.join(", ")})`);
      return reply({ accessKey: key.accessKey, secret });
    }
    case "revokeApiKey":
      if (!own().some(({ accessKey }) => accessKey === request.accessKey) || !revokeKey(file, request.accessKey, Date.now())) {
        const rule = "a valid key of this terminal";
        return {
          ok: false,
          error: typedError("QUERY_INVALID", {
            field: "accessKey",
            value: request.accessKey,
            rule,
            message: "There is no such valid key.",
          }),
        };
      }
      log.info(`API key ${request.accessKey} withdrawn`);
      return reply(null);
  }

  function own(): ReturnType<typeof readKeys> {
    return readKeys(file).filter(({ owner }) => owner === DESK.owner);
  }

  function reply(made: { readonly accessKey: string; readonly secret: string } | null): ShellReply {
    // What verifies a key stays here.
    const keys = own().map(({ accessKey, label, account, permissions, addresses: from, createdAt, revokedAt }) => ({
      accessKey,
      label,
      account,
      permissions,
      addresses: from,
      createdAt,
      revokedAt,
    }));
    return { ok: true, apiKeys: { keys, addresses, made } };
  }
}
