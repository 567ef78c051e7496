/** One Kiosque server: the binary with a configuration, a database and a folder of its own. */
import { spawn, execFile, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { ApiClient } from "./api.ts";
import { createDatabase, type Database, type Engine } from "./database.ts";
import { eventually } from "./eventually.ts";
import type { MailServer } from "./mail.ts";
import { freePort, mapHost, unmapHost } from "../network/names.ts";

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, "../..");

export interface SiteSpec {
  host: string;
  name?: string;
  language?: "fr" | "en";
  /** `open` unless said. */
  registration?: "open" | "approval" | "closed";
}

export interface InstanceOptions {
  engine: Engine;
  /** The sites to prepare; an empty list leaves the server at its setup page. */
  sites: SiteSpec[];
  /** Names the server may be reached by before any site exists (the setup page). */
  extraHosts?: string[];
  mail?: MailServer;
  /** More of the configuration, as environment variables: `KIOSQUE__SECTION__KEY`. */
  env?: Record<string, string>;
}

/** The administrator that `site add` makes; the tests sign in as this person. */
export const ADMIN_PASSWORD = "un-mot-de-passe-assez-long";
export const adminEmail = (host: string): string => `admin@${host}`;

export function binary(): string {
  const path = process.env["KIOSQUE_BIN"] ?? join(process.env["CARGO_TARGET_DIR"] ?? join(repository, "target"), "debug/kiosque");
  if (!existsSync(path)) throw new Error(`${path} is missing: run cargo build first`);
  return path;
}

export class Instance {
  readonly port: number;
  readonly directory: string;
  readonly database: Database;
  readonly options: InstanceOptions;
  private process: ChildProcess | null = null;
  private log = "";

  private constructor(options: InstanceOptions, port: number, directory: string, database: Database) {
    this.options = options;
    this.port = port;
    this.directory = directory;
    this.database = database;
  }

  /** Prepares a server and its names without starting it, so that other servers can be told where it will be. */
  static async prepare(options: InstanceOptions): Promise<Instance> {
    const directory = await mkdtemp(join(tmpdir(), "kiosque-test-"));
    await mkdir(join(directory, "data"));
    const instance = new Instance(options, await freePort(), directory, await createDatabase(options.engine, directory));
    for (const host of instance.hosts) mapHost(host, instance.port);
    return instance;
  }

  static async start(options: InstanceOptions, hosts: Record<string, number>): Promise<Instance> {
    const instance = await Instance.prepare(options);
    await instance.begin(hosts);
    return instance;
  }

  get hosts(): string[] {
    return [...this.options.sites.map((site) => site.host), ...(this.options.extraHosts ?? [])];
  }
  get host(): string {
    const [first] = this.hosts;
    if (!first) throw new Error("this instance has no host name");
    return first;
  }
  get configuration(): string {
    return join(this.directory, "kiosque.toml");
  }
  /** Everything the server printed, over all its starts. */
  get output(): string {
    return this.log;
  }
  /** The running server's process id, for measuring it. */
  get pid(): number {
    if (!this.process?.pid) throw new Error("the server is not running");
    return this.process.pid;
  }

  /** Writes the configuration, adds the sites and starts the server. `hosts` are all names of the run. */
  async begin(hosts: Record<string, number>): Promise<void> {
    await writeFile(this.configuration, this.toml(hosts));
    for (const site of this.options.sites) {
      await this.command([
        "site", "add", "--config", this.configuration, "--host", site.host, "--name", site.name ?? site.host,
        "--admin-email", adminEmail(site.host), "--admin-password", ADMIN_PASSWORD, "--language", site.language ?? "fr",
        "--registration", site.registration ?? "open",
      ]);
    }
    await this.launch();
  }

  /** Starts the process and waits for `/health`; a server that ends first fails with its output. */
  async launch(): Promise<void> {
    const child = spawn(binary(), ["serve", "--config", this.configuration], {
      env: this.environment(), stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    const keep = (chunk: Buffer) => void (this.log += chunk.toString());
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    let failed: Error | null = null;
    child.once("error", (error) => void (failed = error));
    await eventually(async () => {
      if (failed || child.exitCode !== null || child.signalCode !== null) return "ended" as const;
      return (await fetch(`http://${this.host}/health`)).status === 200 ? ("ready" as const) : undefined;
    }, { timeout: 30_000, interval: 10 }).then((state) => {
      if (state === "ended") throw new Error(`the server ended at start\n${this.log}`, { cause: failed });
    });
  }

  /** Asks the server to end (SIGTERM) and waits; a second of grace, then it fails. */
  async stop(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(late);
    if (child.signalCode === "SIGKILL") throw new Error(`the server did not end on SIGTERM\n${this.log}`);
  }

  /** The power cut: SIGKILL, nothing flushed. */
  async kill9(): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  /** Stops and removes everything the instance left behind. */
  async remove(): Promise<void> {
    try {
      await this.stop();
    } finally {
      await this.kill9();
      for (const host of this.hosts) unmapHost(host);
      await this.database.drop();
      await rm(this.directory, { recursive: true, force: true });
    }
  }

  /** Runs a sub-command of the binary beside the server; throws with its output when it fails. */
  async command(args: string[]): Promise<string> {
    const { stdout } = await run(binary(), args, { env: this.environment() });
    return stdout;
  }

  async importCalendar(agenda: string, file: string): Promise<string> {
    return await this.command(["import", "--config", this.configuration, "--agenda", agenda, file]);
  }

  url(path = "/", host = this.host): string {
    return `http://${host}${path}`;
  }

  /** What the server has written to its log so far, line by line. */
  get lines(): string[] {
    return this.log.split("\n");
  }

  /** A JSON API client signed in as the site's administrator. */
  async api(host = this.host): Promise<ApiClient> {
    return await ApiClient.signIn(`http://${host}`, adminEmail(host), ADMIN_PASSWORD);
  }

  private environment(): NodeJS.ProcessEnv {
    return { PATH: process.env["PATH"], HOME: this.directory, RUST_BACKTRACE: "1", ...this.options.env };
  }

  private toml(hosts: Record<string, number>): string {
    const text = JSON.stringify;
    const lines = [
      `listen = ${text(`127.0.0.1:${this.port}`)}`,
      `database = ${text(this.database.url)}`,
      `data = ${text(join(this.directory, "data"))}`,
      `scheme = "http"`,
      "",
      // Every request of a test comes from one address.
      "[accounts]",
      "limits_factor = 1000",
      "",
      "[federation]",
      "local_test = true",
      "fast = true",
      "limits_factor = 1000",
      "",
      "[federation.hosts]",
      ...Object.entries(hosts).map(([name, port]) => `${text(name)} = ${text(`127.0.0.1:${port}`)}`),
    ];
    const { mail } = this.options;
    if (mail) {
      lines.push("", "[mail]", `kind = "smtp"`, `host = "127.0.0.1"`, `port = ${mail.port}`, `tls = "none"`, `from = "kiosque@${this.host}"`);
    }
    return `${lines.join("\n")}\n`;
  }
}
