/** A real relay of the kind Mastodon subscribes to: the program `relay` of the crate ap-relay, a process of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, mapHost, unmapHost } from "../network/names.ts";
import { eventually } from "./eventually.ts";
import { NamedProxy } from "./proxy.ts";

/** Something the relay delivered, as it was received and answered. */
export interface Forwarded {
  host: string;
  type: string;
  actor: string;
  object: string;
  body: string;
  status: number;
}

/** The relay's program, or undefined where it is missing; with `CI=true` that is a failure, never a skip. */
export function relayProgram(): string | undefined {
  const program = process.env["KIOSQUE_TEST_RELAY"];
  if (program) return program;
  if (process.env["CI"] === "true") throw new Error("KIOSQUE_TEST_RELAY is not set: scripts/test.sh installs a relay and sets it");
  console.warn("skipped: the relay, KIOSQUE_TEST_RELAY is not set");
  return undefined;
}

export class Relay {
  readonly host: string;
  private readonly directory: string;
  private readonly proxy: NamedProxy;
  private readonly process: ChildProcess;
  private log = "";

  private constructor(host: string, directory: string, proxy: NamedProxy, child: ChildProcess) {
    this.host = host;
    this.directory = directory;
    this.proxy = proxy;
    this.process = child;
    const keep = (chunk: Buffer) => void (this.log += chunk.toString());
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
  }

  /** Starts a relay that anybody may use and that checks signatures, as it does unless told otherwise. */
  static async start(host: string): Promise<Relay> {
    const program = relayProgram();
    if (!program) throw new Error("there is no relay to start");
    const [directory, proxy, port] = await Promise.all([mkdtemp(join(tmpdir(), "kiosque-relay-")), NamedProxy.start(), freePort()]);
    mapHost(host, port);
    const child = spawn(program, [], {
      // It reads `.env` files of its folder and those above, and every variable there is.
      cwd: directory,
      env: {
        HOSTNAME: host, ADDR: "127.0.0.1", PORT: String(port), HTTPS: "false", SLED_PATH: join(directory, "sled"), PROXY_URL: proxy.url,
        DEBUG: "false", RESTRICTED_MODE: "false", VALIDATE_SIGNATURES: "true", RUST_LOG: "info",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const relay = new Relay(host, directory, proxy, child);
    try {
      await relay.ready();
    } catch (error) {
      await relay.stop();
      throw error;
    }
    return relay;
  }

  get inbox(): string {
    return `http://${this.host}/inbox`;
  }
  get actor(): string {
    return `http://${this.host}/actor`;
  }
  get output(): string {
    return this.log;
  }

  /** The actors that the relay itself counts as its subscribers. */
  async subscribers(): Promise<string[]> {
    const response = await fetch(`http://${this.host}/followers?page=1`);
    if (!response.ok) throw new Error(`the relay answered ${response.status}\n${this.log}`);
    // Its own spelling, not that of the vocabulary.
    return ((await response.json()) as { ordered_items: string[] }).ordered_items.sort();
  }

  /** What the relay delivered to a server, in order. */
  forwarded(host: string): Forwarded[] {
    return this.proxy.passages.filter((passage) => passage.method === "POST" && passage.host === host && passage.path.endsWith("/inbox")).map((passage) => {
      const { type, actor, object } = JSON.parse(passage.body) as { type: string; actor: string; object: string | { id: string } };
      return { host, type, actor, object: typeof object === "string" ? object : object.id, body: passage.body, status: passage.status };
    });
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null && this.process.pid !== undefined) {
      const ended = once(this.process, "exit");
      this.process.kill("SIGKILL");
      await ended;
    }
    unmapHost(this.host);
    await this.proxy.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    let failed: Error | null = null;
    this.process.once("error", (error) => void (failed = error));
    // At its first start it makes a key of 4096 bits, which takes as long as luck has it.
    const state = await eventually(async () => {
      if (failed || this.process.exitCode !== null) return "ended" as const;
      return (await fetch(this.actor)).status === 200 ? ("ready" as const) : undefined;
    }, { timeout: 80_000 });
    if (state === "ended") throw new Error(`the relay ended at start\n${this.log}`, { cause: failed });
  }
}
