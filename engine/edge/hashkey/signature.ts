import { timingSafeEqual } from "node:crypto";
import { refused } from "./apiError.ts";
import type { HmacVerifier } from "./hmacState.ts";

/*
 * What is signed is the text exactly as it was received: the query string, directly followed by the body, both without the signature itself.
 * Decoding and encoding again would change it, e.g. where a client leaves a comma as it is.
 */

const SIGNATURE = /^signature=/;
const HEX = /^[0-9a-f]{64}$/i;

/** The text without its signature, and the signature. */
function split(raw: string): { readonly rest: string; readonly signature: string | undefined } {
  if (!raw.includes("signature=")) return { rest: raw, signature: undefined };
  const pairs = raw.split("&");
  const signature = pairs.find((pair) => SIGNATURE.test(pair))?.slice("signature=".length);
  return { rest: pairs.filter((pair) => !SIGNATURE.test(pair)).join("&"), signature };
}

/** Throws ApiError 0002 unless the signature fits. A JSON body may be signed or not: clients of the venue do either. */
export function checkSignature(
  verifier: HmacVerifier,
  { query, body, isJson }: { readonly query: string; readonly body: Buffer; readonly isJson: boolean },
): void {
  const inQuery = split(query);
  // One character for each byte: what is no UTF-8 is signed as it came, too.
  const inBody = isJson ? { rest: body.toString("latin1"), signature: undefined } : split(body.toString("latin1"));
  const given = inQuery.signature ?? inBody.signature;
  if (given === undefined) throw refused("0001", "Required field 'signature' missing or invalid.");
  if (!HEX.test(given)) throw incorrect();
  const signature = Buffer.from(given, "hex");
  const fits = (text: string): boolean => timingSafeEqual(verifier.sign(Buffer.from(text, "latin1")), signature);
  if (fits(inQuery.rest + inBody.rest) || (isJson && fits(inQuery.rest))) return;
  throw incorrect();
}

function incorrect(): Error {
  return refused("0002", "Incorrect signature.");
}

/** Longest window that a request may ask for, and the usual one, in milliseconds. */
const LONGEST_WINDOW_MS = 8_000;
const USUAL_WINDOW_MS = 5_000;
/** How far a client's clock may be ahead. */
const AHEAD_MS = 1_000;

/**
 * Throws ApiError unless the timestamp lies within the window before the server's time. When the venue's clock runs fast, a client's
 * delay is so many times longer on it, and so is the window.
 */
export function checkTime(
  { timestamp, recvWindow }: { readonly timestamp: string; readonly recvWindow: string | undefined },
  clock: { readonly nowMs: number; readonly speed: number },
): void {
  if (!/^\d{1,16}$/.test(timestamp)) throw refused("0001", "Required field 'timestamp' missing or invalid.");
  const window = recvWindow === undefined ? USUAL_WINDOW_MS : /^\d{1,5}$/.test(recvWindow) ? Number(recvWindow) : 0;
  if (window < 1 || window > LONGEST_WINDOW_MS) throw refused("-1130", "Data sent for parameter 'recvWindow' is not valid.");
  const scale = Math.max(1, clock.speed);
  const sent = Number(timestamp);
  if (sent < clock.nowMs + AHEAD_MS * scale && clock.nowMs - sent <= window * scale) return;
  throw refused("-1021", "Timestamp for this request is outside of the recvWindow.");
}
