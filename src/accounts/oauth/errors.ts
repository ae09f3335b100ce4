/** What an OAuth client is told when something is wrong (RFC 6749 §5.2, RFC 7591 §3.2.2). */
export type OAuthErrorCode =
  | "invalid_request"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_scope"
  | "invalid_target"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "access_denied"
  | "temporarily_unavailable"
  | "invalid_redirect_uri"
  | "invalid_client_metadata";

export class OAuthError extends Error {
  override readonly name = "OAuthError";
  readonly code: string;
  readonly status: number;
  /** Seconds after which it may be tried again. */
  readonly retryAfter: number | null;

  constructor(
    code: OAuthErrorCode,
    description: string,
    status = 400,
    { retryAfter = null }: { retryAfter?: number | null } = {},
  ) {
    super(description);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** A JSON answer of an endpoint for clients; never to be kept (RFC 6749 §5.1). */
export function answer(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return Response.json(body, {
    status,
    headers: { "Cache-Control": "no-store", Pragma: "no-cache", ...headers },
  });
}

/** The answer that an error is. */
export function errorAnswer({ code, message, status, retryAfter }: OAuthError): Response {
  return answer({ error: code, error_description: message }, status, {
    ...(status === 401 && { "WWW-Authenticate": 'Basic realm="gadwall"' }),
    ...(retryAfter !== null && { "Retry-After": String(retryAfter) }),
  });
}
