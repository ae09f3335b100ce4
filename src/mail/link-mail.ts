/** Sends links with which a user signs in once. Loaded only by a server that was given a mail server. */
import nodemailer, { type Transporter } from "nodemailer";
import type { Accounts } from "../accounts/accounts.ts";
import type { Link } from "../accounts/links.ts";
import { cap, clean } from "../model/text.ts";
import { sentenceOf } from "../model/thrown.ts";
import { Outbox } from "./outbox.ts";
import type { SmtpOptions } from "./smtp.ts";

export interface MailSettings {
  smtp: SmtpOptions;
  /** The sender's address. */
  from: string;
  /** The public origin of this server: what links begin with. */
  origin: string;
}

export interface LinkMailOptions extends MailSettings {
  /** The accounts as they are now (AccountsGatekeeper.accounts). */
  accounts(): Accounts | null;
  /** Writes one line to standard error. */
  tell(line: string): void;
}

/** Somebody who asks for a link. */
export interface Asking {
  /** As accounts/arguments.ts lets it through: plain ASCII of one line. */
  email: string;
  /** Where to go after signing in (web/next.ts). */
  next: string;
  /** Address of the client. */
  client: string;
}

export class LinkMail {
  readonly #options: LinkMailOptions;
  readonly #transport: Transporter;
  readonly #outbox: Outbox;

  constructor(options: LinkMailOptions) {
    this.#options = options;
    this.#transport = nodemailer.createTransport(options.smtp);
    this.#outbox = new Outbox(options.tell);
  }

  /** Has a link sent, later, if there is such a user: neither the time that this takes nor anything else tells. */
  ask(asking: Asking): void {
    this.#outbox.add(() => {
      const link = this.#linkFor(asking);
      return link === null ? null : (signal) => this.#send(asking, link, signal);
    });
  }

  /** Gives what is on its way some seconds; a second call ends at once. */
  stop(): Promise<void> {
    return this.#outbox.stop();
  }

  #linkFor({ email }: Asking): Link | null {
    try {
      return this.#options.accounts()?.createRequestedLink(email) ?? null;
    } catch (error) {
      this.#options.tell(`gadwall: no link was made for ${email}: ${sentenceOf(error)}`);
      return null;
    }
  }

  async #send(asking: Asking, link: Link, signal: AbortSignal): Promise<void> {
    const { from, origin, tell } = this.#options;
    try {
      await this.#transport.sendMail({
        from: { name: "", address: from },
        to: { name: "", address: asking.email },
        subject: `Sign in to ${new URL(origin).host}`,
        text: textOf(asking, link.token, origin),
        // So that nobody's absence is told to the sender (RFC 3834).
        headers: { "Auto-Submitted": "auto-generated" },
        xMailer: false,
        signal,
      });
    } catch (error) {
      tell(`gadwall: no link was sent to ${asking.email}: ${this.#reason(error, link)}`);
    }
  }

  /** What a mail server says may repeat what it was sent. */
  #reason(error: unknown, { token }: Link): string {
    const { user = "", pass = "" } = this.#options.smtp.auth ?? {};
    const secrets = [pass, base64(pass), base64(`\0${user}\0${pass}`), token];
    let text = error instanceof Error ? error.message : String(error);
    for (const secret of secrets) if (secret !== "") text = text.replaceAll(secret, "…");
    return cap(clean(text).replaceAll(/\s+/g, " "), 300);
  }
}

function textOf({ next, client }: Asking, token: string, origin: string): string {
  const query = new URLSearchParams({ token, ...(next !== "/" && { next }) });
  return `Somebody at the address ${client} asked for a link to sign in to
${origin} as you:

${origin}/sign-in/link?${query}

It works once, within 15 minutes. If you did not ask for it, do nothing.
`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
