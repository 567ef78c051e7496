/** Material beside the repository (`../shared`), which is never copied into it. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

const shared = resolve(import.meta.dirname, "../../../shared");

/** A file of ../shared, or null when the folder is absent; in CI its absence is a failure. */
export function sharedFile(path: string): string | null {
  if (existsSync(join(shared, path))) return join(shared, path);
  if (existsSync(shared)) throw new Error(`../shared has no ${path}`);
  if (process.env["CI"] === "true") throw new Error("../shared is absent");
  console.warn("skipped: ../shared is absent");
  return null;
}
