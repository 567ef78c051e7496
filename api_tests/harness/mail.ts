/** A real SMTP server that keeps what it receives, so that a test can follow the links of a message. */
import { SMTPServer } from "smtp-server";
import { simpleParser, type ParsedMail } from "mailparser";
import { eventually } from "./eventually.ts";

export interface Message {
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string;
  /** Every http(s) address of the text part, then of the HTML part, without repeats. */
  links: string[];
}

export class MailServer {
  readonly messages: Message[] = [];
  private readonly server: SMTPServer;
  private listening = 0;

  private constructor() {
    this.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      onData: (stream, session, done) => {
        simpleParser(stream).then((mail) => {
          const to = session.envelope.rcptTo.map((recipient) => recipient.address);
          this.messages.push(read(mail, to, session.envelope.mailFrom ? session.envelope.mailFrom.address : ""));
          done();
        }, done);
      },
    });
  }

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    await new Promise<void>((resolve, reject) => {
      mail.server.once("error", reject);
      mail.server.listen(0, "127.0.0.1", () => resolve());
    });
    const address = mail.server.server.address();
    if (!address || typeof address === "string") throw new Error("the mail server has no port");
    mail.listening = address.port;
    return mail;
  }

  get port(): number {
    return this.listening;
  }

  /** The newest message to an address, waiting for it; `after` is the number of messages already seen. */
  async lastMailTo(address: string, { after = 0, timeout = 15_000 } = {}): Promise<Message> {
    return await eventually(() => {
      const found = this.messages.slice(after).findLast((message) => message.to.includes(address));
      if (!found) throw new Error(`no message to ${address}; there are ${this.messages.length}: ${this.messages.map((m) => m.to.join()).join(" ")}`);
      return found;
    }, { timeout });
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function read(mail: ParsedMail, to: string[], from: string): Message {
  const text = mail.text ?? "";
  const html = typeof mail.html === "string" ? mail.html : "";
  const addresses = [...text.matchAll(/https?:\/\/[^\s<>"')]+/g), ...html.matchAll(/https?:\/\/[^\s<>"')]+/g)];
  const links = [...new Set(addresses.map((match) => match[0].replace(/[.,;]$/, "").replaceAll("&amp;", "&")))];
  return { to, from, subject: mail.subject ?? "", text, html, links };
}
