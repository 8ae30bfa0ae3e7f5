import { textsOf } from "../../shared/languages.ts";

/** What became of deeds that a person asked for by key, palette or panel. `done` says it as done, `asked` as what was to be done. */
export const deedTexts = textsOf(
  {
    failed: (title: string) => `${title} failed.`,
    keysRestarted: "The hotkeys had stopped and were started again.",
    done: (done: string) => `${done}.`,
    denied: (asked: string) => `Denied: ${asked}.`,
    unknown: (asked: string) => `Outcome unknown: ${asked}.`,
    notAccepted: (asked: string) => `Not accepted: ${asked}.`,
  },
  {
    failed: (title) => `「${title}」未能執行。`,
    keysRestarted: "快速鍵曾經失效，現已重新啟動。",
    done: (done) => `${done}。`,
    denied: (asked) => `已拒絕：${asked}。`,
    unknown: (asked) => `結果不明：${asked}。`,
    notAccepted: (asked) => `未獲接納：${asked}。`,
  },
  {
    failed: (title) => `“${title}”未能执行。`,
    keysRestarted: "快捷键曾经失效，现已重新启动。",
    done: (done) => `${done}。`,
    denied: (asked) => `已拒绝：${asked}。`,
    unknown: (asked) => `结果不明：${asked}。`,
    notAccepted: (asked) => `未获接受：${asked}。`,
  },
);
