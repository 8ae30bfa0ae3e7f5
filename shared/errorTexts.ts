import { textsOf } from "./languages.ts";
import type { ErrorCode, TypedError } from "./errors.ts";

/** What an error's code means, apart from where it struck; English has a sentence of each error's own. */
const hongKong: Readonly<Record<ErrorCode, string>> = {
  MESSAGE_MALFORMED: "內容不符合格式。",
  PROTOCOL_VERSION: "通訊協定版本不同。",
  SENDER_REFUSED: "此視窗無權提出此要求。",
  ACCOUNT_FORBIDDEN: "此視窗不可操作該帳戶。",
  ENGINE_BUSY: "引擎未能接收，沒有傳送任何指令；請稍後再試。",
  ENGINE_DOWN: "引擎未在運作。",
  JOURNAL_BROKEN: "日誌末段已損毀；須由人作出選擇後才可繼續交易。",
  JOURNAL_LOCKED: "資料夾正由另一個終端使用。",
  JOURNAL_READ_ONLY: "資料夾或檔案不可寫入。",
  JOURNAL_FULL: "磁碟或日誌的容量已滿。",
  JOURNAL_VERSION: "日誌由較新版本寫成，或並非日誌。",
  JOURNAL_IO: "讀寫檔案時出錯。",
  DATA_FOLDER_MISSING: "資料夾不存在，亦未能建立。",
  SQLITE_VERSION: "SQLite 版本過舊，並不安全。",
  HISTORY_MALFORMED: "歷史數據檔案有一行不符格式。",
  HISTORY_UNREADABLE: "未能讀取或解壓歷史數據檔案。",
  SCENARIO_INVALID: "情境檔案的內容不獲接受。",
  ARGUMENT_INVALID: "命令列參數有誤。",
  FAULT_REFUSED: "只可在模擬交易所啟用故障，沒有作出任何更改。",
  CAPSULE_MALFORMED: "膠囊檔案已損毀、不完整或並非膠囊。",
  CAPSULE_VERSION: "膠囊的版本較新，本程式未能讀取。",
  CAPSULE_DIFFERS: "本程式對膠囊內指令的判定與紀錄不同。",
  PAST_READ_ONLY: "此視窗正顯示過往，不可由此傳送指令。",
  QUERY_INVALID: "所查詢的內容並不存在。",
};
const mainland: Readonly<Record<ErrorCode, string>> = {
  MESSAGE_MALFORMED: "内容不符合格式。",
  PROTOCOL_VERSION: "通信协议版本不同。",
  SENDER_REFUSED: "此窗口无权提出此请求。",
  ACCOUNT_FORBIDDEN: "此窗口不能操作该账户。",
  ENGINE_BUSY: "引擎无法接收，没有发送任何指令；请稍后再试。",
  ENGINE_DOWN: "引擎未在运行。",
  JOURNAL_BROKEN: "日志末段已损坏；须由人作出选择后才能继续交易。",
  JOURNAL_LOCKED: "数据文件夹正由另一个终端使用。",
  JOURNAL_READ_ONLY: "数据文件夹或文件不可写入。",
  JOURNAL_FULL: "磁盘或日志的容量已满。",
  JOURNAL_VERSION: "日志由较新版本写成，或者不是日志。",
  JOURNAL_IO: "读写文件时出错。",
  DATA_FOLDER_MISSING: "数据文件夹不存在，也无法建立。",
  SQLITE_VERSION: "SQLite 版本过旧，不安全。",
  HISTORY_MALFORMED: "历史数据文件有一行不符合格式。",
  HISTORY_UNREADABLE: "无法读取或解压历史数据文件。",
  SCENARIO_INVALID: "情景文件的内容不被接受。",
  ARGUMENT_INVALID: "命令行参数有误。",
  FAULT_REFUSED: "只能在模拟交易所启用故障，没有作出任何更改。",
  CAPSULE_MALFORMED: "胶囊文件已损坏、不完整或者不是胶囊。",
  CAPSULE_VERSION: "胶囊的版本较新，本程序无法读取。",
  CAPSULE_DIFFERS: "本程序对胶囊内指令的判定与记录不同。",
  PAST_READ_ONLY: "此窗口正在显示过往，不能从这里发送指令。",
  QUERY_INVALID: "所查询的内容不存在。",
};

/** An error for a person: what is wrong, with the field and the value at fault. */
export const errorTexts = textsOf(
  { told: ({ message }: Told) => message },
  { told: (error) => `${hongKong[error.code]}${at(error)}` },
  { told: (error) => `${mainland[error.code]}${at(error)}` },
);

type Told = Pick<TypedError, "code" | "field" | "value" | "message">;

function at({ field, value }: Told): string {
  if (field === "") return "";
  return value === "" ? `（${field}）` : `（${field}：${value}）`;
}
