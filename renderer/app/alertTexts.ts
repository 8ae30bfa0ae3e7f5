import { textsOf } from "../../shared/languages.ts";

export const alertTexts = textsOf(
  {
    code: "ALERT",
    filled: "Filled",
    ended: "Order ended:",
    position: "Position",
    lastIs: "last",
    sides: { above: "at or above", below: "at or below" },
    quietOn: "Do not disturb is on: messages are kept, nothing sounds or pops up.",
    quietOff: "Do not disturb is off.",
  },
  {
    code: "提示",
    filled: "已成交",
    ended: "買賣盤已結束：",
    position: "持倉",
    lastIs: "現價",
    sides: { above: "等於或高於", below: "等於或低於" },
    quietOn: "已啟用勿擾：訊息照樣保留，不發聲亦不彈出。",
    quietOff: "已關閉勿擾。",
  },
  {
    code: "提醒",
    filled: "已成交",
    ended: "委托已结束：",
    position: "持仓",
    lastIs: "最新价",
    sides: { above: "等于或高于", below: "等于或低于" },
    quietOn: "已启用勿扰：消息照样保留，不发声也不弹出。",
    quietOff: "已关闭勿扰。",
  },
);
