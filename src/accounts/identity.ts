/** Who is asking, as far as the server knows. */
export interface Identity {
  /** Lower case. */
  email: string;
  /** In the order in which they were given: the first that has an access filter decides. */
  groups: readonly string[];
  admin: boolean;
  /** What was shown: an API key, an OAuth access token, or the cookie of a browser. */
  by: "key" | "oauth" | "session";
  /** What the OAuth token was issued for; empty for the others. */
  scopes: readonly string[];
}
