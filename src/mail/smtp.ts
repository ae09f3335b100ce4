/** The mail server through which links are sent, as `smtp-url` names it. */
import type { SMTPTransportOptions } from "nodemailer";
import { hostName, isLoopbackName } from "../http/host-name.ts";
import { UsageError } from "../model/errors.ts";
import { parseAddress } from "../model/ip.ts";

/** Milliseconds for each of connecting, the greeting, and silence in between. */
const PATIENCE = 10_000;

/** What nodemailer is told of a mail server; without credentials where it asks for none. */
export type SmtpOptions = SMTPTransportOptions & { auth?: { user: string; pass: string } };

/**
 * How to reach the server of `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465` (TLS from the start). Nothing
 * is sent unencrypted, or to a server whose certificate is not good, unless it is this machine's own and wants no
 * password.
 * @throws UsageError which does not repeat the password.
 */
export function smtpOptions(text: string): SmtpOptions {
  const url = URL.canParse(text) ? new URL(text) : null;
  const host = url === null ? null : hostName(url.host);
  const secure = url?.protocol === "smtps:";
  if (url === null || host === null || !(secure || url.protocol === "smtp:") || hasMore(url))
    throw new UsageError(
      "smtp-url is no address of a mail server: for example smtp://USER:PASSWORD@mail.example.org:587, or smtps://…:465; in the password, / is written as %2F, # as %23, ? as %3F and @ as %40",
    );
  const auth = credentials(url);
  const plain = !secure && auth === null && isLoopbackName(host);
  return {
    // Whoever answers for the name localhost in the DNS shall not get what is meant for this machine.
    host: plain && parseAddress(host) === null ? "127.0.0.1" : host,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    // The certificate of a server on this machine is often made up.
    ...(plain ? { ignoreTLS: true } : { requireTLS: true }),
    // Said explicitly, NODE_TLS_REJECT_UNAUTHORIZED=0 does not count.
    tls: { rejectUnauthorized: true, minVersion: "TLSv1.2" },
    ...(auth !== null && { auth }),
    connectionTimeout: PATIENCE,
    greetingTimeout: PATIENCE,
    socketTimeout: PATIENCE,
    dnsTimeout: PATIENCE,
    logger: false,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function hasMore({ pathname, search, hash }: URL): boolean {
  return !/^\/?$/.test(pathname) || search !== "" || hash !== "";
}

/** Null when none are given. */
function credentials({ username, password }: URL): { user: string; pass: string } | null {
  if (username === "" && password === "") return null;
  if (username === "" || password === "")
    throw new UsageError("smtp-url needs a user and a password, or neither: smtp://USER:PASSWORD@host:587");
  try {
    return { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  } catch {
    throw new UsageError("smtp-url: write a % in the user or password as %25");
  }
}
