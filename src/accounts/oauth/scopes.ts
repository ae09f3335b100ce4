/** What a token can be asked for, with the sentence that the consent page shows. */
export const SCOPES = {
  mcp: "Ask this server in your name: it sees what you may see",
  offline_access: "Stay connected when you are away, until you or an administrator end it",
} as const;

/** Without it a token is of no use at the endpoint; it is what clients are told to ask for. */
export const ENDPOINT_SCOPES: readonly string[] = ["mcp"];

/** With it better-auth issues refresh tokens, which everybody gets here. */
const REFRESH_SCOPE = "offline_access";

/** The sentence for a scope; its name when it is none of ours. */
export function scopeSentence(scope: string): string {
  return Object.hasOwn(SCOPES, scope) ? SCOPES[scope as keyof typeof SCOPES] : scope;
}

/** The names in a scope parameter (RFC 6749 §3.3). */
export function scopeNames(text: string | null): string[] {
  return (text ?? "").split(" ").filter((name) => name !== "");
}

/** What is granted where this was asked for: without any names what clients usually need. */
export function withRefresh(asked: string | null): string {
  const names = scopeNames(asked);
  return [...new Set([...(names.length === 0 ? ENDPOINT_SCOPES : names), REFRESH_SCOPE])].join(" ");
}
