/**
 * Names for the tests. Every server of a run has a host name (`alpha.test`), never an address with a port,
 * because a check on `localhost:1` and `localhost:2` says nothing about host names. This module installs one
 * fetch dispatcher that sends each known name to its local port and keeps the `Host` header, and refuses
 * every other name: nothing a test does leaves this machine.
 */
import { createServer } from "node:net";
import { Agent, buildConnector, setGlobalDispatcher, type Dispatcher } from "undici";

const ports = new Map<string, number>();
const LOOPBACK = new Set(["127.0.0.1", "localhost"]);

/** Gives a name to a server listening on a port of the loopback address. */
export function mapHost(name: string, port: number): void {
  ports.set(name, port);
  install();
}

export function unmapHost(name: string): void {
  ports.delete(name);
}

/** The port behind a name, or undefined when no server of this run has it. */
export function portOf(name: string): number | undefined {
  return ports.get(name);
}

/** All names of this run, for the server's `[federation.hosts]` and the browser's resolver rules. */
export function mappedHosts(): Record<string, number> {
  return Object.fromEntries(ports);
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === "object") resolve(address.port);
        else reject(new Error("the probe has no port"));
      });
    });
  });
}

let installed = false;

/** Installs the dispatcher for every `fetch` of this process, the peer's own included. */
export function install(): void {
  if (installed) return;
  installed = true;
  setGlobalDispatcher(namedDispatcher());
}

/**
 * A dispatcher that knows only the mapped names. `https://` to a mapped name is carried as plain HTTP: a handle
 * (`@user@host`) is always looked up over https, and the servers of a test run have no certificates.
 */
export function namedDispatcher(): Dispatcher {
  const connect = buildConnector({ timeout: 5_000 });
  const agent = new Agent({
    // A connection kept open to a server that a test kills and restarts would fail the next request.
    pipelining: 0,
    connect(options, callback) {
      const port = ports.get(options.hostname);
      if (port !== undefined) {
        connect({ ...options, hostname: "127.0.0.1", host: `127.0.0.1:${port}`, port: String(port) }, callback);
      } else if (LOOPBACK.has(options.hostname)) {
        connect(options, callback);
      } else {
        callback(new Error(`no server of this test run is named ${options.hostname}`), null);
      }
    },
  });
  return agent.compose((dispatch) => (options, handler) => {
    const origin = new URL(String(options.origin));
    if (origin.protocol === "https:" && ports.has(origin.hostname)) {
      return dispatch({ ...options, origin: `http://${origin.host}` }, handler);
    }
    return dispatch(options, handler);
  });
}
