import { preferences } from "./preferences.ts";
import { reasonText } from "./orderText.ts";
import { readModel } from "./readModel.ts";
import type { RecordNames } from "./riskRecordRows.ts";
import { appTexts } from "./appTexts.ts";
import { riskCurrency } from "./riskCurrency.ts";
import { formatDate, formatTime, zoneLabel } from "../ui/format.ts";

/** The names of this window's catalog and users, in its language and zone. */
export const recordNames: RecordNames = {
  user: (code) => readModel.userName(code),
  account: (id) => readModel.account(id),
  instrument: (id) => readModel.instrument(id),
  asset: (id) => readModel.asset(id),
  get venue() {
    return appTexts.venue;
  },
  get currency() {
    return riskCurrency();
  },
  time: (us) => `${formatDate(us, preferences.zone)} ${formatTime(us, preferences.zone)} ${zoneLabel(preferences.zone)}`,
  refusal: ({ refusal }) => `${refusal.code}: ${reasonText(refusal, readModel, null)}`,
};
