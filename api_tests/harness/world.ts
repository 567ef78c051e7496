/** Several servers that know each other's names: peers first, then instances, then a browser. */
import type { Browser } from "playwright-core";
import { mappedHosts } from "../network/names.ts";
import { FedifyPeer } from "../peer/peer.ts";
import type { PeerOptions } from "../peer/state.ts";
import { launchBrowser } from "./browser.ts";
import type { Engine } from "./database.ts";
import { Instance, type InstanceOptions } from "./instance.ts";
import { MailServer } from "./mail.ts";

export interface WorldOptions {
  engine: Engine;
  peers?: PeerOptions[];
  instances: Omit<InstanceOptions, "engine" | "mail">[];
  /** Start a mail server and let every instance send through it. */
  mail?: boolean;
}

export class World {
  private readonly closing: (() => Promise<unknown>)[] = [];
  private readonly peers = new Map<string, FedifyPeer>();
  private readonly instances = new Map<string, Instance>();
  private mailServer: MailServer | null = null;
  private running: Promise<Browser> | null = null;

  static async start(options: WorldOptions): Promise<World> {
    const world = new World();
    try {
      await world.open(options);
    } catch (error) {
      await world.close().catch(() => {});
      throw error;
    }
    return world;
  }

  private async open(options: WorldOptions): Promise<void> {
    if (options.mail) {
      const mail = (this.mailServer = await MailServer.start());
      this.closing.push(() => mail.stop());
    }
    for (const wanted of options.peers ?? []) {
      const peer = await FedifyPeer.start(wanted);
      this.peers.set(wanted.host, peer);
      this.closing.push(() => peer.stop());
    }
    for (const wanted of options.instances) {
      const mail = this.mailServer ? { mail: this.mailServer } : {};
      const instance = await Instance.prepare({ ...wanted, ...mail, engine: options.engine });
      for (const host of instance.hosts) this.instances.set(host, instance);
      this.closing.push(() => instance.remove());
    }
    // Every name has its port by now, so each server can be told all of them.
    for (const instance of new Set(this.instances.values())) await instance.begin(mappedHosts());
  }

  peer(host: string): FedifyPeer {
    return known(this.peers, host);
  }
  instance(host: string): Instance {
    return known(this.instances, host);
  }
  get mail(): MailServer {
    if (!this.mailServer) throw new Error("this world was started without mail");
    return this.mailServer;
  }
  browser(): Promise<Browser> {
    if (!this.running) {
      this.running = launchBrowser();
      this.closing.push(async () => (await this.running)?.close());
    }
    return this.running;
  }

  /** Closes everything, in the reverse order, and throws all that failed while closing. */
  async close(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of this.closing.splice(0).reverse()) await end().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join("\n"));
  }
}

function known<T>(map: Map<string, T>, host: string): T {
  const found = map.get(host);
  if (!found) throw new Error(`nothing in this world is named ${host}`);
  return found;
}
