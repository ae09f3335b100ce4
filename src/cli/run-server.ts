import { Access } from "../access/access.ts";
import { accountsPath } from "../accounts/accounts.ts";
import { AccountsGatekeeper } from "../accounts/gatekeeper.ts";
import type { OpenIdSettings } from "../accounts/oauth/external.ts";
import { type HttpOptions, serveMcpHttp } from "../http/serve.ts";
import type { LinkMail, MailSettings } from "../mail/link-mail.ts";
import type { Plugins } from "../plugins/load.ts";
import { mailSettings } from "./mail-settings.ts";
import { openIdSettings } from "./openid-settings.ts";
import type { ServerSettings } from "./server-settings.ts";
import { configuredAccess } from "./settings.ts";
import { note } from "./terminal.ts";

/**
 * Serves over HTTP until SIGINT or SIGTERM came and the calls in flight were answered; a second signal ends them.
 * @throws UserError when the server must not start so.
 */
export async function runServer(
  db: string,
  args: { readonly [option: string]: unknown },
  settings: ServerSettings,
  plugins: Plugins | null,
): Promise<void> {
  const accounts = accountsPath(db);
  const openId = openIdSettings(settings);
  const sending = mailSettings(settings);
  const gatekeeper = new AccountsGatekeeper(accounts, { oauth: settings.oauth });
  const access = Access.open(configuredAccess(args), accounts);
  await access.check();
  const mail = sending === null ? null : await linkMail(sending, gatekeeper);
  const server = await serveMcpHttp({
    db,
    bind: settings.bind,
    port: settings.port,
    path: settings.path,
    publicUrl: settings["public-url"],
    allowedHosts: settings["allowed-host"],
    cors: settings.cors,
    rateLimit: settings["rate-limit"],
    allowAnonymous: settings["allow-anonymous"],
    trustedProxies: settings["trusted-proxy"],
    oauth: settings.oauth,
    logJson: settings["log-json"],
    metrics: settings.metrics,
    maxSessions: settings["max-sessions"],
    sessionIdle: settings["session-idle"],
    maxConnections: settings["max-connections"],
    gatekeeper,
    ...(settings.oauth && (await oauthPages(gatekeeper, settings, { openId, mail }))),
    catalogue: plugins?.catalogue,
    scopeOf: (identity) => {
      const scope = access.scopeOf(identity);
      return plugins === null ? scope : plugins.narrow(scope, identity);
    },
  });
  await signalled(async () => void (await Promise.all([server.stop(), mail?.stop()])));
  gatekeeper.close();
  access.close();
}

/** What issues tokens and asks for consent; loaded only where it is wanted. */
async function oauthPages(
  gatekeeper: AccountsGatekeeper,
  settings: ServerSettings,
  { openId, mail }: { openId: OpenIdSettings | null; mail: LinkMail | null },
): Promise<Pick<HttpOptions, "pages" | "scopes">> {
  const [{ WebPages }, { ENDPOINT_SCOPES }] = await Promise.all([
    import("../web/pages.ts"),
    import("../accounts/oauth/scopes.ts"),
  ]);
  const pages = new WebPages({
    accounts: () => gatekeeper.accounts(),
    path: settings.path,
    oauth: {
      registration: settings["oauth-registration"],
      requestSeconds: settings["oauth-request-ttl"],
      codeSeconds: settings["oauth-code-ttl"],
      accessSeconds: settings["oauth-access-ttl"],
      refreshSeconds: settings["oauth-refresh-ttl"],
      openId,
    },
    limited: settings["rate-limit"] > 0,
    mail,
  });
  return { pages, scopes: ENDPOINT_SCOPES };
}

/** What sends links; loaded only where there is a mail server. */
async function linkMail(settings: MailSettings, gatekeeper: AccountsGatekeeper): Promise<LinkMail> {
  const { LinkMail } = await import("../mail/link-mail.ts");
  return new LinkMail({ ...settings, accounts: () => gatekeeper.accounts(), tell: note });
}

/** Resolves when `stop`, called at the first signal, is done; it is called again at every further one. */
function signalled(stop: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const onSignal = (): void => void stop().then(resolve, reject);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  });
}
