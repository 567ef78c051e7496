/** Requests that no HTTP client would send: repeated header fields, a foreign Host, two lengths, odd paths. */
import { connect } from "node:net";
import { portOf } from "./names.ts";

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/**
 * Sends header lines and a body over a fresh connection to the server behind `name`, exactly as given except that
 * `Content-Length` and `Connection: close` are added when absent.
 */
export async function sendRaw(name: string, requestLine: string, lines: string[], body = ""): Promise<RawAnswer> {
  const port = portOf(name);
  if (port === undefined) throw new Error(`no server of this run is named ${name}`);
  const has = (header: string) => lines.some((line) => line.toLowerCase().startsWith(`${header}:`));
  const head = [requestLine, ...lines];
  if (!has("content-length") && !has("transfer-encoding") && body) head.push(`Content-Length: ${Buffer.byteLength(body)}`);
  if (!has("connection")) head.push("Connection: close");
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no answer to ${requestLine}`)));
    socket.on("data", (chunk) => void chunks.push(chunk));
    // A server may answer and close before it has read everything: what it said counts.
    socket.on("error", (error) => (chunks.length > 0 ? resolve(Buffer.concat(chunks)) : reject(error)));
    socket.on("close", () => resolve(Buffer.concat(chunks)));
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  });
  const [top = "", ...rest] = bytes.toString("utf8").split("\r\n\r\n");
  const [statusLine = "", ...fields] = top.split("\r\n");
  const status = Number(statusLine.split(" ")[1]);
  if (!Number.isInteger(status)) throw new Error(`not an HTTP answer: ${statusLine}`);
  const headers = Object.fromEntries(fields.map((field) => [field.slice(0, field.indexOf(":")).toLowerCase(), field.slice(field.indexOf(":") + 1).trim()]));
  return { status, headers, text: rest.join("\r\n\r\n") };
}
