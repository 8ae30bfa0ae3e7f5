import { textsOf } from "../../shared/languages.ts";
import type { Severity } from "./messages.ts";

/** What was filled: sums over all fills that came together, at their mean price. */
type Filled = { readonly account: string; readonly side: string; readonly quantity: string; readonly price: string };

export const alertTexts = textsOf(
  {
    code: "ALERT",
    filled: ({ account, side, quantity, price }: Filled) => `Filled ${account}: ${side} ${quantity} @ ${price}`,
    because: (reason: string) => `${reason}.`,
    ended: (account: string, order: string, why: string) => `Order of ${account} ended, ${order}: ${why}`,
    endedAll: (orders: number, account: string, why: string) => `${orders} orders of ${account} ended: ${why}`,
    position: "Position",
    lastIs: "last",
    sides: { above: "at or above", below: "at or below" },
    quietOn: "Do not disturb is on: messages are kept, nothing sounds or pops up.",
    quietOff: "Do not disturb is off.",
    severities: { info: "● Info", warning: "▲ Warning", breach: "◆ Breach", halted: "■ Halted" } satisfies Record<Severity, string>,
    tooMany: (most: number) => `At most ${most} alerts are kept; this one was not.`,
    deleteSome: "Delete some in Alerts first.",
  },
  {
    code: "提示",
    filled: ({ account, side, quantity, price }) => `${account} 已成交：${side} ${quantity} @ ${price}`,
    because: (reason) => `${reason}。`,
    ended: (account, order, why) => `${account} 的買賣盤（${order}）已結束：${why}`,
    endedAll: (orders, account, why) => `${account} 有 ${orders} 張買賣盤已結束：${why}`,
    position: "持倉",
    lastIs: "現價",
    sides: { above: "等於或高於", below: "等於或低於" },
    quietOn: "已啟用勿擾：訊息照樣保留，不發聲亦不彈出。",
    quietOff: "已關閉勿擾。",
    severities: { info: "● 資訊", warning: "▲ 警告", breach: "◆ 違規", halted: "■ 暫停" },
    tooMany: (most) => `最多保留 ${most} 項提示，此項未有加入。`,
    deleteSome: "請先在提示中刪除部分項目。",
  },
  {
    code: "提醒",
    filled: ({ account, side, quantity, price }) => `${account} 已成交：${side} ${quantity} @ ${price}`,
    because: (reason) => `${reason}。`,
    ended: (account, order, why) => `${account} 的委托（${order}）已结束：${why}`,
    endedAll: (orders, account, why) => `${account} 有 ${orders} 笔委托已结束：${why}`,
    position: "持仓",
    lastIs: "最新价",
    sides: { above: "等于或高于", below: "等于或低于" },
    quietOn: "已启用勿扰：消息照样保留，不发声也不弹出。",
    quietOff: "已关闭勿扰。",
    severities: { info: "● 信息", warning: "▲ 警告", breach: "◆ 违规", halted: "■ 暂停" },
    tooMany: (most) => `最多保留 ${most} 项提醒，此项没有加入。`,
    deleteSome: "请先在提醒中删除部分项目。",
  },
);
