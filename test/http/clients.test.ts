/** The official clients over HTTP, in both protocol eras. */
import { afterEach, describe, expect, test } from "bun:test";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { DEFINITIONS } from "../../src/mcp/catalogue.ts";
import { type Started, start, Users } from "./world.ts";

const open: { close(): Promise<void> }[] = [];
let server: Started;
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await server.stop();
});

interface Talker {
  listTools(): Promise<{ tools: unknown[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
}

const clients: Record<string, (url: URL, init?: RequestInit) => Promise<Talker>> = {
  "v1 SDK": async (url, requestInit) => {
    const client = new Client({ name: "test", version: "1" });
    open.push(client);
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
    return client;
  },
  "v2 client, older revision": (url, init) => modern(url, "legacy", init),
  "v2 client, 2026-07-28": (url, init) => modern(url, "auto", init),
};

async function modern(url: URL, mode: "legacy" | "auto", requestInit?: RequestInit): Promise<Talker> {
  const client = new ModernClient({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  open.push(client);
  await client.connect(new ModernTransport(url, { requestInit }));
  return client;
}

describe.each(Object.keys(clients))("%s", (name) => {
  test("lists and calls tools", async () => {
    server = await start();
    const client = await clients[name]!(new URL(server.url));
    expect((await client.listTools()).tools).toHaveLength(DEFINITIONS.length);
    expect(await client.callTool({ name: "count", arguments: { purpose: "view" } })).toMatchObject({
      structuredContent: { result: 0 },
    });
  });

  test("comes in with an API key only, when there are users", async () => {
    const users = new Users();
    users.add("gadwall_good", "a@example.org");
    server = await start({ users });
    const url = new URL(server.url);
    await expect(clients[name]!(url)).rejects.toThrow();
    await expect(clients[name]!(url, { headers: { Authorization: "Bearer gadwall_bad" } })).rejects.toThrow();
    const client = await clients[name]!(url, { headers: { Authorization: "Bearer gadwall_good" } });
    expect((await client.listTools()).tools).toHaveLength(DEFINITIONS.length);
    users.known.clear();
    users.add("gadwall_other", "b@example.org");
    await expect(client.callTool({ name: "count", arguments: { purpose: "view" } })).rejects.toThrow();
  });
});
