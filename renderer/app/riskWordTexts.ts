import { textsOf } from "../../shared/languages.ts";
import type { BreachTier, RiskLock, TradingState } from "../../shared/risk.ts";

/** Words for what limits, states and blocks are, wherever they are told. */
export const riskWordTexts = textsOf(
  {
    states: { active: "Active", reduceOnly: "Reduce only", cancelOnly: "Cancel only", halted: "Halted" } satisfies Record<
      TradingState,
      string
    >,
    lockNames: {
      disabled: "Disabled",
      protected: "Market-maker protection",
      lossWarning: "Loss warning",
      lossBlocked: "Loss limit",
      liquidating: "Liquidating",
    } satisfies Record<RiskLock, string>,
    tiers: { soft: "Soft", hard: "Hard" } satisfies Record<BreachTier, string>,
    ofTokens: (count: string) => `${count} tokens a second`,
    ofWindow: (seconds: string) => `window ${seconds} s`,
    ofCoolingOff: (seconds: string) => `cooling-off ${seconds} s`,
    none: "none",
    bounds: (soft: string, hard: string) => `soft ${soft}, hard ${hard}`,
    noLimit: "no limit",
    killed: "Kill switch",
  },
  {
    states: { active: "正常", reduceOnly: "只減倉", cancelOnly: "只可取消", halted: "暫停" },
    lockNames: { disabled: "停用", protected: "莊家保護", lossWarning: "虧損警告", lossBlocked: "虧損上限", liquidating: "強制平倉中" },
    tiers: { soft: "軟性", hard: "硬性" },
    ofTokens: (count) => `每秒額度 ${count}`,
    ofWindow: (seconds) => `時段 ${seconds} 秒`,
    ofCoolingOff: (seconds) => `冷靜期 ${seconds} 秒`,
    none: "無",
    bounds: (soft, hard) => `軟性 ${soft}，硬性 ${hard}`,
    noLimit: "沒有限額",
    killed: "緊急停止",
  },
  {
    states: { active: "正常", reduceOnly: "只减仓", cancelOnly: "只可撤单", halted: "暂停" },
    lockNames: { disabled: "停用", protected: "做市商保护", lossWarning: "亏损警告", lossBlocked: "亏损上限", liquidating: "强制平仓中" },
    tiers: { soft: "软性", hard: "硬性" },
    ofTokens: (count) => `每秒额度 ${count}`,
    ofWindow: (seconds) => `时段 ${seconds} 秒`,
    ofCoolingOff: (seconds) => `冷静期 ${seconds} 秒`,
    none: "无",
    bounds: (soft, hard) => `软性 ${soft}，硬性 ${hard}`,
    noLimit: "没有限额",
    killed: "紧急停止",
  },
);
