import type { OpenIdSettings } from "./external.ts";

/** How the authorization server behaves; times are seconds. */
export interface OAuthSettings {
  /** Clients may register themselves (RFC 7591). */
  registration: boolean;
  /** How long a question for consent stays open. */
  requestSeconds: number;
  codeSeconds: number;
  accessSeconds: number;
  /** Null: until it is revoked. */
  refreshSeconds: number | null;
  /** Another place where users may sign in. */
  openId: OpenIdSettings | null;
}
