import { counted, textsOf } from "./languages.ts";

/** What the host has done, see hostNotes.ts. */
export const hostNoteTexts = textsOf(
  {
    settled: "What the venue says has been taken over.",
    timeRuns: (speed: number) => `Venue time runs at ${speed} times the wall clock.`,
    timeStands: "Venue time stands still.",
    timeHurries: "Venue time runs as fast as the machine can.",
    timeStepped: (at: string, commands: number, trades: number) =>
      `Venue time stands at ${at}: ${commands} ${counted(commands, "command", "commands")} and ${trades} ${counted(trades, "trade", "trades")} on.`,
    marketTrades: "The simulated market trades.",
    marketRests: "The simulated market is paused.",
    noFaults: "No faults are on.",
    faults: (kinds: string) => `Faults on: ${kinds}.`,
    continued: (sequence: number, file: string) => `Trading continues after sequence ${sequence}. The damaged journal is kept as ${file}.`,
    live: "Live again.",
  },
  {
    settled: "已按交易所所述更新。",
    timeRuns: (speed) => `交易所時間以現實時鐘的 ${speed} 倍運行。`,
    timeStands: "交易所時間已停。",
    timeHurries: "交易所時間以本機所能的最高速度運行。",
    timeStepped: (at, commands, trades) => `交易所時間停於 ${at}：其間有 ${commands} 個指令及 ${trades} 宗成交。`,
    marketTrades: "模擬市場正在交易。",
    marketRests: "模擬市場已暫停。",
    noFaults: "沒有啟用任何故障。",
    faults: (kinds) => `已啟用故障：${kinds}。`,
    continued: (sequence, file) => `由序號 ${sequence} 之後繼續交易。損毀的日誌已保存為 ${file}。`,
    live: "已返回即時。",
  },
  {
    settled: "已按交易所所述更新。",
    timeRuns: (speed) => `交易所时间以现实时钟的 ${speed} 倍运行。`,
    timeStands: "交易所时间已停。",
    timeHurries: "交易所时间以本机所能的最高速度运行。",
    timeStepped: (at, commands, trades) => `交易所时间停在 ${at}：其间有 ${commands} 个指令和 ${trades} 笔成交。`,
    marketTrades: "模拟市场正在交易。",
    marketRests: "模拟市场已暂停。",
    noFaults: "没有启用任何故障。",
    faults: (kinds) => `已启用故障：${kinds}。`,
    continued: (sequence, file) => `从序号 ${sequence} 之后继续交易。损坏的日志已保存为 ${file}。`,
    live: "已返回实时。",
  },
);
