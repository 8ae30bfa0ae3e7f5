import { typedError, type TypedError } from "../../shared/errors.ts";
import { PROTOCOL_VERSION } from "../../shared/protocol.ts";
import type { VenueUser } from "../../shared/users.ts";

/*
 * Why a client is not served, in words: each tells what was asked, what is asked of the client, and what it can do.
 */

export function cannotSignIn(code: string, users: readonly VenueUser[]): TypedError {
  return typedError("SENDER_REFUSED", {
    field: "user",
    value: code,
    rule: users.length === 0 ? "a session that the shell marked as the operator's" : `one of ${users.map((user) => user.code).join(", ")}`,
    message: users.length === 0 ? "Nobody signs in at this client." : `The venue knows nobody called ${code}.`,
  });
}

export function officersOnly(field: string, what: string, user: VenueUser | null): TypedError {
  return typedError("SENDER_REFUSED", {
    field,
    value: what,
    rule: "a user with the role riskOfficer",
    message: `${user === null ? "Nobody has signed in here" : `${user.name} is no risk officer`}: have a risk officer sign in for ${what}.`,
  });
}

export function usersOnly(operation: string): TypedError {
  return typedError("SENDER_REFUSED", {
    field: "operation.type",
    value: operation,
    rule: "a user who has signed in",
    message: `Nobody has signed in here: sign in for ${operation}, for another user must approve it.`,
  });
}

export function accountForbidden(field: string, owner: string, accountId: number): TypedError {
  return typedError("ACCOUNT_FORBIDDEN", {
    field,
    value: accountId,
    rule: `an account of the owner ${owner}`,
    message: `This client acts for ${owner}; account ${accountId} is not among its accounts.`,
  });
}

export function tooManyCommands(outstanding: number, most: number): TypedError {
  return typedError("ENGINE_BUSY", {
    field: "command",
    value: outstanding,
    rule: `at most ${most} commands of a client under way`,
    message: "Too many commands of this client wait for the engine. Nothing was sent; try again when some are answered.",
  });
}

export function tooManyRequests(most: number): TypedError {
  return typedError("ENGINE_BUSY", {
    rule: `at most ${most} requests of a client under way`,
    message: "Too many requests of this client are under way; wait for an answer.",
  });
}

export function pastIsReadOnly(atSeq: number): TypedError {
  return typedError("PAST_READ_ONLY", {
    field: "client",
    value: `at sequence ${atSeq}`,
    rule: "a client that is live",
    message: `This client looks at the past (sequence ${atSeq}). Nothing was sent; go back to live first.`,
  });
}

export function pastIsLeft(atSeq: number): TypedError {
  return typedError("QUERY_INVALID", {
    field: "atSeq",
    value: atSeq,
    rule: "a client that waits for the picture before it goes back to live",
    message: `This client went back to live before the picture of sequence ${atSeq} was there.`,
  });
}

export function versionError(value: number | string): TypedError {
  return typedError("PROTOCOL_VERSION", {
    field: "version",
    value,
    rule: `a hello with version ${PROTOCOL_VERSION} comes first`,
    message: `This engine speaks version ${PROTOCOL_VERSION} of the protocol, and a client says hello before anything else.`,
  });
}

export function senderRefused(field: string, value: string): TypedError {
  return typedError("SENDER_REFUSED", {
    field,
    value,
    rule: "a session that the shell marked as the operator's",
    message: `${value} is not for this client to ask.`,
  });
}
