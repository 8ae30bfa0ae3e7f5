import { z } from "zod";
import { keyWishSchema, type ApiKeyList } from "./apiKeys.ts";
import type { TypedError } from "./errors.ts";
import { lookSchema } from "./look.ts";
import { layoutPlaceSchema, venueWishSchema, type VenueConnection } from "./venueConnection.ts";
import type { PriceSource } from "./views.ts";

/**
 * The few messages between a window and the Electron main process, apart from the engine's port, and between the main process and
 * the engine process. Trading never passes here: a window talks to the engine over a MessagePort that the main process hands out once
 * it has checked who asks.
 */
export const shellChannels = {
  /** Window -> main: asks for (another) engine port. */
  connect: "terminal:connect",
  /** Main -> window: carries the port in its `ports`. */
  port: "terminal:port",
  /** Main -> window: EngineProcessState. */
  engineProcess: "terminal:engine-process",
  /** Main -> window: MenuCommand. */
  menu: "terminal:menu",
  /** Window -> main: invoke, ShellRequest -> ShellReply. */
  request: "terminal:request",
} as const;

/** Life of the engine process as the shell sees it. */
export type EngineProcessState =
  | { readonly state: "starting"; readonly attempt: number }
  | { readonly state: "running"; readonly pid: number }
  | {
      readonly state: "down";
      readonly reason: string;
      readonly error: TypedError | null;
      readonly attempt: number;
      readonly retryInMs: number | null;
    };

const noteBooks = ["messages", "actions"] as const;
export type NoteBook = (typeof noteBooks)[number];

/** A name without a folder. */
function fileName(...extensions: readonly string[]): z.ZodString {
  return z
    .string()
    .regex(
      new RegExp(String.raw`^[\w -][\w .-]{0,80}\.(${extensions.join("|")})$`),
      `a file name without a folder, ending in ${extensions.map((extension) => `.${extension}`).join(" or ")}`,
    );
}

export const shellRequestSchema = z.discriminatedUnion("type", [
  /** Versions and paths for the about box. */
  z.strictObject({ type: z.literal("about") }),
  /** Lets a person choose a file of past bars for a symbol and imports it; `imported` is absent when the dialog was dismissed. A window never names a path. */
  z.strictObject({ type: z.literal("importHistory"), symbol: z.string().min(1).max(24) }),
  /** The saved layout of this window at the venue on view, or null; at a venue that is new to it the terminal's own, which is then called borrowed. */
  z.strictObject({ type: z.literal("loadLayout") }),
  /** What the person chose to look at and to read: the shell's menu and the ground of a window that is still empty follow. */
  z.strictObject({ type: z.literal("setLook"), look: lookSchema }),
  /** To the place that loadLayout named: the terminal may be at another venue by now. */
  z.strictObject({ type: z.literal("saveLayout"), place: layoutPlaceSchema, layout: z.string().max(1_000_000) }),
  /** What was saved there is not for this version: it is kept under another name before anything is saved over it. */
  z.strictObject({ type: z.literal("copyLayoutAside"), place: layoutPlaceSchema }),
  /** Lets a person choose where a PNG goes and writes it; `note` is its path, null when the dialog was dismissed. A window never names a path. */
  z.strictObject({
    type: z.literal("savePicture"),
    name: fileName("png"),
    base64: z.base64().max(60_000_000),
  }),
  /** Appends lines to one of the person's own records, and reads back the newest: what the terminal told, and what a person did. */
  z.strictObject({ type: z.literal("appendNotes"), book: z.enum(noteBooks), lines: z.array(z.string().max(8_000)).min(1).max(500) }),
  z.strictObject({ type: z.literal("readNotes"), book: z.enum(noteBooks), limit: z.number().int().min(1).max(20_000) }),
  /** Lets a person choose where a file goes and writes it; `note` is its path, null when the dialog was dismissed. A window never names a path. */
  z.strictObject({ type: z.literal("saveFile"), name: fileName("csv", "json"), text: z.string().max(64_000_000) }),
  /** The same with the asking window as it prints. */
  z.strictObject({ type: z.literal("printPdf"), name: fileName("pdf") }),
  /** Lets a person choose a file and returns what is in it; `text` is null when the dialog was dismissed. */
  z.strictObject({ type: z.literal("openFile"), kind: z.literal("workspace") }),
  /** Opens a further window, with a layout document or its own default. */
  z.strictObject({ type: z.literal("openWindow"), layout: z.string().max(1_000_000).nullable() }),
  /** The named layouts, one text shared by all windows. */
  z.strictObject({ type: z.literal("loadWorkspaces") }),
  z.strictObject({ type: z.literal("saveWorkspaces"), text: z.string().max(8_000_000) }),
  /** The named layouts cannot be read: they are kept under another name. */
  z.strictObject({ type: z.literal("setWorkspacesAside") }),
  /** Shows a message of the operating system. */
  z.strictObject({ type: z.literal("notify"), title: z.string().min(1).max(120), body: z.string().max(400) }),
  /** Keys of the simulated exchange's own interface: lists them, makes one, whose secret the reply alone tells, withdraws one. */
  z.strictObject({ type: z.literal("listApiKeys") }),
  z.strictObject({ type: z.literal("createApiKey"), key: keyWishSchema }),
  z.strictObject({ type: z.literal("revokeApiKey"), accessKey: z.string().min(1).max(64) }),
  /** The outside venue: whether the terminal is connected to one, to be connected to it with a key, and to go back to the simulated exchange. */
  z.strictObject({ type: z.literal("venueConnection") }),
  z.strictObject({ type: z.literal("connectVenue"), wish: venueWishSchema }),
  z.strictObject({ type: z.literal("leaveVenue") }),
  /** Starts the engine process at once instead of waiting for the back-off, or after a fatal error. */
  z.strictObject({ type: z.literal("restartEngine") }),
]);
export type ShellRequest = z.infer<typeof shellRequestSchema>;

