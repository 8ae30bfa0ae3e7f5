import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: join(import.meta.dirname, ".."),
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.{ts,tsx,mjs}"],
          exclude: ["test/e2e/**", "test/bench/**"],
          // Much of it waits for processes and clocks: two at a time take little more than half as long on two cores.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.spec.ts"],
          // One window at a time: on two cores, two would measure each other.
          fileParallelism: false,
          testTimeout: 150_000,
          hookTimeout: 150_000,
          expect: { poll: { timeout: 45_000 } },
        },
      },
    ],
  },
});
