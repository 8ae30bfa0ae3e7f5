import { readFile } from "node:fs/promises";
import { extname, join, sep } from "node:path";

/** The window's own scheme: pages come from the application's files alone and have an origin of their own, which file: would not give them. */
export const APP_SCHEME = "app";
const APP_ORIGIN = "app://terminal";
export const INDEX_URL = `${APP_ORIGIN}/index.html`;

/**
 * What a page may do: show our own files. No inline code or style, no eval, nothing remote, no frames, no forms.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const SECURITY_HEADERS = {
  "Content-Security-Policy": CONTENT_SECURITY_POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), clipboard-read=()",
} as const;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** Is this the address of the terminal's own page? */
export function isOwnPage(url: string): boolean {
  return url === INDEX_URL || url.startsWith(`${INDEX_URL}#`);
}

/**
 * The file that a URL of our scheme names, or null for everything else: another host, a kind of file that we do not ship, a path that leads out
 * of the folder by `..`, encoded separators, a drive letter or a NUL.
 */
export function contentPath(folder: string, url: string): string | null {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.protocol !== `${APP_SCHEME}:` || parsed.host !== "terminal") return null;
  let path: string;
  try {
    path = decodeURIComponent(parsed.pathname);
  } catch {
    // A stray "%": not a name of ours.
    return null;
  }
  const segments = path.split("/").slice(1);
  const plain = segments.length > 0 && segments.every((segment) => /^[\w@.-]+$/.test(segment) && !/^\.+$/.test(segment));
  if (!plain || MEDIA_TYPES[extname(path)] === undefined) return null;
  const file = join(folder, ...segments);
  return file.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? file : null;
}

/** Answers a request of a window out of `folder`. */
export async function respond(folder: string, request: { readonly method: string; readonly url: string }): Promise<Response> {
  if (request.method !== "GET" && request.method !== "HEAD") return refusal(405);
  const file = contentPath(folder, request.url);
  if (file === null) return refusal(404);
  try {
    const body = await readFile(file);
    return new Response(request.method === "HEAD" ? null : new Uint8Array(body), {
      headers: { ...SECURITY_HEADERS, "Content-Type": MEDIA_TYPES[extname(file)] ?? "application/octet-stream" },
    });
  } catch {
    // Absent, or not a file: for the page it is the same.
    return refusal(404);
  }
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: SECURITY_HEADERS });
}
