import { defineConfig } from "vitest/config";

if (Number(process.versions.node.split(".")[0]) < 22) {
  throw new Error("Fedify needs Node 22: run `npm test`, which uses the Node of node_modules, and not this one");
}

export default defineConfig({
  test: {
    include: ["peer/**/*.test.ts", "harness/**/*.test.ts", "suites/**/*.test.ts"],
    // Each file starts its own servers and its own name table, so each is its own process.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
