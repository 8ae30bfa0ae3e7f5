import type { Instrument } from "../../../shared/catalog.ts";
import type { VenueLabel } from "../../../shared/protocol.ts";
import { appTexts } from "../../app/appTexts.ts";
import { messages } from "../../app/messages.ts";
import { preferences } from "../../app/preferences.ts";
import { readModel } from "../../app/readModel.ts";
import { modeOf } from "../../app/venueMode.ts";
import { shellRequest } from "../../app/shell.ts";
import { formatDate, formatTime, zoneLabel } from "../../ui/format.ts";
import { CANVAS_FONT, tokens } from "../../ui/tokens.ts";
import { chartTexts } from "./chartTexts.ts";

const STAMP_HEIGHT = 24;

/** Lets a person save the chart as a PNG whose first line says mode, venue, instrument and time: a picture travels without its window. */
export async function saveChartPicture(chart: HTMLCanvasElement, instrument: Instrument, interval: string): Promise<void> {
  const mode = modeOf(readModel);
  const picture = stamped(chart, mode, stampText(mode, instrument, interval));
  const base64 = picture.toDataURL("image/png").replace(/^data:image\/png;base64,/, "");
  const name = `${instrument.symbol.replaceAll("/", "-")} ${interval}.png`;
  const reply = await shellRequest({ type: "savePicture", name, base64 });
  if (!reply.ok) {
    messages.post({ severity: "warning", text: chartTexts.notSaved, detail: reply.error.message, code: reply.error.code });
    return;
  }
  if (typeof reply.note === "string") messages.post({ severity: "info", text: chartTexts.saved(reply.note) });
}

function stampText(mode: VenueLabel["mode"], instrument: Instrument, interval: string): string {
  const venue = readModel.session?.venue;
  const at = readModel.atUs;
  const time =
    at === null ? "" : ` · ${formatDate(at, preferences.zone)} ${formatTime(at, preferences.zone)} ${zoneLabel(preferences.zone)}`;
  return `${appTexts.modes[mode]} · ${venue?.name ?? ""} · ${instrument.symbol} ${interval}${time}`;
}

/** On the banner's own ground: a simulation looks like one, and the market like the market. */
function stamped(chart: HTMLCanvasElement, mode: VenueLabel["mode"], text: string): HTMLCanvasElement {
  const ratio = devicePixelRatio;
  const picture = document.createElement("canvas");
  picture.width = chart.width;
  picture.height = chart.height + STAMP_HEIGHT * ratio;
  const context = picture.getContext("2d");
  if (context === null) return picture;
  const colours = tokens();
  context.fillStyle = colours[mode];
  context.fillRect(0, 0, picture.width, STAMP_HEIGHT * ratio);
  context.drawImage(chart, 0, STAMP_HEIGHT * ratio);
  context.scale(ratio, ratio);
  context.font = `600 12px ${CANVAS_FONT}`;
  context.textBaseline = "middle";
  context.fillStyle = colours[`${mode}-text`];
  context.fillText(text, 8, STAMP_HEIGHT / 2 + 0.5);
  // The logo is an element of the page, which a picture of the canvas leaves out.
  context.font = `400 11px ${CANVAS_FONT}`;
  context.textAlign = "right";
  context.fillText(chartTexts.attribution, chart.width / ratio - 8, STAMP_HEIGHT / 2 + 0.5);
  return picture;
}
