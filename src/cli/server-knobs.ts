/**
 * What `mcp-server` can be told: each row is a flag (but for secrets), a GADWALL_… variable and a key of the configuration
 * file. Data only: the command line, the configuration and docs/deploy.md are made from it or checked against it.
 */
export type Knob = { readonly describe: string } & (
  | { readonly kind: "text"; readonly standard?: string }
  /** No flag: on a command line every user of the machine could read it. */
  | { readonly kind: "secret" }
  | { readonly kind: "list" }
  | { readonly kind: "switch"; readonly standard: boolean }
  | { readonly kind: "number"; readonly standard: number; readonly min: number; readonly max: number }
  /** Seconds, or a number with s, m, h or d; `never` where allowed. */
  | { readonly kind: "period"; readonly standard: number; readonly min: number; readonly never?: true }
);

export const SERVER_KNOBS = {
  http: {
    kind: "switch",
    standard: false,
    describe: "Serve over HTTP (MCP's Streamable HTTP) instead of standard input and output",
  },
  bind: { kind: "text", standard: "127.0.0.1", describe: "Address to listen on (127.0.0.1)" },
  port: { kind: "number", standard: 9100, min: 0, max: 65_535, describe: "Port to listen on (9100; 0: any)" },
  path: { kind: "text", standard: "/mcp", describe: "Path of the endpoint (/mcp)" },
  "public-url": {
    kind: "text",
    describe: "What clients call this server behind a proxy, such as https://scans.example.org",
  },
  "allowed-host": {
    kind: "list",
    describe: "Further host names, comma-separated, under which clients may call this server",
  },
  "trusted-proxy": {
    kind: "list",
    describe:
      "Addresses or networks of proxies whose X-Forwarded-… headers count, beside loopback (none: not even that)",
  },
  cors: {
    kind: "list",
    describe: "Origins, comma-separated, whose web pages may ask this server, or * for all (none)",
  },
  "allow-anonymous": {
    kind: "switch",
    standard: false,
    describe: "Let everybody in who reaches the server; with users, no access control at all: all is shown",
  },
  "rate-limit": {
    kind: "number",
    standard: 240,
    min: 0,
    max: 1_000_000,
    describe: "Requests a minute of one user, or of one network where nobody is known (240; 0: no limit)",
  },
  "max-sessions": {
    kind: "number",
    standard: 1024,
    min: 1,
    max: 100_000,
    describe:
      "Open sessions of clients that speak MCP before 2026-07-28 (1024; one user or network a quarter of them)",
  },
  "session-idle": {
    kind: "period",
    standard: 1800,
    min: 10,
    describe: "How long such a session may be idle (30m)",
  },
  "max-connections": {
    kind: "number",
    standard: 1024,
    min: 4,
    max: 100_000,
    describe: "Requests and streams in flight at the same time (1024; one user or network a quarter of them)",
  },
  metrics: { kind: "switch", standard: false, describe: "Serve numbers for Prometheus on /metrics" },
  "log-json": { kind: "switch", standard: false, describe: "Write the access log as JSON lines" },
  oauth: {
    kind: "switch",
    standard: false,
    describe: "Let clients get tokens here (OAuth 2.1 authorization server), beside API keys",
  },
  "oauth-registration": {
    kind: "switch",
    standard: true,
    describe: "Let clients register themselves (on; --no-oauth-registration not to)",
  },
  "oauth-request-ttl": {
    kind: "period",
    standard: 600,
    min: 30,
    describe: "How long a question for consent stays open (10m)",
  },
  "oauth-code-ttl": {
    kind: "period",
    standard: 600,
    min: 30,
    describe: "How long an authorization code lives (10m)",
  },
  "oauth-access-ttl": {
    kind: "period",
    standard: 3600,
    min: 60,
    describe: "How long an access token lives (1h)",
  },
  "oauth-refresh-ttl": {
    kind: "period",
    standard: 2_592_000,
    min: 60,
    never: true,
    describe: "How long a refresh token lives (30d; never: until it is revoked)",
  },
  "openid-issuer": {
    kind: "text",
    describe: "An OpenID provider where users may sign in too, such as https://accounts.example.org",
  },
  "openid-client-id": { kind: "text", describe: "What this server is called there" },
  "openid-client-secret": {
    kind: "secret",
    describe: "Its secret there",
  },
  "smtp-url": {
    kind: "secret",
    describe:
      "The mail server that sends links to sign in, such as smtp://USER:PASSWORD@mail.example.org:587",
  },
  "mail-from": { kind: "text", describe: "The sender of these mails, such as gadwall@example.org" },
} as const satisfies Record<string, Knob>;

export type KnobName = keyof typeof SERVER_KNOBS;

export const KNOB_NAMES = Object.keys(SERVER_KNOBS) as KnobName[];
