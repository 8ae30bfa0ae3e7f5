import { shell, type App, type Session, type WebContents } from "electron";
import { APP_SCHEME, isOwnPage } from "./appProtocol.ts";
import type { Log } from "./log.ts";

/** The chart's licence asks for a link to its makers. It opens in the person's own browser, never here, and no other address does. */
const ATTRIBUTION_HOST = "www.tradingview.com";
const ATTRIBUTION_URL = "https://www.tradingview.com/";

/** Names lookups, updates and pings that Chromium would do by itself: a terminal on a simulated venue needs no network at all. */
export function silenceNetwork(commandLine: App["commandLine"]): void {
  commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
  commandLine.appendSwitch("disable-background-networking");
  commandLine.appendSwitch("disable-component-update");
  commandLine.appendSwitch("disable-domain-reliability");
  commandLine.appendSwitch("no-pings");
}

/** Refuses everything that the windows' session could ask for beyond our own files. */
export function lockSession(session: Session, log: Log): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    log.warn(`Permission refused: ${permission}`);
    answer(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const own = details.url.startsWith(`${APP_SCHEME}:`) || details.url.startsWith("data:") || details.url.startsWith("devtools:");
    if (!own) log.warn(`Request refused: ${details.resourceType} ${details.url.slice(0, 200)}`);
    answer({ cancel: !own });
  });
  session.on("will-download", (event, item) => {
    log.warn(`Download refused: ${item.getURL().slice(0, 200)}`);
    event.preventDefault();
  });
  session.setSpellCheckerEnabled(false);
}

/** Holds a page where it is: no navigation, no second window, no embedded page. */
export function lockContents(contents: WebContents, log: Log): void {
  const refuse = (kind: string) => (event: { preventDefault: () => void; url: string }) => {
    if (isOwnPage(event.url)) return;
    log.warn(`${kind} refused: ${event.url.slice(0, 200)}`);
    event.preventDefault();
  };
  contents.on("will-navigate", refuse("Navigation"));
  contents.on("will-frame-navigate", refuse("Frame navigation"));
  contents.on("will-redirect", refuse("Redirect"));
  contents.on("will-attach-webview", (event) => {
    log.warn("Embedded page refused");
    event.preventDefault();
  });
  contents.setWindowOpenHandler(({ url }) => {
    log.warn(`New window refused: ${url.slice(0, 200)}`);
    const target = URL.parse(url);
    if (target?.protocol === "https:" && target.host === ATTRIBUTION_HOST) void shell.openExternal(ATTRIBUTION_URL);
    return { action: "deny" };
  });
  contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
}
