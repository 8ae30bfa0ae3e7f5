import { textsOf } from "../../shared/languages.ts";

/** Texts of the parts that every feature uses. */
export const uiTexts = textsOf(
  {
    noData: "No data yet",
    stale: (seconds: number) => `Stale ${seconds} s`,
    stepDown: (label: string) => `${label} down`,
    stepUp: (label: string) => `${label} up`,
  },
  {
    noData: "尚無數據",
    stale: (seconds) => `已過時 ${seconds} 秒`,
    stepDown: (label) => `調低${label}`,
    stepUp: (label) => `調高${label}`,
  },
  {
    noData: "暂无数据",
    stale: (seconds) => `已过时 ${seconds} 秒`,
    stepDown: (label) => `调低${label}`,
    stepUp: (label) => `调高${label}`,
  },
);
