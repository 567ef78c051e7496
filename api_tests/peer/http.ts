/** Carries node:http requests to a fetch-style handler under the public name the client asked for. */
import { createServer, type Server } from "node:http";

export type Handler = (request: Request, body: Uint8Array) => Promise<Response>;

/** Listens on the loopback address; a thrown error is answered with 500 and reported. */
export async function listen(port: number, handler: Handler, onError: (error: unknown) => void): Promise<Server> {
  const server = createServer(async (incoming, outgoing) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const headers = new Headers();
      for (const [name, value] of Object.entries(incoming.headersDistinct)) {
        for (const item of value ?? []) headers.append(name, item);
      }
      const method = incoming.method ?? "GET";
      const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
        method,
        headers,
        ...(method === "GET" || method === "HEAD" ? {} : { body }),
      });
      const response = await handler(request, body);
      const answer = Buffer.from(await response.arrayBuffer());
      outgoing.writeHead(response.status, [...response.headers.entries()].flat());
      outgoing.end(answer);
    } catch (error) {
      onError(error);
      outgoing.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return server;
}

export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
