/** The official clients over HTTP with an API key, through the executable, in both protocol eras. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { DEFINITIONS } from "../../src/mcp/catalogue.ts";
import { post } from "../http/world.ts";
import { bearer, openSession, Place, type Served, until } from "./serving.ts";

const place = new Place();
let served: Served;
let key = "";

beforeAll(async () => {
  await place.importScan();
  await place.addUser("ann@example.org");
  key = await place.createKey("ann@example.org");
  served = await place.serve();
});
afterAll(() => place.remove());

interface Result {
  content: { type: string; text: string }[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

/** What the tests need of a client, of either generation. */
interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  close(): Promise<void>;
}

interface Connected {
  client: AnyClient;
  /** Counts what a query finds, until `signal` says to give up. */
  count(q: string, signal: AbortSignal): Promise<unknown>;
  /** Ends the session with DELETE; undefined where there are none. */
  end?(): Promise<void>;
}

async function modern(mode: "legacy" | "auto", url: URL, requestInit: RequestInit): Promise<Connected> {
  const client = new ModernClient({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  const transport = new ModernTransport(url, { requestInit });
  await client.connect(transport);
  expect(client.getProtocolEra()).toBe(mode === "legacy" ? "legacy" : "modern");
  return {
    client,
    count: (q, signal) => client.callTool(counting(q), { signal }),
    ...(mode === "legacy" && { end: () => transport.terminateSession() }),
  };
}

const counting = (q: string) => ({ name: "count", arguments: { purpose: "view", q } });

const CLIENTS: Record<string, (url: URL, requestInit: RequestInit) => Promise<Connected>> = {
  "v1 SDK": async (url, requestInit) => {
    const client = new Client({ name: "test", version: "1" });
    const transport = new StreamableHTTPClientTransport(url, { requestInit });
    await client.connect(transport);
    return {
      client,
      count: (q, signal) => client.callTool(counting(q), undefined, { signal }),
      end: () => transport.terminateSession(),
    };
  },
  "v2 client, 2025 era": (url, requestInit) => modern("legacy", url, requestInit),
  "v2 client, 2026 era": (url, requestInit) => modern("auto", url, requestInit),
};

describe.each(Object.keys(CLIENTS))("%s", (name) => {
  let connected: Connected;
  beforeAll(async () => {
    connected = await CLIENTS[name]!(new URL(served.url), { headers: bearer(key) });
  });
  afterAll(() => connected.client.close());

  const call = async (tool: string, args: Record<string, unknown>) =>
    (await connected.client.callTool({ name: tool, arguments: args })) as Result;

  test("is refused without a key and with a wrong one", async () => {
    await expect(CLIENTS[name]!(new URL(served.url), {})).rejects.toThrow();
    await expect(CLIENTS[name]!(new URL(served.url), { headers: bearer(`${key}x`) })).rejects.toThrow();
  });

  test("lists every tool and the guide", async () => {
    const { tools } = await connected.client.listTools();
    expect(tools.map((tool) => tool.name)).toEqual(DEFINITIONS.map((definition) => definition.name));
    const { resources } = await connected.client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain("gadwall://guides/scope-discovery");
  });

  test("counts and gets", async () => {
    expect((await call("count", { purpose: "view", q: "port:22" })).structuredContent).toMatchObject({
      result: 2,
    });
    expect(
      (await call("get", { purpose: "view", fields: ["addr"], sort: ["addr"], limit: 2 })).structuredContent,
    ).toMatchObject({ result: [{ addr: "192.0.2.10" }, { addr: "192.0.2.11" }], total: 3, truncated: true });
    const { structuredContent } = await call("searchport", { purpose: "nmap", port: 80 });
    const flt = structuredContent!.result as string;
    expect((await call("count", { purpose: "nmap", flt })).structuredContent).toMatchObject({ result: 2 });
  });

  test("a failure is a sentence", async () => {
    const failed = await call("topvalues", { purpose: "view", field: "no_such_field" });
    expect(failed.isError).toBe(true);
    expect(failed.content[0]!.text).toContain("no_such_field");
  });

  test("ends its session", async () => {
    if (connected.end === undefined) return;
    await connected.end();
    await expect(connected.client.listTools()).rejects.toThrow();
  });
});

describe("a call that takes long", () => {
  const slow = new Place();
  let server: Served;
  let headers: { Authorization: string };
  beforeAll(async () => {
    await slow.importScan(noisy());
    await slow.addUser("ann@example.org");
    headers = bearer(await slow.createKey("ann@example.org"));
    server = await slow.serve("--metrics", "--log-json");
  });
  afterAll(() => slow.remove());

  /** Requests in flight beside the one that asks. */
  async function inFlight(): Promise<number> {
    const page = await (await fetch(new URL("/metrics", server.url))).text();
    return Number(/^gadwall_http_requests_in_flight (\d+)$/m.exec(page)![1]) - 1;
  }

  test.each(Object.keys(CLIENTS))("is ended when the %s gives up on it", async (name) => {
    const { client, count } = await CLIENTS[name]!(new URL(server.url), { headers });
    const idle = await inFlight();
    const gone = new AbortController();
    const abandoned = count(HEAVY, gone.signal).catch((error: unknown) => error);
    await until(async () => (await inFlight()) > idle);
    const before = server.said().length;
    gone.abort("changed my mind");
    expect(await abandoned).toBeInstanceOf(Error);
    await until(async () => /"tool":"count"/.test(server.said().slice(before)));
    const lines = server.said().slice(before).split("\n");
    const entry = JSON.parse(lines.find((line) => line.includes('"tool":"count"'))!);
    // Left alone, it would run into the time limit of a query, 30 seconds.
    expect(entry.ms).toBeLessThan(20_000);
    const other = new AbortController().signal;
    expect(await count("port:80", other)).toMatchObject({ structuredContent: { result: HOSTS } });
    await client.close();
  });
});

const HOSTS = 400;

/** Hosts with titles that need all states of a regular expression. */
function noisy(): string {
  let seed = 1;
  const letter = (): string => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >> 16) & 1 ? "a" : "b";
  };
  const hosts = Array.from(
    { length: HOSTS },
    (_, i) =>
      `<host starttime="1700000000" endtime="1700000010"><status state="up" reason="echo-reply" reason_ttl="54"/>
<address addr="10.0.${i >> 8}.${i & 255}" addrtype="ipv4"/>
<ports><port protocol="tcp" portid="80"><state state="open" reason="syn-ack" reason_ttl="54"/><script id="http-title" output="${Array.from({ length: 500 }, letter).join("")}"/></port></ports>
</host>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<nmaprun scanner="nmap" args="nmap -oX - 10.0.0.0/16" start="1700000000" version="7.93" xmloutputversion="1.05">
${hosts.join("\n")}
<runstats><finished time="1700000030" timestr="" elapsed="30" summary="" exit="success"/><hosts up="${HOSTS}" down="0" total="${HOSTS}"/></runstats>
</nmaprun>
`;
}

/** A minute's work of many expressions, each short enough to be stopped after. */
const HEAVY = Array.from({ length: 150 }, (_, i) => `script:http-title:/[ab]*a[ab]{${100 + i}}c/`).join(
  " OR ",
);

test.each(["2025-03-26", "2025-06-18", "2025-11-25"])("a session of %s, until DELETE", async (revision) => {
  const session = await openSession(served.url, key, revision);
  const headers = { ...bearer(key), ...session, "Mcp-Protocol-Version": revision };
  const list = { jsonrpc: "2.0", id: 2, method: "tools/list" };
  expect(await (await fetch(served.url, post(list, headers))).text()).toContain('"name":"count"');
  expect((await fetch(served.url, { method: "DELETE", headers })).status).toBe(200);
  expect((await fetch(served.url, post(list, headers))).status).toBe(404);
});
