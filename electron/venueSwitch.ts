import { join } from "node:path";
import { unreachable } from "../shared/assert.ts";
import { typedError, type TypedError } from "../shared/errors.ts";
import { failed, ok, type Result } from "../shared/result.ts";
import type { ShellReply, ShellRequest } from "../shared/shell.ts";
import { wishError, type VenueConnection, type VenueWish } from "../shared/venueConnection.ts";
import { credentialsSchema, type Credentials } from "../engine/connector/credentials.ts";
import { openDataFolder } from "./dataFolder.ts";
import type { EngineProcess, EngineTarget } from "./engineProcess.ts";
import type { Log } from "./log.ts";
import { keepKey, keepsKeys, keptKey } from "./venueKey.ts";
import { venuePlace } from "./venuePlace.ts";

type VenueRequest = Extract<ShellRequest, { readonly type: "venueConnection" | "connectVenue" | "leaveVenue" }>;

export type VenueSwitchOptions = {
  readonly engine: EngineProcess;
  /** What the terminal was started for. */
  readonly home: EngineTarget;
  /** The venue that it was started for; null for its simulated exchange. */
  readonly homeVenue: VenueConnection["connectedTo"];
  readonly log: Log;
  /** Called once another engine process starts, before it is ready. */
  readonly onSwitched: () => void;
};

/**
 * CN-16: connects the running terminal to another venue and back, by ending the engine process cleanly and starting one on that venue's own data
 * folder. Windows, layouts and notes stay the terminal's. A start by itself is at what the command line says.
 */
export class VenueSwitch {
  readonly #options: VenueSwitchOptions;
  /** Keys that were entered since the start, by data folder, for systems without a safe storage. */
  readonly #entered = new Map<string, Credentials>();
  #connectedTo: VenueConnection["connectedTo"];

  constructor(options: VenueSwitchOptions) {
    this.#options = options;
    this.#connectedTo = options.homeVenue;
  }

  get connection(): VenueConnection {
    const { homeVenue } = this.#options;
    return { connectedTo: this.#connectedTo, canReturn: homeVenue === null && this.#connectedTo !== null, keepsKeys: keepsKeys() };
  }

  /** Where windows keep what they look like at the venue on view; see venuePlace.ts. A terminal that was started for a venue has its own folder for that. */
  get place(): string {
    return this.#options.homeVenue === null ? venuePlace(this.#connectedTo) : "";
  }

  async answer(request: VenueRequest): Promise<ShellReply> {
    switch (request.type) {
      case "venueConnection":
        return { ok: true, venue: this.connection };
      case "connectVenue":
        return this.#reply(await this.#connect(request.wish));
      case "leaveVenue":
        return this.#reply(await this.#leave());
      default:
        return unreachable(request);
    }
  }

  #reply(error: TypedError | null): ShellReply {
    return error === null ? { ok: true, venue: this.connection } : { ok: false, error };
  }

  async #connect(wish: VenueWish): Promise<TypedError | null> {
    const { home, log } = this.#options;
    const mistake = wishError(wish);
    if (mistake !== null) return mistake;
    const address = wish.address.replace(/\/+$/, "");
    const folder = join(home.dataFolder, "venues", venuePlace({ site: wish.site, address }));
    const key = this.#keyFor(folder, wish);
    if (!key.ok) return key.error;
    const opened = openDataFolder(folder);
    if (!opened.ok) return opened.error;
    const dataFolder = opened.value;
    if (wish.accessKey !== "") keepKey(dataFolder, key.value, log);
    this.#entered.set(folder, key.value);
    const socket = wish.socketAddress === "" ? "" : `,${wish.socketAddress}`;
    log.info(`The terminal connects to ${wish.site} at ${address}, with its journal in ${dataFolder}`);
    return this.#switch(
      { dataFolder, arguments: ["--connect", `${wish.site}=${address}${socket}`], credentials: key.value },
      { site: wish.site, address },
    );
  }

  async #leave(): Promise<TypedError | null> {
    const { home, log } = this.#options;
    if (!this.connection.canReturn) {
      const rule = "a terminal that was connected to a venue in its window";
      const message =
        this.#connectedTo === null
          ? "The terminal is at its simulated exchange already."
          : "This terminal was started for that venue and has no simulated exchange. Start it without --connect.";
      return typedError("QUERY_INVALID", { field: "leaveVenue", value: this.#connectedTo?.address, rule, message });
    }
    log.info("The terminal goes back to its simulated exchange");
    return this.#switch(home, null);
  }

  async #switch(target: EngineTarget, venue: VenueConnection["connectedTo"]): Promise<TypedError | null> {
    if (!(await this.#options.engine.switchTo(target))) {
      const rule = "an engine that is not about to end";
      return typedError("ENGINE_BUSY", {
        field: "engine",
        rule,
        message: "The engine is just ending or starting again; try again in a moment.",
      });
    }
    this.#connectedTo = venue;
    this.#options.onSwitched();
    return null;
  }

  /** The key as entered, or the one that was kept for the folder. */
  #keyFor(dataFolder: string, { accessKey, secret }: VenueWish): Result<Credentials> {
    if (accessKey !== "") return ok(credentialsSchema.parse({ accessKey, secret }));
    const entered = this.#entered.get(dataFolder);
    if (entered !== undefined) return ok(entered);
    const kept = keptKey(dataFolder);
    if (typeof kept !== "string") return ok(kept);
    const rule = "the venue's API key, as none is kept for this address that could be read";
    const message =
      kept === "none"
        ? "No key is kept for this address. Enter its access key and secret."
        : "The key that is kept for this address cannot be read: the system's safe storage does not open it. Enter access key and secret again.";
    return failed(typedError("ARGUMENT_INVALID", { field: "accessKey", value: kept, rule, message }));
  }
}
