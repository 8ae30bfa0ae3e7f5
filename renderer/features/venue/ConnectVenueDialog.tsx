import { useState, type ReactNode } from "react";
import { venueSites, wishError, type VenueWish, type VenueWishField } from "../../../shared/venueConnection.ts";
import { dialogs } from "../../app/dialogs.ts";
import { shellRequest } from "../../app/shell.ts";
import { venueConnection } from "../../app/venueConnection.ts";
import { Dialog, Segmented } from "../../ui/controls.tsx";
import { VenueField } from "./VenueField.tsx";
import { venueTexts as texts } from "./venueTexts.ts";
import "./venue.css";

/** The documented addresses of the venue's sites. */
const EXAMPLES = {
  HK: { rest: "https://api-pro.hashkey.com", socket: "wss://stream-pro.hashkey.com" },
  GLB: { rest: "https://api-glb.hashkey.com", socket: "wss://stream-glb.hashkey.com" },
} as const;
const EMPTY: VenueWish = { site: "HK", address: "", socketAddress: "", accessKey: "", secret: "" };

type Mistake = { readonly field: VenueWishField | null; readonly text: string };

/** CN-16: where to connect to and with which key. What is entered lives as long as the dialog, and goes nowhere but to the shell. */
export function ConnectVenueDialog(): ReactNode {
  const { connectedTo: at, keepsKeys } = venueConnection();
  const [wish, setWish] = useState(EMPTY);
  const [mistake, setMistake] = useState<Mistake | null>(null);
  const [isSending, setSending] = useState(false);
  const site = wish.site === "GLB" ? "GLB" : "HK";
  const example = EXAMPLES[site];
  const set = (field: VenueWishField, value: string): void => {
    setWish((before) => ({ ...before, [field]: value }));
    if (mistake?.field === field) setMistake(null);
  };
  const connect = async (): Promise<void> => {
    const trimmed = { ...wish, address: wish.address.trim(), socketAddress: wish.socketAddress.trim(), accessKey: wish.accessKey.trim() };
    const error = wishError(trimmed);
    if (error !== null) {
      setMistake({ field: error.field, text: texts.mistakes[error.field] });
      return;
    }
    setSending(true);
    const reply = await shellRequest({ type: "connectVenue", wish: trimmed });
    // Where all is well, the shell loads every window anew.
    if (reply.ok) return;
    setSending(false);
    const { field, value, message, rule } = reply.error;
    if (field === "accessKey") setMistake({ field, text: value === "unreadable" ? texts.unreadableKey : texts.noKey });
    else setMistake({ field: null, text: texts.notDone(message, rule) });
  };
  const field = (name: Exclude<VenueWishField, "site">, hint: string): ReactNode => (
    <VenueField
      name={name}
      label={texts[name]}
      hint={hint}
      value={wish[name]}
      mistake={mistake?.field === name ? mistake.text : null}
      onChange={(value) => set(name, value)}
    />
  );
  return (
    <Dialog testId="venue-dialog" title={texts.title} onClose={() => dialogs.close()}>
      <p className="venue-live" data-testid="venue-live">
        {texts.live}
      </p>
      <p className="secondary">{at === null ? texts.explain : texts.now(at.site, at.address)}</p>
      <form
        aria-label={texts.title}
        onSubmit={(event) => {
          event.preventDefault();
          if (!isSending) void connect();
        }}
      >
        <div className="venue-form">
          <span>{texts.site}</span>
          <Segmented
            label={texts.site}
            value={site}
            options={venueSites.map((each) => ({ value: each, label: texts.sites[each], testId: `venue-site-${each}` }))}
            onChange={(value) => set("site", value)}
          />
          {field("address", example.rest)}
          {field("socketAddress", texts.socketHint(example.socket))}
          {field("accessKey", texts.keyHint)}
          {field("secret", texts.keyHint)}
        </div>
        <p className="secondary" data-testid="venue-storage">
          {keepsKeys ? texts.kept : texts.memory}
        </p>
        {mistake !== null && mistake.field === null && (
          <p className="field-error" role="alert" data-testid="venue-problem">
            {mistake.text}
          </p>
        )}
        <div className="dialog-actions">
          <button type="button" className="button large" data-testid="venue-cancel" onClick={() => dialogs.close()}>
            {texts.cancel}
          </button>
          <button type="submit" className="button large" data-testid="venue-connect" disabled={isSending}>
            {isSending ? texts.connecting : texts.connect}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
