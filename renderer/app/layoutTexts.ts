import { textsOf } from "../../shared/languages.ts";

/** What became of named layouts and their files. */
export const layoutTexts = textsOf(
  {
    unread: "The named layouts could not be read.",
    damaged: "The named layouts are damaged and were set aside.",
    unfit: (name: string) => `“${name}” does not fit this version.`,
    noWindow: "The window could not be opened.",
    notExported: "The layout was not exported.",
    exported: (name: string, path: string) => `“${name}” is in ${path}.`,
    notImported: "The layout was not imported.",
    noLayouts: "The file holds no layouts of this terminal.",
    imported: (names: readonly string[]) => `Imported: ${names.join(", ")}.`,
    notSaved: "The named layouts could not be saved.",
  },
  {
    unread: "未能讀取已命名的版面。",
    damaged: "已命名的版面已損毀，並已移至一旁。",
    unfit: (name) => `「${name}」不適用於此版本。`,
    noWindow: "未能開啟視窗。",
    notExported: "版面未有匯出。",
    exported: (name, path) => `「${name}」已存於 ${path}。`,
    notImported: "版面未有匯入。",
    noLayouts: "檔案內沒有本終端的版面。",
    imported: (names) => `已匯入：${names.join("、")}。`,
    notSaved: "未能儲存已命名的版面。",
  },
  {
    unread: "无法读取已命名的布局。",
    damaged: "已命名的布局已损坏，并已移到一旁。",
    unfit: (name) => `“${name}”不适用于此版本。`,
    noWindow: "无法打开窗口。",
    notExported: "布局未导出。",
    exported: (name, path) => `“${name}”已存于 ${path}。`,
    notImported: "布局未导入。",
    noLayouts: "文件内没有本终端的布局。",
    imported: (names) => `已导入：${names.join("、")}。`,
    notSaved: "无法保存已命名的布局。",
  },
);
