import { CrosshairMode, LineStyle, TickMarkType, type ChartOptions, type DeepPartial, type Time } from "lightweight-charts";
import { unreachable } from "../../../shared/assert.ts";
import type { CandleInterval } from "../../../shared/views.ts";
import { formatDate, formatTime, type TimeZone } from "../../ui/format.ts";
import { CANVAS_FONT, type Tokens } from "../../ui/tokens.ts";
import { chartTexts } from "./chartTexts.ts";

const US_PER_SECOND = 1_000_000;
const HONG_KONG_OFFSET_SECONDS = 8 * 3_600;

/**
 * The library knows only UTC and marks its axis at UTC midnights. Bars are therefore given to it at the zone's local time as if that
 * were UTC, and its times are written out again as UTC: the axis then breaks at local midnights.
 */
export function chartSeconds(us: number, zone: TimeZone): number {
  return us / US_PER_SECOND + (zone === "hongKong" ? HONG_KONG_OFFSET_SECONDS : 0);
}

/** The inverse of chartSeconds. */
export function venueUs(seconds: number, zone: TimeZone): number {
  return (seconds - (zone === "hongKong" ? HONG_KONG_OFFSET_SECONDS : 0)) * US_PER_SECOND;
}

function tickMark(time: Time, type: TickMarkType): string {
  if (typeof time !== "number") return "";
  const us = time * US_PER_SECOND;
  const [year = "", month = "", day = ""] = formatDate(us, "utc").split("-");
  switch (type) {
    case TickMarkType.Year:
      return year;
    case TickMarkType.Month:
      return chartTexts.month(Number(month));
    case TickMarkType.DayOfMonth:
      return chartTexts.day(Number(month), Number(day));
    case TickMarkType.Time:
      return formatTime(us, "utc").slice(0, 5);
    case TickMarkType.TimeWithSeconds:
      return formatTime(us, "utc");
    default:
      return unreachable(type);
  }
}

/** Text of a bar's time, given in the chart's own seconds. */
export function barTimeText(seconds: number, interval: CandleInterval): string {
  const us = seconds * US_PER_SECOND;
  if (interval >= 86_400) return formatDate(us, "utc");
  return `${formatDate(us, "utc")} ${interval < 60 ? formatTime(us, "utc") : formatTime(us, "utc").slice(0, 5)}`;
}

export function chartOptions(colours: Tokens): DeepPartial<ChartOptions> {
  return {
    layout: {
      // The attribution is a condition of the library's licence; the chart keeps the library's own logo in the page.
      attributionLogo: false,
      background: { color: colours.panel },
      textColor: colours.secondary,
      fontFamily: CANVAS_FONT,
      fontSize: 11,
      panes: { separatorColor: colours.line, separatorHoverColor: colours["line-strong"] },
    },
    grid: { vertLines: { color: colours.raised }, horzLines: { color: colours.raised } },
    crosshair: {
      mode: CrosshairMode.Normal,
      vertLine: { color: colours.secondary, labelBackgroundColor: colours["line-strong"], style: LineStyle.Dotted, width: 1 },
      horzLine: { color: colours.secondary, labelBackgroundColor: colours["line-strong"], style: LineStyle.Dotted, width: 1 },
    },
    rightPriceScale: { borderColor: colours.line, scaleMargins: { top: 0.14, bottom: 0.22 }, minimumWidth: 76 },
    timeScale: {
      borderColor: colours.line,
      rightOffset: 12,
      barSpacing: 7,
      minBarSpacing: 0.6,
      timeVisible: true,
      tickMarkFormatter: tickMark,
    },
    localization: { locale: "en-GB" },
  };
}
