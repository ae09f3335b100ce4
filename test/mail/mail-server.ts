/** A mail server on a free port of loopback that keeps what it gets, and can be told to do wrong. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { OPENSSL } from "../e2e/nginx.ts";

export interface Mail {
  from: string;
  to: string[];
  /** By their names in lower case. */
  headers: ReadonlyMap<string, string>;
  text: string;
}

export interface Manners {
  /**
   * What it answers to a command that begins with this word, to the connection ("") or to a whole mail ("."), instead of
   * the usual; may be made from what was sent. Null: nothing, for ever.
   */
  answers?: Readonly<Record<string, string | null | ((sent: string) => string)>>;
  /** Certificate and key in PEM: STARTTLS is offered. */
  tls?: { cert: string; key: string };
}

export class MailServer {
  readonly mails: Mail[] = [];
  /** Every line of commands that came, those before and within TLS. */
  readonly commands: string[] = [];
  /** The most connections that were open at the same time. */
  most = 0;
  readonly #open = new Set<Socket>();
  readonly #manners: Manners;
  readonly #server: Server;
  /** The same inside TLS; what follows STARTTLS is handed through to it, as Bun cannot upgrade a server's socket. */
  readonly #inner: Server | null;

  private constructor(manners: Manners) {
    this.#manners = manners;
    this.#inner =
      manners.tls === undefined ? null : createTlsServer(manners.tls, (socket) => this.#talk(socket, true));
    this.#inner?.on("tlsClientError", () => {});
    this.#server = createServer((socket) => {
      this.#open.add(socket);
      this.most = Math.max(this.most, this.#open.size);
      socket.on("close", () => this.#open.delete(socket));
      this.#talk(socket, false);
    });
  }

  static async start(manners: Manners = {}): Promise<MailServer> {
    const made = new MailServer(manners);
    for (const server of [made.#server, made.#inner])
      await new Promise<void>((resolve) =>
        server === null ? resolve() : server.listen(0, "127.0.0.1", resolve),
      );
    return made;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Waits for the mail of this number, counted from 1. */
  async mail(number = 1): Promise<Mail> {
    while (this.mails.length < number) await Bun.sleep(10);
    return this.mails[number - 1]!;
  }

  stop(): void {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    this.#inner?.close();
  }

  #talk(socket: Socket, within: boolean): void {
    const { answers = {}, tls } = this.#manners;
    let buffer = "";
    let mail: { from: string; to: string[] } = { from: "", to: [] };
    let data: string | null = null;
    const say = (usual: string, word: string, sent = ""): void => {
      const other = Object.hasOwn(answers, word) ? answers[word]! : usual;
      if (other !== null) socket.write(`${typeof other === "string" ? other : other(sent)}\r\n`);
    };
    const onData = (chunk: Buffer): void => {
      buffer += chunk.toString("latin1");
      for (let end = buffer.indexOf("\r\n"); end >= 0; end = buffer.indexOf("\r\n")) {
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        if (data !== null) {
          if (line !== ".") {
            data += `${line.replace(/^\./, "")}\r\n`;
            continue;
          }
          const sent = { ...mail, ...parsed(data) };
          if (!Object.hasOwn(answers, ".")) this.mails.push(sent);
          data = null;
          say("250 taken", ".", sent.text);
          continue;
        }
        this.commands.push(line);
        const word = line.split(" ")[0]!.toUpperCase();
        if (word === "EHLO") {
          const more = [...(tls !== undefined && !within ? ["STARTTLS"] : []), "AUTH PLAIN"];
          say(
            ["250-test", ...more.slice(0, -1).map((one) => `250-${one}`), `250 ${more.at(-1)}`].join("\r\n"),
            word,
          );
        } else if (word === "STARTTLS" && this.#inner !== null) {
          socket.off("data", onData);
          const inside = connect((this.#inner.address() as AddressInfo).port, "127.0.0.1");
          socket.on("error", () => inside.destroy());
          inside.on("error", () => socket.destroy());
          socket.pipe(inside).pipe(socket);
          say("220 go ahead", word);
        } else if (word === "MAIL") {
          mail = { from: /<(.*)>/.exec(line)![1]!, to: [] };
          say("250 ok", word);
        } else if (word === "RCPT") {
          mail.to.push(/<(.*)>/.exec(line)![1]!);
          say("250 ok", word);
        } else if (word === "DATA") {
          data = "";
          say("354 go on", word);
        } else if (word === "AUTH") say("235 welcome", word, line);
        else if (word === "QUIT") {
          say("221 bye", word);
          socket.end();
        } else say("502 what?", word);
      }
    };
    socket.on("data", onData);
    socket.on("error", () => {});
    if (!within) say("220 test", "");
  }
}

function parsed(data: string): Pick<Mail, "headers" | "text"> {
  const end = data.indexOf("\r\n\r\n");
  const lines = data
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const body = data.slice(end + 4);
  const text =
    headers.get("content-transfer-encoding") === "quoted-printable"
      ? body
          .replaceAll("=\r\n", "")
          .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : body;
  return { headers, text: text.replaceAll("\r\n", "\n") };
}

/** The address in a mail that leads to signing in. */
export function linkIn({ text }: Mail): URL {
  return new URL(/^https?:\S+\/sign-in\/link\?\S+$/m.exec(text)![0]);
}

/** A certificate that nobody signed but itself, and its key: paths of PEM files in a folder. */
export function makeCertificate(folder: string, name: string): { cert: string; key: string } {
  const made = { cert: join(folder, "mail.pem"), key: join(folder, "mail-key.pem") };
  const { exitCode, stderr } = Bun.spawnSync([
    OPENSSL,
    ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test".split(" "),
    ...["-addext", `subjectAltName=${name}`, "-keyout", made.key, "-out", made.cert],
  ]);
  if (exitCode !== 0) throw new Error(stderr.toString());
  return made;
}
