import type { RejectCode } from "../../../shared/rejects.ts";
import { rejectTable } from "../../../shared/rejects.ts";
import type { ApiSite } from "./apiMessages.ts";

/** What tells the sites of the venue apart, seen through their interface. */
export type Profile = {
  readonly site: ApiSite;
  /** As exchangeInfo writes it, and in small letters the sockets. */
  readonly siteCode: string;
  /** The venue in the engine's catalog (engine/data/venues.json) whose pairs the site lists. */
  readonly venueId: number;
  /** Headers that may carry the access key. */
  readonly keyHeaders: readonly string[];
  /** Does the site know the first generation of the futures interface at all? */
  readonly hasFutures: boolean;
  readonly postOnlyCode: string;
};

export const profiles: Readonly<Record<ApiSite, Profile>> = {
  HK: {
    site: "HK",
    siteCode: "HK",
    venueId: 1,
    // Documents of 2026 of the same platform name the second one.
    keyHeaders: ["x-hk-apikey", "x-apikey"],
    hasFutures: false,
    postOnlyCode: "-2010",
  },
  GLB: {
    site: "GLB",
    siteCode: "BMU",
    venueId: 2,
    keyHeaders: ["x-hk-apikey"],
    hasFutures: true,
    postOnlyCode: "-1156",
  },
};

/** Code and status with which a site answers a refusal of the engine. */
export function refusalAnswer(
  profile: Profile,
  code: RejectCode,
): { readonly status: number; readonly code: string; readonly msg: string } {
  if (code === "BOOK_POST_ONLY") {
    return { status: 400, code: profile.postOnlyCode, msg: "Limit maker order rejected: Improper price may cause immediate fill." };
  }
  const { http, meaning } = rejectTable[code];
  return { status: http.status, code: profile.site === "HK" ? http.hk : http.glb, msg: `${meaning}.` };
}
