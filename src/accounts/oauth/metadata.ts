import { ENDPOINT_SCOPES } from "./scopes.ts";

/** The authorization server's document (RFC 8414 §2, RFC 9207 §3, RFC 9728 §4). */
export function metadata(
  { origin, resource }: { origin: string; resource: string },
  { registration }: { registration: boolean },
): Record<string, unknown> {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    ...(registration && { registration_endpoint: `${origin}/register` }),
    revocation_endpoint: `${origin}/revoke`,
    scopes_supported: ENDPOINT_SCOPES,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    token_endpoint_auth_methods_supported: ["none"],
    revocation_endpoint_auth_methods_supported: ["none"],
    code_challenge_methods_supported: ["S256"],
    authorization_response_iss_parameter_supported: true,
    protected_resources: [resource],
  };
}
