import { useState, useEffect, type ReactNode } from "react";
import type { AboutInfo } from "../../../shared/shell.ts";
import { messages } from "../../app/messages.ts";
import { shellBridge, shellRequest } from "../../app/shell.ts";
import { Dialog } from "../../ui/controls.tsx";

const runtimeLabels: Readonly<Record<AboutInfo["runtime"], string>> = {
  official: "official Electron",
  override: "Electron chosen by ELECTRON_OVERRIDE_DIST_PATH",
  fallback: "development fallback, never released",
  packaged: "packaged application",
};

/** Version and runtime in the status bar; a press shows the rest. */
export function AboutButton(): ReactNode {
  const [about, setAbout] = useState<AboutInfo | null>(null);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    void loadAbout().then(setAbout);
    return shellBridge()?.onMenu((command) => command === "about" && setOpen(true));
  }, []);
  return (
    <>
      <button type="button" className="button quiet" data-testid="about" onClick={() => setOpen(true)}>
        {about === null ? "About" : `v${about.version} · Electron ${about.electron} (${about.runtime})`}
      </button>
      {open && <AboutDialog about={about} onClose={() => setOpen(false)} />}
    </>
  );
}

async function loadAbout(): Promise<AboutInfo | null> {
  const reply = await shellRequest({ type: "about" });
  if (reply.ok) return reply.about ?? null;
  messages.post({
    severity: "warning",
    text: "The application's versions could not be read.",
    detail: reply.error.message,
    code: reply.error.code,
  });
  return null;
}

function AboutDialog({ about, onClose }: { readonly about: AboutInfo | null; readonly onClose: () => void }): ReactNode {
  return (
    <Dialog testId="about-dialog" title="HashKey Terminal" onClose={onClose}>
      {about !== null && (
        <dl className="facts">
          <dt>Version</dt>
          <dd>{about.version}</dd>
          <dt>Runtime</dt>
          <dd data-testid="about-runtime">
            Electron {about.electron} ({runtimeLabels[about.runtime]})
          </dd>
          <dt>Node, Chromium</dt>
          <dd>
            {about.node}, {about.chrome}
          </dd>
          <dt>Data folder</dt>
          <dd>{about.dataFolder}</dd>
          <dt>Charts</dt>
          <dd>TradingView Lightweight Charts™, © TradingView, Inc., https://www.tradingview.com/, Apache-2.0</dd>
          <dt>Licence</dt>
          <dd>MIT. The README and THIRD-PARTY-NOTICES.txt beside a packaged application name the libraries used and their licences.</dd>
        </dl>
      )}
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
