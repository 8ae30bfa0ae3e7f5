import { textsOf } from "../../shared/languages.ts";

/** What is wrong with a command line. The words of its grammar are the same in every language. */
export const commandTexts = textsOf(
  {
    noCommand: (word: string) => `“${word}” is no command.`,
    noInstrument: (word: string) => `There is no instrument “${word}”.`,
    notInstrument: (word: string) => `“${word}” is no instrument.`,
    nameInstrument: "Name an instrument.",
    noAccount: (word: string) => `There is no account “${word}”.`,
    noSize: (word: string) => `“${word}” is no size: 2, 25%, 5000usd or risk 500.`,
    noPrice: (word: string) => `“${word}” is no price.`,
    noPriceYet: "Add @ and a price, or the word market.",
    noPeg: (word: string) => `“${word}” is nothing to follow.`,
    notHere: (word: string) => `“${word}” is not understood here.`,
    timeInForce: (tif: string) => `${tif} does not go with this order.`,
  },
  {
    noCommand: (word) => `「${word}」不是指令。`,
    noInstrument: (word) => `沒有產品「${word}」。`,
    notInstrument: (word) => `「${word}」不是產品。`,
    nameInstrument: "請指明產品。",
    noAccount: (word) => `沒有帳戶「${word}」。`,
    noSize: (word) => `「${word}」不是數量：例如 2、25%、5000usd 或 risk 500。`,
    noPrice: (word) => `「${word}」不是價格。`,
    noPriceYet: "請加上 @ 及價格，或輸入 market。",
    noPeg: (word) => `「${word}」不可跟隨。`,
    notHere: (word) => `此處不能使用「${word}」。`,
    timeInForce: (tif) => `此類買賣盤不可用 ${tif}。`,
  },
  {
    noCommand: (word) => `“${word}”不是指令。`,
    noInstrument: (word) => `没有品种“${word}”。`,
    notInstrument: (word) => `“${word}”不是品种。`,
    nameInstrument: "请指明品种。",
    noAccount: (word) => `没有账户“${word}”。`,
    noSize: (word) => `“${word}”不是数量：例如 2、25%、5000usd 或 risk 500。`,
    noPrice: (word) => `“${word}”不是价格。`,
    noPriceYet: "请加上 @ 和价格，或输入 market。",
    noPeg: (word) => `“${word}”不能跟随。`,
    notHere: (word) => `此处不能使用“${word}”。`,
    timeInForce: (tif) => `此类委托不能用 ${tif}。`,
  },
);
