import { randomBytes } from "node:crypto";
import { ApiError } from "../apiError.ts";
import { pairsOf, type Venue } from "../call.ts";
import { intervalCalled, type Interval } from "../klines.ts";
import type { PairMarket } from "../marketView.ts";
import { scaleOf } from "../mergedDepth.ts";
import { BestFeed, DepthChangesFeed, DepthFeed, KlineFeed, TickerFeed, TradeFeed, type Feed } from "./channels.ts";
import { Message, type Connection } from "./connection.ts";
import { StreamProblem, readRequest, type StreamRequest, type StreamVersion } from "./streamRequest.ts";

/** The shortest cadence; the others are multiples of it. */
const BEAT_MS = 100;
/** Beats between two pushes of a topic. */
const cadence = { realtimes: 5, trade: 3, kline: 3, depth: 3, mergedDepth: 3, diffMergedDepth: 3, bbo: 1 } as const;
/** The second interface pushes the book faster. */
const FAST_DEPTH_BEATS = 1;
/** A socket on which nothing moves in either direction is dropped. */
const IDLE_MS = 60_000;
const MOST_SUBSCRIPTIONS = 1_000;

type Topic = keyof typeof cadence;
const topicsOf: Readonly<Record<StreamVersion, readonly Topic[]>> = {
  1: ["realtimes", "trade", "kline", "depth", "mergedDepth", "diffMergedDepth", "bbo"],
  2: ["kline", "realtimes", "trade", "depth", "bbo"],
};

type Subscriber = { readonly connection: Connection; readonly packed: boolean };

/** One topic of one pair, and who listens to it. */
type Channel = {
  readonly key: string;
  readonly topic: Topic;
  readonly version: StreamVersion;
  readonly market: PairMarket;
  readonly feed: Feed;
  readonly beats: number;
  readonly params: Readonly<Record<string, string>>;
  readonly id: string;
  readonly subscribers: Map<Client, Subscriber>;
};

/** A channel as a request names it. */
type Wanted = Pick<Channel, "key" | "topic" | "market" | "params"> & { readonly interval: Interval | null };

type Client = { readonly connection: Connection; readonly version: StreamVersion; readonly channels: Map<string, Channel> };

/** The public sockets of one site, first and second generation. What is pushed is made once for all who listen. */
export class PublicStream {
  readonly #venue: Venue;
  readonly #most: number;
  readonly #clients = new Set<Client>();
  readonly #channels = new Map<string, Channel>();
  readonly #timer: NodeJS.Timeout;
  #beat = 0;
  #lastClient = 0;

