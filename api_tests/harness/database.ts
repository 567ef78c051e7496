/** A database of its own for each instance, on either engine. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";

const run = promisify(execFile);

export type Engine = "sqlite" | "postgres";

export interface Database {
  engine: Engine;
  /** What goes into the configuration's `database`. */
  url: string;
  /** Runs a statement beside the server, for what no request brings about. */
  execute(statement: string): Promise<void>;
  drop(): Promise<void>;
}

/**
 * The engines of this run. `KIOSQUE_TEST_ENGINES=sqlite` narrows it while developing; under `CI=true` both are
 * always tested and a missing server is a failure, never a skip.
 */
export function engines(): Engine[] {
  const ci = process.env["CI"] === "true";
  const chosen = ci ? undefined : process.env["KIOSQUE_TEST_ENGINES"]?.split(",");
  const wanted = (chosen ?? ["sqlite", "postgres"]) as Engine[];
  if (wanted.includes("postgres") && !process.env["KIOSQUE_TEST_POSTGRES"]) {
    if (ci) throw new Error("KIOSQUE_TEST_POSTGRES is not set: scripts/test.sh starts a server and sets it");
    console.warn("skipped: PostgreSQL, KIOSQUE_TEST_POSTGRES is not set");
    return wanted.filter((engine) => engine !== "postgres");
  }
  return wanted;
}

/** Makes an empty database. SQLite's file lies in `directory`, which the caller removes. */
export async function createDatabase(engine: Engine, directory: string): Promise<Database> {
  if (engine === "sqlite") {
    const file = join(directory, "kiosque.db");
    const execute = async (statement: string) => {
      const open = new DatabaseSync(file);
      try {
        open.exec(`PRAGMA busy_timeout = 5000; ${statement}`);
      } finally {
        open.close();
      }
    };
    return { engine, url: `sqlite://${file}`, execute, drop: async () => {} };
  }
  const server = process.env["KIOSQUE_TEST_POSTGRES"];
  if (!server) throw new Error("KIOSQUE_TEST_POSTGRES is not set");
  const name = `kiosque_${randomBytes(6).toString("hex")}`;
  await sql(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { engine, url: url.href, execute: (statement) => sql(url.href, statement), drop: () => sql(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function sql(server: string, statement: string): Promise<void> {
  await run("psql", ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--command", statement, server]);
}
