import type { OpenIdSettings } from "../accounts/oauth/external.ts";
import { isLoopbackUrl } from "../http/public-origin.ts";
import { UsageError } from "../model/errors.ts";
import type { ServerSettings } from "./server-settings.ts";

/**
 * The other place where users may sign in; null when none is named.
 * @throws UsageError when something is missing for it, or it would be asked without encryption.
 */
export function openIdSettings(settings: ServerSettings): OpenIdSettings | null {
  const issuer = settings["openid-issuer"];
  const clientId = settings["openid-client-id"];
  const clientSecret = settings["openid-client-secret"];
  if (issuer === null && clientId === null && clientSecret === null) return null;
  if (!settings.oauth) throw new UsageError("openid-issuer means something together with --oauth only");
  if (issuer === null || clientId === null)
    throw new UsageError("openid-issuer and openid-client-id are needed together");
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  const isGood =
    url !== null && (url.protocol === "https:" || (url.protocol === "http:" && isLoopbackUrl(url)));
  if (!isGood || url.search !== "" || url.hash !== "" || url.username !== "")
    throw new UsageError(
      `openid-issuer must be the https address of a provider, such as https://accounts.example.org`,
    );
  return { issuer, clientId, clientSecret };
}
