import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LinkStatus, OrderRow } from "../../shared/views.ts";
import { HeadlessEngine } from "../host/headlessEngine.ts";
import { eventually } from "../host/tempFolder.ts";
import type { TestClient } from "../host/testClient.ts";
import type { Credentials } from "../edge/servedExchange.ts";

/** Connecting again takes pauses of up to five seconds, and an order that never arrived is known after five. */
export const LINK_MS = 60_000;

/** Writes a key where a terminal without a window looks for it. */
export function keyFile(folder: string, { accessKey, secret }: Credentials): string {
  const path = join(folder, "venue-key.json");
  writeFileSync(path, JSON.stringify({ accessKey, secret, queriesPerSecond: 10_000 }), { mode: 0o600 });
  return path;
}

/** A real engine process whose orders go to a venue's interface, and a client of it. */
export class ConnectedTerminal {
  readonly engine: HeadlessEngine;

  constructor(data: string, options: { readonly url: string; readonly keyFile: string; readonly site?: string }) {
    this.engine = new HeadlessEngine([
      "--data",
      data,
      "--connect",
      `${options.site ?? "HK"}=${options.url}`,
      "--key-file",
      options.keyFile,
    ]);
  }

  async connect(owner = "desk"): Promise<TestClient> {
    await this.engine.ready();
    return this.engine.connect(owner, { operator: true });
  }
}

export function linkOf(client: TestClient): LinkStatus | null {
  return client.status()?.link ?? null;
}

export async function untilLive(client: TestClient): Promise<void> {
  await eventually(() => linkOf(client)?.state === "live", "a live link", LINK_MS);
}

/** The newest row of an order that the client was told. */
function rowOf(client: TestClient, orderId: number): OrderRow | undefined {
  return client
    .frames()
    .flatMap(({ orders }) => orders)
    .findLast((row) => row.orderId === orderId);
}

/** The order once it satisfies the condition. */
export function untilOrder(client: TestClient, orderId: number | null, is: (row: OrderRow) => boolean, what: string): Promise<OrderRow> {
  return eventually(
    () => {
      const row = rowOf(client, orderId ?? 0);
      return row !== undefined && is(row) ? row : undefined;
    },
    what,
    LINK_MS,
  );
}

/**
 * Totals and holds of the account, by asset, as the client was told last. Without what a connected terminal holds beyond its venue, a unit for
 * each open lot of a buy that the venue may round (LG-3), so that both sides can be compared.
 */
export function balancesOf(
  client: TestClient,
  accountId: number,
): Readonly<Record<number, { readonly total: number; readonly held: number }>> {
  const rows = client.frames().flatMap(({ balances }) => balances);
  const bought = openOrdersOf(client, accountId).filter(({ route, side }) => route !== undefined && side === "buy");
  const beyond = bought.reduce((sum, { leavesLots }) => sum + leavesLots, 0);
  return Object.fromEntries(
    rows
      .filter((row) => row.accountId === accountId)
      .map(({ assetId, total, held }) => [assetId, { total, held: assetId === US_DOLLAR ? held - beyond : held }]),
  );
}

/** In which every pair of these tests is paid. */
const US_DOLLAR = 1;

/** The account's orders that the client was told to be open. */
export function openOrdersOf(client: TestClient, accountId: number): readonly OrderRow[] {
  const newest = new Map<number, OrderRow>();
  for (const { orders, snapshot } of client.frames()) {
    if (snapshot) newest.clear();
    for (const row of orders) newest.set(row.seq, row);
  }
  return [...newest.values()].filter((row) => row.accountId === accountId && row.leavesLots > 0);
}
