import { useState, useEffect, type ReactNode } from "react";
import type { AboutInfo } from "../../../shared/shell.ts";
import { messages } from "../../app/messages.ts";
import { shellBridge, shellRequest } from "../../app/shell.ts";
import { Dialog } from "../../ui/controls.tsx";
import { Facts } from "../../ui/Facts.tsx";
import { statusTexts as texts } from "./statusTexts.ts";

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
        {about === null ? texts.about : `v${about.version}`}
        {about !== null && (
          <span className="about-runtime">
            {" "}
            · Electron {about.electron} ({texts.runtimes[about.runtime]})
          </span>
        )}
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
    text: texts.versionsUnread,
    detail: reply.error.message,
    code: reply.error.code,
  });
  return null;
}

function AboutDialog({ about, onClose }: { readonly about: AboutInfo | null; readonly onClose: () => void }): ReactNode {
  return (
    <Dialog testId="about-dialog" title="HashKey Terminal" onClose={onClose}>
      {about !== null && (
        <Facts
          facts={[
            { label: texts.version, value: about.version },
            { label: texts.runtime, value: `Electron ${about.electron} (${texts.runtimesLong[about.runtime]})`, testId: "about-runtime" },
            { label: texts.nodeAndChromium, value: `${about.node}, ${about.chrome}` },
            { label: texts.dataFolder, value: about.dataFolder },
            { label: texts.charts, value: texts.chartsText },
            { label: texts.licence, value: texts.licenceText },
          ]}
        />
      )}
      <div className="dialog-actions">
        <button type="button" className="button large" onClick={onClose}>
          {texts.close}
        </button>
      </div>
    </Dialog>
  );
}
