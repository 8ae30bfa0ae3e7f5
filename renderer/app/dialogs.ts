import type { InstrumentId } from "../../shared/ids.ts";
import type { AccountChoice } from "./selection.ts";
import { topics } from "./topics.ts";

/** What stands in front of the window. One at a time; what is asked for later takes its place. */
export type DialogRequest =
  | { readonly kind: "palette"; readonly text: string }
  | { readonly kind: "keys" }
  | { readonly kind: "cancelAll"; readonly account: AccountChoice; readonly instrumentId: InstrumentId | null }
  | { readonly kind: "flatten"; readonly account: AccountChoice; readonly instrumentId: InstrumentId | null }
  | { readonly kind: "alerts" }
  | { readonly kind: "apiKeys" }
  | { readonly kind: "connectVenue" }
  | { readonly kind: "leaveVenue" }
  | { readonly kind: "workspaces" };

let current: DialogRequest | null = null;

export const dialogs = {
  get current(): DialogRequest | null {
    return current;
  },
  open(request: DialogRequest): void {
    current = request;
    topics.bump("dialogs");
  },
  close(): void {
    current = null;
    topics.bump("dialogs");
  },
} as const;
