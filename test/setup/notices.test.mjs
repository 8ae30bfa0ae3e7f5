import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { noticesOf } from "../../scripts/notices.mjs";

describe("third-party notices", () => {
  const notices = noticesOf(resolve(import.meta.dirname, "../.."));

  it("name every library that ships, with its licence's text", () => {
    for (const name of [
      "react",
      "zod",
      "decimal.js",
      "better-sqlite3",
      "ag-grid-community",
      "lightweight-charts",
      "flexlayout-react",
      "papaparse",
    ]) {
      expect(notices).toMatch(new RegExp(`^${name.replaceAll(".", "\\.")} \\d+\\.\\d+\\.\\d+ \\(`, "m"));
    }
    expect(notices).toContain("Permission is hereby granted");
    expect(notices).toContain("Apache License");
  });

  it("leave out what only developers use", () => {
    expect(notices).not.toMatch(/^vitest /m);
  });
});
