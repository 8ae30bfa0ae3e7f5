import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { contentPath, INDEX_URL, isOwnPage, respond } from "../../electron/appProtocol.ts";

const outside = mkdtempSync(join(tmpdir(), "terminal-protocol-"));
const folder = join(outside, "renderer");
mkdirSync(join(folder, "assets"), { recursive: true });
writeFileSync(join(folder, "index.html"), "<!doctype html>");
writeFileSync(join(folder, "assets", "index-Ab_1.js"), "export {};");
writeFileSync(join(outside, "secret.json"), "{}");
afterAll(() => rmSync(outside, { recursive: true }));

const get = (url: string) => respond(folder, { method: "GET", url });

describe("the window's own protocol", () => {
  it("serves the application's files with their type and the security headers", async () => {
    const page = await get(INDEX_URL);
    expect(page.status).toBe(200);
    expect(await page.text()).toBe("<!doctype html>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    const script = await get("app://terminal/assets/index-Ab_1.js");
    expect(script.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  it("forbids inline code, eval, remote sources, frames and forms in its policy", async () => {
    const policy = (await get(INDEX_URL)).headers.get("content-security-policy") ?? "";
    const directives = new Map(policy.split("; ").map((directive) => [directive.split(" ")[0], directive]));
    expect(directives.get("default-src")).toBe("default-src 'none'");
    expect(directives.get("script-src")).toBe("script-src 'self'");
    expect(directives.get("form-action")).toBe("form-action 'none'");
    expect(directives.get("frame-ancestors")).toBe("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  it.each([
    "app://terminal/../secret.json",
    "app://terminal/assets/../../secret.json",
    "app://terminal/%2e%2e/secret.json",
    "app://terminal/assets/..%2f..%2fsecret.json",
    "app://terminal/..%5csecret.json",
    "app://terminal/....//secret.json",
    "app://terminal//etc/passwd.json",
    "app://terminal/C:/secret.json",
    "app://terminal/assets/index-Ab_1.js%00.html",
    "app://terminal/%zz.html",
    "app://terminal/",
    "app://terminal/assets",
    "app://terminal/assets/absent.js",
    "app://terminal/index.exe",
    "app://other/index.html",
    "app://terminal:80/index.html",
    "file:///etc/hostname.html",
    "not a url",
  ])("serves nothing for %s", async (url) => {
    expect((await get(url)).status).toBe(404);
  });

  it("never leaves its folder, whatever the path", () => {
    expect(contentPath(folder, "app://terminal/a/b/c.js")).toBe(join(folder, "a", "b", "c.js"));
    expect(contentPath(folder, "app://terminal/a/%2e%2e/c.js")).toBe(join(folder, "c.js"));
    expect(contentPath(folder, "app://terminal/a%2fb.js")).toBe(join(folder, "a", "b.js"));
  });

  it("refuses to be written to", async () => {
    expect((await respond(folder, { method: "POST", url: INDEX_URL })).status).toBe(405);
  });

  it("knows its own page from look-alikes", () => {
    const pages = [
      INDEX_URL,
      `${INDEX_URL}#x`,
      "app://terminal/index.html.evil",
      "app://terminal/other.html",
      "https://terminal/index.html",
    ];
    expect(pages.map(isOwnPage)).toEqual([true, true, false, false, false]);
  });
});
