import type { OAuthOptions } from "@better-auth/oauth-provider";
import { ACCESS_TOKEN_PREFIX, REFRESH_TOKEN_PREFIX } from "../identify.ts";
import { tokenHash } from "../token-hash.ts";
import { SCOPES } from "./scopes.ts";
import type { OAuthSettings } from "./settings.ts";

/** Where better-auth sends a browser when an authorization request is in order; nobody is ever sent there. */
export const ASK_PAGE = "/ask";

/** "Never" in seconds: a hundred years. */
const FOREVER = 3_155_760_000;

/** Authorization code with PKCE, opaque tokens stored as hashes, bound to one resource. */
export function providerOptions(resource: string, settings: OAuthSettings) {
  return {
    loginPage: ASK_PAGE,
    consentPage: ASK_PAGE,
    scopes: Object.keys(SCOPES),
    grantTypes: ["authorization_code", "refresh_token"],
    // The router compares resources with its own; earlier addresses of this server are in the table too.
    resources: [resource],
    enforcePerClientResources: false,
    allowDynamicClientRegistration: settings.registration,
    allowUnauthenticatedClientRegistration: settings.registration,
    codeExpiresIn: settings.codeSeconds,
    accessTokenExpiresIn: settings.accessSeconds,
    refreshTokenExpiresIn: settings.refreshSeconds ?? FOREVER,
    disableJwtPlugin: true,
    storeTokens: { hash: async (token) => tokenHash(token) },
    prefix: { opaqueAccessToken: ACCESS_TOKEN_PREFIX, refreshToken: REFRESH_TOKEN_PREFIX },
  } satisfies OAuthOptions<string[]>;
}
