const LONGEST = 2048;

/**
 * Whether a redirect address is written as it is read: everybody who takes it apart, this server, a browser or whoever
 * looks at the consent page, must find the same in it. Browsers leave out line ends and take `\` for `/`. Which schemes
 * and hosts may stand in it is better-auth's to say, and `isProgramUri`.
 */
export function isPlainUri(text: string): boolean {
  // The characters of RFC 3986 §2; no fragment (RFC 6749 §3.1.2).
  if (text.length > LONGEST || !/^[\w\-.~:/?[\]@!$&'()*+,;=%]+$/.test(text) || !URL.canParse(text))
    return false;
  const { href, username, password } = new URL(text);
  // A web address without a path means the same as that of the root.
  const whole = text.replace(/^(https?:\/\/[^/?]+)(?=\?|$)/, "$1/");
  return href === whole && username === "" && password === "";
}

/**
 * Programs that MCP is used with whose schemes are no reverse-domain names, as RFC 8252 §7.1 wants them: they name one such
 * address among others, and would not be let in at all. A closed list, since a browser starts a program for every scheme
 * that its machine knows.
 */
const PROGRAMS: ReadonlySet<string> = new Set([
  "cursor:",
  "vscode:",
  "vscode-insiders:",
  "windsurf:",
  "warp:",
  "claude:",
]);

/** Whether a plain address (isPlainUri) is one of a program known by name, such as `cursor://anysphere.cursor-mcp/oauth/callback`. */
export function isProgramUri(text: string): boolean {
  return PROGRAMS.has(new URL(text).protocol) && /^[a-z-]+:\/\/[a-z\d.-]+(?:[/?]|$)/.test(text);
}
