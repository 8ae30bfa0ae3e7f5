import { z } from "zod";
import { readModel } from "./readModel.ts";
import { selection } from "./selection.ts";
import { topics } from "./topics.ts";
import { savedSetting, saveSetting } from "./windowState.ts";

/** Eight colours, as FDC3 numbers its user channels; 0 stands alone. */
export const LINK_GROUPS = 8;

const wordSchema = z.strictObject({
  group: z.number().int().min(1).max(LINK_GROUPS),
  symbol: z.string(),
  /** Null for all accounts. */
  accountCode: z.string().nullable(),
});

let group = 0;
let channel: BroadcastChannel | null = null;
/** What was told or heard last: an echo is no news. */
let last = "";
/** While what was heard is being taken over, half of it is not told on. */
let isHearing = false;

/** Windows of one colour look at the same instrument and account. */
export const linkGroup = {
  get group(): number {
    return group;
  },
  join(next: number): void {
    group = next;
    last = "";
    saveSetting("linkGroup", next);
    topics.bump("workspaces");
  },
} as const;

export function startLinking(): void {
  group = savedSetting("linkGroup", z.number().int().min(0).max(LINK_GROUPS), 0);
  channel = new BroadcastChannel("fdc3.channel");
  channel.onmessage = ({ data }: MessageEvent<unknown>) => hear(data);
  readModel.subscribe("selection", tell);
}

function tell(): void {
  const symbol = selection.instrumentId === null ? undefined : readModel.instrument(selection.instrumentId)?.symbol;
  if (group === 0 || isHearing || symbol === undefined) return;
  const accountCode = selection.account === "all" ? null : (readModel.account(selection.account)?.code ?? null);
  const word = { group, symbol, accountCode };
  const text = JSON.stringify(word);
  if (text === last) return;
  last = text;
  channel?.postMessage(word);
}

function hear(data: unknown): void {
  const word = wordSchema.safeParse(data);
  if (!word.success || word.data.group !== group) return;
  last = JSON.stringify(word.data);
  const { symbol, accountCode } = word.data;
  const instrument = readModel.instrumentBySymbol(symbol);
  const account = accountCode === null ? "all" : readModel.ownAccounts().find(({ code }) => code === accountCode)?.accountId;
  isHearing = true;
  if (instrument !== undefined) selection.selectInstrument(instrument.instrumentId);
  if (account !== undefined) selection.selectAccount(account);
  isHearing = false;
}
