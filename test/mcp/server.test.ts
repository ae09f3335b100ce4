/** The server behind the protocol, without a process: what both eras see, and cancelling. */

import { afterEach, describe, expect, test } from "bun:test";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { EVERYTHING } from "../../src/access/scope.ts";
import type { Reader } from "../../src/mcp/call.ts";
import { DEFINITIONS } from "../../src/mcp/catalogue.ts";
import { createServer } from "../../src/mcp/server.ts";
import { world } from "./world.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function connect(store: Reader, mode: "legacy" | "auto"): Promise<Client> {
  const [here, there] = InMemoryTransport.createLinkedPair();
  open.push(
    serveStdio(() => createServer({ store, scope: () => EVERYTHING, version: "1.2.3" }), {
      transport: there,
    }),
  );
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  open.unshift(client);
  await client.connect(here);
  return client;
}

const nowhere: Reader = { read: () => Promise.reject(new Error("was asked")) };

describe.each(["legacy", "auto"] as const)("%s", (mode) => {
  test("says who it is and what it can", async () => {
    const client = await connect(nowhere, mode);
    expect(client.getServerVersion()).toMatchObject({ name: "gadwall", title: "gadwall", version: "1.2.3" });
    expect(client.getServerCapabilities()).toEqual({ tools: {}, resources: {} });
    expect((await client.listTools()).tools).toHaveLength(DEFINITIONS.length);
    expect((await client.listResourceTemplates()).resourceTemplates).toEqual([]);
  });

  test("answers", async () => {
    const client = await connect(await world(), mode);
    const { content, structuredContent } = await client.callTool({
      name: "count",
      arguments: { purpose: "view" },
    });
    expect(content).toEqual([{ type: "text", text: "3" }]);
    expect(structuredContent).toMatchObject({ result: 3 });
  });

  test("a cancelled call reaches the database", async () => {
    let asked: () => void = () => {};
    const started = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let interrupted: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      interrupted = resolve;
    });
    const store: Reader = {
      read: (_work, { signal }) => {
        asked();
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            interrupted();
            reject(new Error("INTERRUPT"));
          });
        });
      },
    };
    const client = await connect(store, mode);
    const controller = new AbortController();
    const called = client.callTool(
      { name: "count", arguments: { purpose: "view" } },
      { signal: controller.signal },
    );
    called.catch(() => {});
    await started;
    controller.abort();
    await ended;
    expect(called).rejects.toThrow();
  });
});
