/** A program beside the servers, at a name of its own: it keeps what it is told, and answers what a test says. */
import type { Server } from "node:http";
import { freePort, mapHost, unmapHost } from "../network/names.ts";
import { close, listen } from "../peer/http.ts";

export interface Told { type: string; data: Record<string, unknown>; text: string; signature: string }

export class Program {
  readonly told: Told[] = [];
  /** Its answer to one message: a status, and what it says. */
  answer: (message: Told) => { status: number; body?: unknown } = () => ({ status: 204 });
  private readonly host: string;
  private server: Server | null = null;

  private constructor(host: string) {
    this.host = host;
  }

  /** Before the servers that are to find it, which are told all names when they start. */
  static async start(host: string): Promise<Program> {
    const program = new Program(host);
    const port = await freePort();
    mapHost(host, port);
    program.server = await listen(port, async (request, body) => {
      const text = new TextDecoder().decode(body);
      const message = { ...(JSON.parse(text) as Told), text, signature: request.headers.get("webhook-signature") ?? "" };
      program.told.push(message);
      const { status, body: said } = program.answer(message);
      return new Response(said === undefined ? null : JSON.stringify(said), { status, headers: { "content-type": "application/json" } });
    }, () => {});
    return program;
  }

  of(type: string, words = ""): Told[] {
    return this.told.filter((message) => message.type === type && message.text.includes(words));
  }

  async stop(): Promise<void> {
    unmapHost(this.host);
    if (this.server) await close(this.server);
    this.server = null;
  }
}
