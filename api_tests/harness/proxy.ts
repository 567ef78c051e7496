/**
 * An HTTP forward proxy that knows the names of the run, for a server that can be told a proxy but no names. It
 * keeps what went through, answers included.
 */
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { close } from "../peer/http.ts";
import { portOf } from "../network/names.ts";

export interface Passage {
  method: string;
  host: string;
  path: string;
  body: string;
  status: number;
}

export class NamedProxy {
  readonly passages: Passage[] = [];
  private readonly server: Server;

  private constructor() {
    // Without a listener for CONNECT, Node ends such a connection: nothing gets out of this machine over TLS either.
    this.server = createServer((incoming, outgoing) => void this.carry(incoming, outgoing));
  }

  static async start(): Promise<NamedProxy> {
    const proxy = new NamedProxy();
    await new Promise<void>((resolve, reject) => {
      proxy.server.once("error", reject);
      proxy.server.listen(0, "127.0.0.1", resolve);
    });
    return proxy;
  }

  get url(): string {
    const address = this.server.address();
    if (!address || typeof address === "string") throw new Error("the proxy does not listen");
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    await close(this.server);
  }

  private async carry(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const url = new URL(incoming.url ?? "");
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const passage = { method: incoming.method ?? "GET", host: url.host, path: url.pathname + url.search, body: Buffer.concat(chunks) };
      const status = await this.answer(passage, incoming, outgoing);
      this.passages.push({ ...passage, body: passage.body.toString(), status });
    } catch {
      if (!outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end();
    }
  }

  private async answer(
    { method, host, path, body }: { method: string; host: string; path: string; body: Buffer }, incoming: IncomingMessage, outgoing: ServerResponse,
  ): Promise<number> {
    const port = portOf(host);
    if (port === undefined) throw new Error(`no server of this test run is named ${host}`);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      // The signed header fields go on as they came, the name among them.
      ask({ host: "127.0.0.1", port, method, path, headers: incoming.headers }, resolve).once("error", reject).end(body);
    });
    const status = answer.statusCode ?? 502;
    outgoing.writeHead(status, answer.headers);
    for await (const chunk of answer) outgoing.write(chunk);
    outgoing.end();
    return status;
  }
}
