import type { IChartApi } from "lightweight-charts";
import { AdoptedStyles } from "../../ui/adoptedStyles.ts";

const styles = new AdoptedStyles();

/**
 * The library moves its logo from pane to pane, each time with a <style> element of its own, which the page's policy refuses. The logo that
 * it made is kept beside the chart instead, its style is adopted once, and the library is told to make no other.
 */
export function keptLogo(chart: IChartApi, box: HTMLElement, host: HTMLElement): HTMLElement | null {
  const logo = box.querySelector<HTMLElement>("#tv-attr-logo")?.cloneNode(true) ?? null;
  const style = box.querySelector("style")?.cloneNode(true);
  chart.applyOptions({ layout: { attributionLogo: false } });
  // Only a repaint takes its own one away, and only another size repaints at once; the box is not in the document yet.
  chart.resize(host.clientWidth + 1, host.clientHeight, true);
  chart.resize(host.clientWidth, host.clientHeight, true);
  if (!(logo instanceof HTMLElement) || style === undefined) return null;
  const holder = document.createElement("div");
  holder.append(style);
  styles.extractFrom(holder);
  box.append(logo);
  return logo;
}