export type AboutInfo = {
  readonly version: string;
  readonly electron: string;
  readonly node: string;
  readonly chrome: string;
  /** Which runtime runs this: the official Electron, a person's own choice, or the development fallback that is never released. */
  readonly runtime: "official" | "override" | "fallback" | "packaged";
  readonly dataFolder: string;
};

export type SavedLayout = { readonly place: string; readonly isBorrowed: boolean; readonly text: string | null };

export type ShellReply =
  | {
      readonly ok: true;
      readonly about?: AboutInfo;
      readonly note?: string | null;
      readonly layout?: SavedLayout;
      readonly text?: string | null;
      readonly apiKeys?: ApiKeyList;
      readonly venue?: VenueConnection;
      /** What an import came to; absent when the dialog was dismissed. */
      readonly imported?: Pick<ImportOutcome, "source" | "changed">;
      /** Oldest first. */
      readonly notes?: readonly string[];
    }
  | { readonly ok: false; readonly error: TypedError };

/** A deed that a person chose in the application's menu and that the window performs: it knows the current instrument and owns the layout. */
export type MenuCommand = "importHistory" | "resetLayout" | "settings" | "about" | "connectVenue" | "leaveVenue";

/** What the preload script puts on `window.terminal`; the engine port itself arrives as a window message named `shellChannels.port`. */
export type TerminalBridge = {
  readonly connect: () => void;
  readonly request: (request: ShellRequest) => Promise<ShellReply>;
  /** Tells the present state at once, then every change. Returns what ends it. */
  readonly onEngineProcess: (listener: (state: EngineProcessState) => void) => () => void;
  readonly onMenu: (listener: (command: MenuCommand) => void) => () => void;
};

/** What became of an import: what the instrument follows now, and whether that is another file than before. On error nothing changed. */
export type ImportOutcome = { readonly source: PriceSource | null; readonly changed: boolean; readonly error: TypedError | null };

/** Main -> engine process, over the process's own channel. A "connect" message carries the client's port. */
export type EngineControl =
  | { readonly type: "connect"; readonly session: string; readonly owner: string; readonly operator: boolean }
  | { readonly type: "importHistory"; readonly requestId: number; readonly symbol: string; readonly path: string }
  /** The API key of the venue to connect to; nothing writes it down. */
  | { readonly type: "credentials"; readonly credentials: { readonly accessKey: string; readonly secret: string } }
  /** Answered with "pong" by a process that works. */
  | { readonly type: "ping" }
  | { readonly type: "shutdown" };

/** Engine process -> main. After "fatal" the process exits. */
export type EngineReport =
  | { readonly type: "ready"; readonly lastSeq: number; readonly stateHash: string; readonly startMs: number }
  | ({ readonly type: "imported"; readonly requestId: number } & ImportOutcome)
  /** The venue's interface is served at these addresses. */
  | { readonly type: "apiListening"; readonly sites: readonly { readonly site: string; readonly url: string }[] }
  | { readonly type: "pong" }
  | { readonly type: "fatal"; readonly error: TypedError };
