import { TerminalError, typedError, type TypedError } from "../../shared/errors.ts";
import type { VenueLabel } from "../../shared/protocol.ts";
import type { LinkSettings } from "../connector/connector.ts";
import type { Engine } from "../core/engine.ts";
import { venues } from "../core/eligibility/ruleQueries.ts";
import { accounts, instruments } from "../core/queries.ts";
import { venueLink } from "../core/routing/routeQueries.ts";
import type { ConnectArguments } from "./arguments.ts";
import { VENUE } from "./venue.ts";

/**
 * CN-12: what every window says about where its numbers come from. An outside venue is live unless the journal's link says that the other
 * side called itself a simulation; while that is not known, it is live.
 */
export function venueLabel(connect: ConnectArguments | null, replica: Engine): VenueLabel {
  if (connect === null) return VENUE;
  const link = venueLink(replica);
  const venue = venues(replica).find(({ siteCode }) => siteCode === siteOf(connect));
  return { mode: link?.simulated === true ? "simulated" : "live", name: venue?.name ?? connect.site, via: connect.rest };
}

/** The same of a journal by itself, which nobody may be connected to. */
export function journalLabel(replica: Engine): VenueLabel {
  if (!instruments(replica).some(({ routed }) => routed === true)) return VENUE;
  const link = venueLink(replica);
  if (link === null) return { mode: "live", name: "a venue that it was never connected to" };
  const venue = venues(replica).find(({ venueId }) => venueId === link.venueId);
  return { mode: link.simulated ? "simulated" : "live", name: venue?.name ?? link.site, via: link.address };
}

/** The catalog calls the site of the interface GLB by the name of the venue behind it. */
export function siteOf({ site }: ConnectArguments): string {
  return site === "GLB" ? "BMU" : site;
}

/** CN-1: the venue and the account of the link. Throws TerminalError when the journal belongs to another venue, address or none. */
export function linkSettings(connect: ConnectArguments, replica: Engine): LinkSettings {
  const { rest, site, stream } = connect;
  const link = venueLink(replica);
  const venue = venues(replica).find(({ siteCode }) => siteCode === siteOf(connect));
  const account = [...accounts(replica)].find(({ receivesFees }) => !receivesFees);
  const isRouted = instruments(replica).every(({ routed }) => routed === true);
  if (venue === undefined || account === undefined || !isRouted) throw otherFolder("a simulated exchange");
  if (link !== null && (link.site !== site || link.address !== rest)) throw otherFolder(`${link.site} at ${link.address}`);
  return { site, rest, stream, venueId: venue.venueId, accountId: account.accountId };
}

/** CN-1: a journal whose orders go to an outside venue is not opened as a simulated exchange. Throws TerminalError. */
export function refuseRouted(replica: Engine): void {
  if (instruments(replica).some(({ routed }) => routed === true)) {
    const link = venueLink(replica);
    throw otherFolder(link === null ? "a venue that it was never connected to" : `${link.site} at ${link.address}`);
  }
}

function otherFolder(of: string): TerminalError {
  return new TerminalError(
    typedError("ARGUMENT_INVALID", {
      field: "--connect",
      value: of,
      rule: "the venue and address that the data folder belongs to",
      message: `This data folder belongs to ${of}. Name that with --connect, or another folder with --data.`,
    }),
  );
}

export function timeIsTheVenues(operation: string): TypedError {
  const rule = "a simulated exchange of its own";
  return typedError("QUERY_INVALID", {
    field: "operation.type",
    value: operation,
    rule,
    message: "The time of an outside venue cannot be changed from here.",
  });
}

export function connectedToNothing(operation: string): TypedError {
  const rule = "a terminal that is connected to a venue";
  return typedError("QUERY_INVALID", {
    field: "operation.type",
    value: operation,
    rule,
    message: "This terminal is connected to no outside venue; there is nothing to take over.",
  });
}
