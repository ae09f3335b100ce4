/** Signing in at somebody else's OpenID provider, for users who are here already. */
import { genericOAuth } from "better-auth/plugins/generic-oauth";
import { z } from "zod";
import { tokenHash } from "../token-hash.ts";

export interface OpenIdSettings {
  /** The provider's issuer identifier; its discovery document is below it (OpenID Connect Discovery 1.0 §4). */
  issuer: string;
  clientId: string;
  /** Null for a public client. */
  clientSecret: string | null;
}

/** Where the provider sends browsers back to: what is registered there. */
export const CALLBACK_PAGE = "/sign-in/openid/callback";

/** Accounts of one provider are not those of another that takes its place. */
export function providerId({ issuer }: OpenIdSettings): string {
  return `openid-${tokenHash(issuer).slice(0, 16)}`;
}

/** What must be said of a user. */
const CLAIMS = z.object({ sub: z.string().min(1), email: z.string(), email_verified: z.literal(true) });

/** Only for users whom a command made, known by an address that the provider has verified. */
export function openIdPlugin(settings: OpenIdSettings, origin: string) {
  const { issuer, clientId, clientSecret } = settings;
  return genericOAuth({
    config: [
      {
        providerId: providerId(settings),
        discoveryUrl: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
        clientId,
        ...(clientSecret === null ? { tokenEndpointAuth: { method: "none" } } : { clientSecret }),
        redirectURI: origin + CALLBACK_PAGE,
        scopes: ["openid", "email"],
        pkce: true,
        disableSignUp: true,
        requireIdTokenVerification: true,
        // The plugin has verified the token by now; without one it would ask the user-info page.
        async getUserInfo({ idToken }) {
          const claims = idToken === undefined ? null : CLAIMS.safeParse(claimsOf(idToken));
          if (!claims?.success) return null;
          const { sub, email } = claims.data;
          return { id: sub, sub, email, emailVerified: true, name: email };
        },
      },
    ],
  });
}

function claimsOf(idToken: string): unknown {
  try {
    return JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString());
  } catch {
    return null;
  }
}
