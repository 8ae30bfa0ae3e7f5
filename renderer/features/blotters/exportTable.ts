import type { VenueLabel } from "../../../shared/protocol.ts";
import { readModel } from "../../app/readModel.ts";
import { modeOf } from "../../app/venueMode.ts";
import { preferences } from "../../app/preferences.ts";
import { shellRequest } from "../../app/shell.ts";
import { appTexts } from "../../app/appTexts.ts";
import { messages } from "../../app/messages.ts";
import { formatDate, formatTime, plainNumber, zoneLabel } from "../../ui/format.ts";
import type { GridTable } from "../../ui/gridHandle.ts";
import { blotterTexts } from "./blotterTexts.ts";

/** What a spreadsheet runs when it opens a cell. A number with a sign is none. */
const FORMULA = /^[=+\-@\t\r]/;
const NUMBER = /^[+\u2212-]?\d[\d\u2009\u202f]*(\.\d+)?%?$/;
/** More rows than this make no document that anybody reads. */
const MOST_PRINTED = 2_000;

/** What stands above every export. */
export type ExportHeading = {
  readonly mode: VenueLabel["mode"];
  readonly venue: string;
  readonly title: string;
  readonly at: string;
  readonly seq: number;
};

function headingOf(title: string): ExportHeading {
  const venue = readModel.session?.venue;
  const us = readModel.status?.venueTimeUs ?? readModel.nowMs() * 1_000;
  const { zone } = preferences;
  return {
    mode: modeOf(readModel),
    venue: venue?.name ?? "",
    title,
    at: `${formatDate(us, zone)} ${formatTime(us, zone)} ${zoneLabel(zone)}`,
    seq: readModel.seq ?? 0,
  };
}

/** Comma-separated text: a heading that says mode, venue and time, then the table. Numbers are bare; no cell begins like a formula. */
export function csvOf({ mode, venue, title, at, seq }: ExportHeading, { header, rows }: GridTable): string {
  const lines = [
    [appTexts.modes[mode], venue],
    [title, `${blotterTexts.exportedAt} ${at}`, `${blotterTexts.sequence} ${seq}`, `${rows.length} ${blotterTexts.rows}`],
    [],
    header,
    ...rows,
  ];
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  return `\uFEFF${lines.map((cells) => cells.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

function csvCell(shown: string): string {
  const text = shown.replace(/[\r\n]+/g, " ").trim();
  if (NUMBER.test(text)) return plainNumber(text);
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

export async function exportCsv(name: string, title: string, table: GridTable): Promise<void> {
  const heading = headingOf(title);
  await tell(shellRequest({ type: "saveFile", name: fileName(name, heading, "csv"), text: csvOf(heading, table) }));
}

/** The table as a document: a page that only the printer sees is put beside the window's own and taken away again. */
export async function exportPdf(name: string, title: string, table: GridTable): Promise<void> {
  const heading = headingOf(title);
  const page = printPage(heading, table);
  document.body.append(page);
  try {
    await tell(shellRequest({ type: "printPdf", name: fileName(name, heading, "pdf") }));
  } finally {
    page.remove();
  }
}

function fileName(name: string, { mode, at }: ExportHeading, extension: string): string {
  return `${mode.toUpperCase()}-${name}-${at.slice(0, 19).replace(/[^\d]+/g, "-")}.${extension}`;
}

function printPage({ mode, venue, title, at, seq }: ExportHeading, { header, rows }: GridTable): HTMLElement {
  const page = element("section", "print-page");
  page.append(
    element("strong", "print-mode", `${appTexts.modes[mode]} · ${venue}`),
    element("h1", "", title),
    element("p", "", `${blotterTexts.exportedAt} ${at} · ${blotterTexts.sequence} ${seq} · ${rows.length} ${blotterTexts.rows}`),
  );
  const table = element("table", "");
  const head = element("thead", "");
  head.append(line("th", header));
  const body = element("tbody", "");
  body.append(...rows.slice(0, MOST_PRINTED).map((cells) => line("td", cells)));
  table.append(head, body);
  page.append(table);
  if (rows.length > MOST_PRINTED) page.append(element("p", "", blotterTexts.printedFirst(MOST_PRINTED)));
  return page;
}

function line(tag: "th" | "td", cells: readonly string[]): HTMLElement {
  const row = element("tr", "");
  row.append(...cells.map((text) => element(tag, NUMBER.test(text) ? "number" : "", text)));
  return row;
}

function element(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

async function tell(asked: ReturnType<typeof shellRequest>): Promise<void> {
  const reply = await asked;
  if (!reply.ok)
    messages.post({ severity: "warning", text: blotterTexts.notExported, detail: reply.error.message, code: reply.error.code });
  else if (typeof reply.note === "string") messages.post({ severity: "info", text: `${blotterTexts.exportedTo} ${reply.note}` });
}
