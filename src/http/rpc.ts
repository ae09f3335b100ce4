/** Codes of errors that are not about one call, as the SDK uses them. */
export const RPC = { refused: -32_000, noSession: -32_001, parse: -32_700, invalid: -32_600 } as const;

/** A refusal of the endpoint: no request is known that it answers, so its id is null. */
export function rpcError(
  status: number,
  code: number,
  message: string,
  headers?: Record<string, string>,
): Response {
  return Response.json({ jsonrpc: "2.0", error: { code, message }, id: null }, { status, headers });
}

/** A refusal beside the endpoint. */
export function plainError(
  status: number,
  error: string,
  error_description: string,
  headers?: Record<string, string>,
): Response {
  return Response.json({ error, error_description }, { status, headers });
}

/** Methods that a client may send, in both eras. */
const METHODS: ReadonlySet<string> = new Set([
  "initialize",
  "ping",
  "server/discover",
  "tools/list",
  "tools/call",
  "resources/list",
  "resources/templates/list",
  "resources/read",
  "prompts/list",
  "prompts/get",
  "completion/complete",
  "subscriptions/listen",
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
]);

/** What a message asks for, from closed sets: logs and metrics must not grow by what somebody sends. */
export interface Asked {
  method: string;
  tool: string | null;
}

/** A batch that was refused as a whole. */
export const BATCH: Asked = { method: "batch", tool: null };

/** What the messages of a body ask for; empty when it is none. @param tools those there are. */
export function askedFor(body: unknown, tools: ReadonlyMap<string, unknown>): Asked[] {
  if (Array.isArray(body)) return body.map((message) => askedOf(message, tools));
  return typeof body !== "object" || body === null ? [] : [askedOf(body, tools)];
}

function askedOf(message: unknown, tools: ReadonlyMap<string, unknown>): Asked {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } | null };
  if (typeof method !== "string") return { method: "response", tool: null };
  if (!METHODS.has(method)) return { method: "other", tool: null };
  if (method !== "tools/call") return { method, tool: null };
  const name = params?.name;
  return { method, tool: typeof name === "string" && tools.has(name) ? name : "other" };
}

/** True for a message that opens a session of the older revisions. */
export function opensSession(body: unknown): boolean {
  return [body].flat().some((message) => (message as { method?: unknown } | null)?.method === "initialize");
}

/** The id of the request that a message cancels; null when it cancels none. */
export function cancelledBy(body: unknown): string | number | null {
  const { method, params } = (body ?? {}) as { method?: unknown; params?: { requestId?: unknown } | null };
  if (method !== "notifications/cancelled") return null;
  const id = params?.requestId;
  return typeof id === "string" || typeof id === "number" ? id : null;
}
