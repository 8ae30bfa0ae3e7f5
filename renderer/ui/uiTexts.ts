import { textsOf } from "../../shared/languages.ts";

/** Texts of the parts that every feature uses. */
export const uiTexts = textsOf(
  {
    noData: "No data yet",
    notCompared: "Not compared with the venue",
    stale: (seconds: number) => `Stale ${seconds} s`,
    stepDown: (label: string) => `${label} down`,
    stepUp: (label: string) => `${label} up`,
    links: { window: "As the window", own: "On its own" },
    linkColours: ["Red", "Orange", "Yellow", "Green", "Cyan", "Blue", "Magenta", "Purple"],
    linkExplain: "Panels of one colour show the same instrument and account",
    linkOf: (name: string) => `Link: ${name}`,
    allAccounts: "All accounts",
  },
  {
    noData: "尚無數據",
    notCompared: "尚未與交易所核對",
    stale: (seconds) => `已過時 ${seconds} 秒`,
    stepDown: (label) => `調低${label}`,
    stepUp: (label) => `調高${label}`,
    links: { window: "跟隨視窗", own: "獨立" },
    linkColours: ["紅", "橙", "黃", "綠", "青", "藍", "洋紅", "紫"],
    linkExplain: "相同顏色的面板顯示相同的產品及帳戶",
    linkOf: (name) => `連結：${name}`,
    allAccounts: "所有帳戶",
  },
  {
    noData: "暂无数据",
    notCompared: "尚未与交易所核对",
    stale: (seconds) => `已过时 ${seconds} 秒`,
    stepDown: (label) => `调低${label}`,
    stepUp: (label) => `调高${label}`,
    links: { window: "跟随窗口", own: "独立" },
    linkColours: ["红", "橙", "黄", "绿", "青", "蓝", "洋红", "紫"],
    linkExplain: "相同颜色的面板显示相同的品种和账户",
    linkOf: (name) => `链接：${name}`,
    allAccounts: "所有账户",
  },
);
