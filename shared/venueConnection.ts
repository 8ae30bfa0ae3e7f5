import { z } from "zod";
import { typedError, type TypedError } from "./errors.ts";

/** What a person enters to connect the terminal to an outside venue, and what the shell tells about that. */

/** Sites of the venue whose dialects are spoken: HashKey Exchange (Hong Kong) and HashKey Global (Bermuda). */
export const venueSites = ["HK", "GLB"] as const;
export type VenueSite = (typeof venueSites)[number];

/** Longest part of an API key; no venue's comes near it. */
export const LONGEST_KEY = 200;
const SHORTEST_KEY = 8;
const LONGEST_ADDRESS = 500;

/** CN-13: an error quotes what it refuses. A key's part that is no text of a possible length counts as none, so that nothing quotes it. */
const keyPart = z.string().max(LONGEST_KEY).catch("");

/** Its form alone; whether it can be meant is for `wishError` to say, field by field. */
export const venueWishSchema = z.object({
  site: z.string().max(8),
  address: z.string().max(LONGEST_ADDRESS),
  /** "" for the same address as the REST interface's. */
  socketAddress: z.string().max(LONGEST_ADDRESS),
  /** With the secret, or both "" for the key that is kept for the address. */
  accessKey: keyPart,
  secret: keyPart,
});
export type VenueWish = z.infer<typeof venueWishSchema>;
export type VenueWishField = keyof VenueWish;

/** Where a window keeps what it looks like: "" for the terminal's own, else the folder of a venue that was connected to from the window. */
export const layoutPlaceSchema = z.string().regex(/^((HK|GLB)-[0-9a-f]{16})?$/);

export type VenueConnection = {
  /** The outside venue that the engine is connected to; null at a simulated exchange of its own. */
  readonly connectedTo: { readonly site: string; readonly address: string } | null;
  /** Does the terminal have a simulated exchange of its own to go back to from there? */
  readonly canReturn: boolean;
  /** Does the system have a safe storage for keys? Else they are kept in memory, until the terminal ends. */
  readonly keepsKeys: boolean;
};

/**
 * The first thing about a wish that cannot be meant, or null. No error quotes a part of the key.
 * Errors: ARGUMENT_INVALID with the wish's field.
 */
export function wishError({ site, address, socketAddress, accessKey, secret }: VenueWish): (TypedError & { field: VenueWishField }) | null {
  if (!venueSites.some((each) => each === site)) return refused("site", site, venueSites.join(" or "));
  if (!isVenueAddress(address, "rest"))
    return refused("address", address, "https://…, or http://… of this machine, without user, query or comma");
  if (socketAddress !== "" && !isVenueAddress(socketAddress, "socket"))
    return refused("socketAddress", socketAddress, "empty, or wss://…, or ws://… of this machine, without user, query or comma");
  if (accessKey === "" && secret === "") return null;
  const rule = `${SHORTEST_KEY} to ${LONGEST_KEY} characters without spaces`;
  if (!isKeyPart(accessKey)) return refused("accessKey", lengthOf(accessKey), rule);
  if (!isKeyPart(secret)) return refused("secret", lengthOf(secret), rule);
  return null;
}

const REST = z.url({ protocol: /^https?$/ });
const SOCKET = z.url({ protocol: /^wss?$/ });

/** Elsewhere an answer that nobody vouches for could be anybody's. */
const VOUCHED_FOR = /^(https|wss):/i;
const OF_THIS_MACHINE = /^\w+:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?(\/|$)/i;

/** CN-16: a whole address of the REST interface or of the sockets, without a user's name or a query that a log might show. */
export function isVenueAddress(text: string, kind: "rest" | "socket"): boolean {
  if (!VOUCHED_FOR.test(text) && !OF_THIS_MACHINE.test(text)) return false;
  return /^\w+:\/\/[^\s,?#@]+$/.test(text) && (kind === "rest" ? REST : SOCKET).safeParse(text).success;
}

function isKeyPart(text: string): boolean {
  return text.length >= SHORTEST_KEY && text.length <= LONGEST_KEY && !/\s/.test(text);
}

function lengthOf(text: string): string {
  return `${text.length} characters`;
}

function refused(field: VenueWishField, value: string, rule: string): TypedError & { field: VenueWishField } {
  return { ...typedError("ARGUMENT_INVALID", { value, rule, message: `${field} is not acceptable: ${rule}.` }), field };
}
