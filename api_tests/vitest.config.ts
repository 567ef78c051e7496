import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["peer/**/*.test.ts", "harness/**/*.test.ts", "suites/**/*.test.ts"],
    // Each file starts its own servers and its own name table, so each is its own process.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["default"],
    sequence: { concurrent: false },
  },
});
