import { emailOf } from "../accounts/arguments.ts";
import { publicUrl } from "../http/public-origin.ts";
import type { MailSettings } from "../mail/link-mail.ts";
import { smtpOptions } from "../mail/smtp.ts";
import { UsageError, usage } from "../model/errors.ts";
import type { ServerSettings } from "./server-settings.ts";

/**
 * How links are sent by mail; null when they are not.
 * @throws UsageError when something is missing for it, or the mail server is not to be trusted.
 */
export function mailSettings(settings: ServerSettings): MailSettings | null {
  const { "smtp-url": server, "mail-from": from, "public-url": outside } = settings;
  if (server === null && from === null) return null;
  if (server === null || from === null)
    throw new UsageError("smtp-url and mail-from are needed together, to send links by mail");
  if (!settings.oauth) throw new UsageError("smtp-url means something together with --oauth only");
  if (outside === null)
    throw new UsageError(
      "smtp-url needs --public-url: links in mails begin with it, whatever name a request came under",
    );
  return { smtp: smtpOptions(server), from: usage(() => emailOf(from)), origin: publicUrl(outside).origin };
}
