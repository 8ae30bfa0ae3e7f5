import { textsOf } from "../../shared/languages.ts";

/** Texts of the parts that every feature uses. */
export const uiTexts = textsOf(
  {
    noData: "No data yet",
    notCompared: "Not compared with the venue",
    stale: (seconds: number) => `Stale ${seconds} s`,
    stepDown: (label: string) => `${label} down`,
    stepUp: (label: string) => `${label} up`,
  },
  {
    noData: "尚無數據",
    notCompared: "尚未與交易所核對",
    stale: (seconds) => `已過時 ${seconds} 秒`,
    stepDown: (label) => `調低${label}`,
    stepUp: (label) => `調高${label}`,
  },
  {
    noData: "暂无数据",
    notCompared: "尚未与交易所核对",
    stale: (seconds) => `已过时 ${seconds} 秒`,
    stepDown: (label) => `调低${label}`,
    stepUp: (label) => `调高${label}`,
  },
);
