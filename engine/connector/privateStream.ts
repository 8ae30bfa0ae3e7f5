import { LiveSocket } from "./liveSocket.ts";
import { hasEnded } from "./venueWords.ts";

/** The venue pings every half minute. */
const SILENCE_MS = 75_000;

/** What pushed messages call for: a look at the fills, a look at orders that ended. */
type News = { readonly hasFills: boolean; readonly ended: readonly string[] };
type StreamListeners = { readonly happened: (news: News) => void; readonly closed: (why: string) => void };

/**
 * Opens the stream of pushed messages of the account; throws when it does not open. They only tell that something happened; what it was is
 * asked for (see Reconciler).
 */
export function openPrivateStream(address: string, { closed, happened }: StreamListeners): Promise<LiveSocket> {
  return LiveSocket.open(address, {
    name: "private stream",
    silenceMs: SILENCE_MS,
    pingsInFrames: true,
    received(text) {
      const news = newsIn(text);
      if (news.hasFills || news.ended.length > 0) happened(news);
    },
    closed,
  });
}

/** Both framings: one event a frame, or a list of them. What cannot be read calls for a look. */
function newsIn(text: string): News {
  try {
    const raw: unknown = JSON.parse(text);
    const events = (Array.isArray(raw) ? raw : [raw]) as readonly Readonly<Record<string, unknown>>[];
    const reports = events.filter(({ e }) => e === "executionReport");
    return {
      hasFills: events.some(({ e }) => e === "ticketInfo") || reports.some(({ l }) => Number(l) > 0),
      ended: reports.flatMap(({ i, X }) => (hasEnded({ status: String(X) }) ? [String(i)] : [])),
    };
  } catch {
    return { hasFills: true, ended: [] };
  }
}
