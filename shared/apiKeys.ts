import { z } from "zod";

/** Keys of the simulated exchange's own interface, as the terminal shows them and a person asks for them. */

/** What a key may do. */
export const keyPermissions = ["read", "trade"] as const;
export type KeyPermission = (typeof keyPermissions)[number];

/** Addresses or networks (CIDR); whether each is one is for the key file to say. */
const addresses = z.array(z.string().min(1).max(64)).max(32);

/** A key that a person asks for: for one account, with a name of his own. */
export const keyWishSchema = z.strictObject({
  account: z.string().min(1).max(24),
  label: z.string().trim().max(64),
  permissions: z.array(z.enum(keyPermissions)).min(1).max(keyPermissions.length),
  addresses,
});
export type KeyWish = z.infer<typeof keyWishSchema>;

/** A key without what verifies it. */
export type KeySummary = KeyWish & {
  readonly accessKey: string;
  /** ISO 8601, of the machine's clock. */
  readonly createdAt: string;
  readonly revokedAt: string | null;
};

/** Where the interface is served; empty while it is off. */
export type ApiAddress = { readonly site: string; readonly url: string };

export type ApiKeyList = {
  readonly keys: readonly KeySummary[];
  readonly addresses: readonly ApiAddress[];
  /** Of the key that was just made; told this once. */
  readonly made: { readonly accessKey: string; readonly secret: string } | null;
};
