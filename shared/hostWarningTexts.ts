import { textsOf } from "./languages.ts";

/** What the host warns of, see hostWarnings.ts. */
export const hostWarningTexts = textsOf(
  {
    snapshotSkipped: (seq: number, why: string) => `The snapshot of sequence ${seq} was skipped: ${why}.`,
    snapshotFaults: {
      unreadable: (why: string) => `it cannot be read (${why})`,
      fileHash: "its hash does not fit its content",
      stateHash: "its state hash does not fit its state",
      version: (version: string) => `it was written by version ${version}`,
      notRestored: (version: string, why: string) => `it was written by version ${version} (${why})`,
      journalUnreadable: "the journal cannot be read there",
      journalShorter: "the journal ends before it",
      otherJournal: "it belongs to another journal",
    },
    looseEnd: (bytes: number, seq: number) =>
      `The write-ahead log ends in ${bytes} bytes that are no committed transaction: a write that was cut off, which nobody was promised, or damage to the newest transaction. What is read ends with sequence ${seq}.`,
    pastDamaged: (what: string, seq: number) =>
      `The journal's past is damaged, the present is not: ${what} Trading goes on from the snapshot of sequence ${seq}.`,
    marketStopped: (why: string) =>
      `The simulated market stopped: ${why}. Trading goes on without it; start the engine again to have it back.`,
    apiStopped: (why: string) =>
      `The venue's interface stopped: ${why}. Trading goes on without it; start the engine again to have it back.`,
    apiIsPublic: (site: string, address: string) =>
      `The ${site} interface listens on ${address}: others on the network can reach this simulated exchange. Only 127.0.0.1 is private.`,
    historyNotImported: (symbol: string, why: string) => `History of ${symbol} was not imported: ${why}`,
  },
  {
    snapshotSkipped: (seq, why) => `已略過序號 ${seq} 的快照：${why}。`,
    snapshotFaults: {
      unreadable: (why) => `未能讀取（${why}）`,
      fileHash: "雜湊值與內容不符",
      stateHash: "狀態雜湊值與狀態不符",
      version: (version) => `由版本 ${version} 寫成`,
      notRestored: (version, why) => `由版本 ${version} 寫成（${why}）`,
      journalUnreadable: "日誌該處未能讀取",
      journalShorter: "日誌在此之前已完結",
      otherJournal: "屬於另一份日誌",
    },
    looseEnd: (bytes, seq) =>
      `預寫日誌末段有 ${bytes} 位元組不屬於任何已提交的寫入：可能是中途中斷的寫入（未曾向任何人確認），或最新一次寫入已損毀。讀取至序號 ${seq} 為止。`,
    pastDamaged: (what, seq) => `日誌的過往部分已損毀，現況則無損：${what}交易由序號 ${seq} 的快照起繼續。`,
    marketStopped: (why) => `模擬市場已停止：${why}。交易照常進行；重新啟動引擎即可恢復。`,
    apiStopped: (why) => `交易所介面已停止：${why}。交易照常進行；重新啟動引擎即可恢復。`,
    apiIsPublic: (site, address) => `${site} 介面在 ${address} 接受連接：網絡上其他人可連接此模擬交易所。只有 127.0.0.1 屬私有。`,
    historyNotImported: (symbol, why) => `${symbol} 的歷史數據未有匯入：${why}`,
  },
  {
    snapshotSkipped: (seq, why) => `已略过序号 ${seq} 的快照：${why}。`,
    snapshotFaults: {
      unreadable: (why) => `无法读取（${why}）`,
      fileHash: "哈希值与内容不符",
      stateHash: "状态哈希值与状态不符",
      version: (version) => `由版本 ${version} 写成`,
      notRestored: (version, why) => `由版本 ${version} 写成（${why}）`,
      journalUnreadable: "日志该处无法读取",
      journalShorter: "日志在此之前已结束",
      otherJournal: "属于另一份日志",
    },
    looseEnd: (bytes, seq) =>
      `预写日志末尾有 ${bytes} 字节并非已提交的事务：可能是中断的写入（未曾向任何人确认），或者最新一笔事务已损坏。读取到序号 ${seq} 为止。`,
    pastDamaged: (what, seq) => `日志的过往部分已损坏，现状则无损：${what}交易从序号 ${seq} 的快照起继续。`,
    marketStopped: (why) => `模拟市场已停止：${why}。交易照常进行；重新启动引擎即可恢复。`,
    apiStopped: (why) => `交易所接口已停止：${why}。交易照常进行；重新启动引擎即可恢复。`,
    apiIsPublic: (site, address) => `${site} 接口在 ${address} 接受连接：网络上其他人可以连接此模拟交易所。只有 127.0.0.1 是私有的。`,
    historyNotImported: (symbol, why) => `${symbol} 的历史数据未导入：${why}`,
  },
);