  /** `most`: subscriptions of one socket. */
  constructor(venue: Venue, most: number = MOST_SUBSCRIPTIONS) {
    this.#venue = venue;
    this.#most = most;
    this.#timer = setInterval(() => this.#push(), BEAT_MS);
    venue.exchange.market.listen({
      traded: (market, trade) => {
        for (const channel of this.#channels.values()) if (channel.market === market) channel.feed.traded?.(trade);
      },
      bookChanged: (market) => {
        for (const channel of this.#channels.values()) if (channel.market === market && channel.topic === "bbo") this.#update(channel);
      },
      interrupted: () => {
        for (const { feed } of this.#channels.values()) feed.interrupted?.();
      },
    });
  }

  /** Takes a client in. */
  join(
    version: StreamVersion,
    open: (listeners: { readonly message: (text: string) => void; readonly closed: () => void }) => Connection,
  ): void {
    const connection = open({ message: (text) => this.#receive(client, text), closed: () => this.#leave(client) });
    const client: Client = { connection, version, channels: new Map() };
    this.#clients.add(client);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { connection } of this.#clients) connection.end();
  }

  #leave(client: Client): void {
    this.#clients.delete(client);
    for (const channel of client.channels.values()) this.#unsubscribe(client, channel);
  }

  #receive(client: Client, text: string): void {
    let topic: string | undefined;
    try {
      const request = readRequest(text, client.version);
      if (request.type === "ping") {
        client.connection.send(new Message({ pong: this.#venue.exchange.nowMs() }));
        return;
      }
      topic = request.topic;
      this.#serve(client, request);
    } catch (error) {
      if (!(error instanceof StreamProblem)) throw error;
      client.connection.send(new Message(error.answer(client.version, topic)));
    }
  }

  #serve(client: Client, request: Extract<StreamRequest, { readonly type: "request" }>): void {
    if (request.event === "cancel_all") {
      for (const channel of client.channels.values()) this.#unsubscribe(client, channel);
      client.channels.clear();
      return;
    }
    const wanted = this.#wanted(client, request);
    if (request.event === "cancel") {
      for (const { key } of wanted) {
        const channel = client.channels.get(key);
        if (channel !== undefined) this.#unsubscribe(client, channel);
        client.channels.delete(key);
      }
      return;
    }
    const after = new Set([...client.channels.keys(), ...wanted.map(({ key }) => key)]);
    if (after.size > this.#most) throw new StreamProblem("-100011", `At most ${this.#most} subscriptions a socket!`);
    for (const each of wanted) this.#subscribe(client, each, request);
  }

  /** What a request names, all of it. Throws StreamProblem where a part of it cannot be, so that none of it is done. */
  #wanted(client: Client, request: Extract<StreamRequest, { readonly type: "request" }>): readonly Wanted[] {
    const { version } = client;
    const { topic, interval } = topicOf(request, version);
    const markets = request.symbols.map((symbol) => this.#pair(symbol, version));
    return markets.map((market) => {
      const params = paramsOf(request, { topic, interval, version, market });
      const key = [version, topic, market.pair.symbol, ...Object.values(params)].join("|");
      // Changes of a book are numbered for each client.
      return { key: topic === "diffMergedDepth" ? `${key}|${this.#numberOf(client)}` : key, topic, interval, market, params };
    });
  }

  readonly #numbers = new WeakMap<Client, number>();
  #numberOf(client: Client): number {
    const known = this.#numbers.get(client);
    if (known !== undefined) return known;
    this.#lastClient += 1;
    this.#numbers.set(client, this.#lastClient);
    return this.#lastClient;
  }

  #pair(symbol: string, version: StreamVersion): PairMarket {
    const market = pairsOf(this.#venue).find(({ pair }) => pair.symbol === symbol);
    if (market === undefined)
      throw version === 1 ? new StreamProblem("-100010", "Invalid Symbols!") : new StreamProblem("-100011", "Parameter error!");
    return market;
  }

  #subscribe(client: Client, wanted: Wanted, request: Extract<StreamRequest, { readonly type: "request" }>): void {
    const known = this.#channels.get(wanted.key);
    const channel = known ?? this.#open(client.version, wanted);
    const subscriber = { connection: client.connection, packed: request.binary };
    channel.subscribers.set(client, subscriber);
    client.channels.set(wanted.key, channel);
    if (client.version === 2) client.connection.send(new Message(this.#acknowledgement(request)));
    // The second interface's book begins with the first change; its clients read the state over REST.
    const snapshot = client.version === 2 && wanted.topic === "depth" ? null : channel.feed.snapshot();
    if (snapshot !== null && snapshot.length > 0)
      client.connection.send(new Message(this.#envelope(channel, snapshot, true)), subscriber.packed);
  }

  #open(version: StreamVersion, { key, topic, market, params, interval }: Wanted): Channel {
    const feed = this.#feed(topic, market, { interval, scale: scaleOf(params["dumpScale"], market.pair) });
    const beats = version === 2 && topic === "depth" ? FAST_DEPTH_BEATS : cadence[topic];
    const channel = { key, topic, version, market, feed, beats, params, id: randomBytes(8).toString("hex"), subscribers: new Map() };
    this.#channels.set(key, channel);
    return channel;
  }

  #feed(topic: Topic, market: PairMarket, { interval, scale }: { readonly interval: Interval | null; readonly scale: number }): Feed {
    const { exchange } = this.#venue;
    switch (topic) {
      case "realtimes":
        return new TickerFeed(market, exchange);
      case "trade":
        return new TradeFeed(market);
      case "kline":
        return new KlineFeed(market, exchange, interval ?? "1m");
      case "depth":
        return new DepthFeed(market, exchange, null);
      case "mergedDepth":
        return new DepthFeed(market, exchange, scale);
      case "diffMergedDepth":
        return new DepthChangesFeed(market, scale);
      case "bbo":
        return new BestFeed(market);
    }
  }

  #unsubscribe(client: Client, channel: Channel): void {
    channel.subscribers.delete(client);
    if (channel.subscribers.size === 0) this.#channels.delete(channel.key);
  }

  #push(): void {
    this.#beat += 1;
    for (const channel of this.#channels.values()) if (this.#beat % channel.beats === 0) this.#update(channel);
    for (const { connection } of this.#clients) if (connection.idleMs() > IDLE_MS) connection.cut("Nothing was sent for 60 seconds.");
  }

  #update(channel: Channel): void {
    const data = channel.feed.update();
    if (data === null) return;
    const message = new Message(this.#envelope(channel, data, false));
    for (const { connection, packed } of channel.subscribers.values()) connection.send(message, packed);
  }

  #envelope({ topic, version, market, params, id }: Channel, data: readonly unknown[], first: boolean): unknown {
    const { symbol } = market.pair;
    const site = this.#venue.profile.siteCode.toLowerCase();
    if (version === 2) return { topic, params: { symbol, ...params }, data: topic === "trade" ? data : data[0], site };
    return {
      symbol,
      symbolName: symbol,
      topic,
      params: { realtimeInterval: "24h", binary: "false", ...params },
      data,
      f: first,
      sendTime: this.#venue.exchange.nowMs(),
      channelId: id,
      shared: false,
      site,
    };
  }

  #acknowledgement({ topic, event, params }: Extract<StreamRequest, { readonly type: "request" }>): unknown {
    return { topic, event, params, code: "0", msg: "Success", site: this.#venue.profile.siteCode.toLowerCase() };
  }
}

/** The topic that a request names; the first interface writes the interval into it. Throws StreamProblem. */
function topicOf(
  request: Extract<StreamRequest, { readonly type: "request" }>,
  version: StreamVersion,
): { readonly topic: Topic; readonly interval: Interval | null } {
  const [name = "", suffix] = request.topic.split("_", 2);
  const topic = topicsOf[version].find((each) => each === name);
  const wanted = suffix ?? request.params["klineType"];
  const interval = topic === "kline" ? intervalCalled(wanted ?? "") : null;
  if (topic === undefined || interval === undefined || (suffix !== undefined && topic !== "kline")) {
    throw version === 1 ? new StreamProblem("-10004", "Invalid topic!") : new StreamProblem("-100011", "Parameter error!");
  }
  return { topic, interval };
}

/** What identifies the subscription beside topic and pair, as the envelope repeats it. Throws StreamProblem. */
function paramsOf(
  request: Extract<StreamRequest, { readonly type: "request" }>,
  {
    topic,
    interval,
    version,
    market,
  }: { readonly topic: Topic; readonly interval: Interval | null; readonly version: StreamVersion; readonly market: PairMarket },
): Record<string, string> {
  if (interval !== null) return { klineType: interval };
  if (topic !== "mergedDepth" && topic !== "diffMergedDepth") return {};
  const scale = request.params["dumpScale"];
  if (scale === undefined) throw new StreamProblem("-100013", "DumpScale required!");
  try {
    scaleOf(scale, market.pair);
  } catch (error) {
    if (error instanceof ApiError) throw new StreamProblem(version === 1 ? "-100013" : "-100011", "DumpScale required!");
    throw error;
  }
  return { dumpScale: scale };
}
