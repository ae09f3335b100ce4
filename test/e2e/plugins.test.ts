/** Plugins through the executable: the example of docs/plugins.md, what fails, and who may see and change what. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { TOOLS } from "../../src/mcp/catalogue.ts";
import { bearer, Place, type Served } from "./serving.ts";

const ROOT = resolve(import.meta.dir, "../..");
const BINARY = join(ROOT, "dist/gadwall");
const CSV =
  "address,port,service\n192.0.2.7,9100,jetdirect\n198.51.100.9,631,ipp\nnowhere,1,x\n192.0.2.8,80,http\n";

const place = new Place();
afterAll(() => place.remove());

/** Writes a file as its owner would keep it; @returns its path. */
function write(name: string, text: string): string {
  const path = join(place.folder, name);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  return path;
}

const example = join(place.folder, "printers.ts");
const restricting = join(place.folder, "site-b.ts");

beforeAll(async () => {
  copyFileSync(join(ROOT, "docs/plugin-example.ts"), example);
  copyFileSync(join(ROOT, "docs/plugin-access-example.ts"), restricting);
  for (const path of [example, restricting]) chmodSync(path, 0o600);
  write("inventory.csv", CSV);
});

describe("the example", () => {
  test("is read by an import, which does not know the file without it", async () => {
    const without = await place.run(["import", "inventory.csv", "--json"]);
    expect(without.code).toBe(1);
    const { code, stdout } = await place.run([
      "import",
      "inventory.csv",
      "--json",
      "--plugin",
      "printers.ts",
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).files).toMatchObject([
      {
        format: "acme-csv",
        status: "imported",
        hosts: 3,
        message: "record 3 is left out: host.addr: must be an IPv4 or IPv6 address",
      },
    ]);
    const found = await place.run(["get", "--json", "--fields", "addr,ports.port", "service:ipp"]);
    expect(JSON.parse(found.stdout)).toEqual([{ addr: "198.51.100.9", ports: [{ port: 631 }] }]);
    expect((await place.run(["imports", "list", "--json"])).stdout).toContain('"acme-csv"');
  });

  test("is listed", async () => {
    const named = ["--plugin", "printers.ts", "--access-plugin", "site-b.ts"];
    const { code, stdout } = await place.run(["plugins", "list", "--json", ...named]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { path: restricting, problem: null, access: true },
      {
        path: example,
        problem: null,
        access: false,
        tools: ["find_printers"],
        filters: ["searchprinter"],
        resources: ["acme://guides/printers"],
        importers: ["acme-csv"],
      },
    ]);
  });

  const server = {
    command: BINARY,
    args: ["mcp-server", "--plugin", example, "--access-plugin", restricting],
    env: { HOME: place.folder, GADWALL_DB: place.db, XDG_CACHE_HOME: join(place.folder, "cache") },
    cwd: place.folder,
  };

  test.each([
    [
      "v1 client",
      async () => {
        const client = new Client({ name: "test", version: "1" });
        await client.connect(new StdioClientTransport(server));
        return client;
      },
    ],
    [
      "v2 client",
      async () => {
        const client = new ModernClient(
          { name: "test", version: "1" },
          { versionNegotiation: { mode: "auto" } },
        );
        await client.connect(new ModernStdio(server));
        return client;
      },
    ],
  ] as const)("is served to the %s, who checks answers against their schemas", async (_, connect) => {
    const client = await connect();
    const ask = async (name: string, args: Record<string, unknown>) => {
      const { structuredContent } = await client.callTool({ name, arguments: args });
      return structuredContent as { result: unknown };
    };
    try {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual([...TOOLS.keys(), "find_printers", "searchprinter"]);
      // The owner of the file, who started it, is not restricted.
      expect(await ask("find_printers", {})).toMatchObject({
        result: [{ addr: "192.0.2.7" }, { addr: "198.51.100.9" }],
        total: 2,
        returned: 2,
        as_of: expect.any(String),
      });
      expect((await ask("find_printers", { skip: "1" })).result).toEqual([
        { addr: "198.51.100.9", ports: [{ port: 631 }] },
      ]);
      const token = (await ask("searchprinter", { purpose: "view" })).result;
      expect((await ask("count", { purpose: "view", flt: token })).result).toBe(2);
      expect((await client.listResources()).resources).toHaveLength(3);
      const { contents } = await client.readResource({ uri: "acme://guides/printers" });
      expect(contents[0]).toMatchObject({ text: expect.stringContaining("There are 2.") });
    } finally {
      await client.close();
    }
  });

  test("can be checked by TypeScript with what gadwall plugins types prints", async () => {
    const types = await place.run(["plugins", "types"]);
    write("types/gadwall.d.ts", types.stdout);
    write("types/printers.ts", await Bun.file(example).text());
    write("types/site-b.ts", await Bun.file(restricting).text());
    const page = await Bun.file(join(ROOT, "docs/plugins.md")).text();
    write("types/tsconfig.json", /```json\n(.*)\n```/.exec(page)![1]!);
    mkdirSync(join(place.folder, "types/node_modules"));
    symlinkSync(join(ROOT, "node_modules/zod"), join(place.folder, "types/node_modules/zod"));
    const check = () =>
      Bun.spawnSync([join(ROOT, "node_modules/.bin/tsc"), "-p", join(place.folder, "types")]);
    expect(check().stdout.toString()).toBe("");
    write("types/wrong.ts", 'import type { Plugin } from "gadwall";\nexport const p: Plugin = { api: 2 };\n');
    expect(check().stdout.toString()).toContain("wrong.ts(2,");
  });
});

describe("where they come from", () => {
  const tool = (name: string, more = "annotations: { readOnlyHint: true }") =>
    `export default (api) => ({ api: 1, tools: [{ name: "${name}", title: "t", description: "d", input: {},
       output: api.z.string(), example: {}, ${more}, handler: () => ({ result: "${name}" }) }] });\n`;

  test("the configuration folder, never the current one; what fails is named and the rest is there", async () => {
    for (const name of ["bunfig.toml", "plugins/x.ts", "gadwall/plugins/x.ts", "node_modules/zod/index.js"])
      write(name, name.endsWith("toml") ? 'preload = ["./plugins/x.ts"]\n' : 'throw new Error("hostile");\n');
    write(".config/gadwall/plugins/a.js", tool("from_a"));
    write(".config/gadwall/plugins/b.ts", "export default ((;\n");
    write(
      ".config/gadwall/plugins/c.ts",
      `import { z } from "zod";\nconst word: z.ZodString = z.string();\n${tool("from_c")}`,
    );
    const open = write(".config/gadwall/plugins/d.ts", tool("from_d"));
    chmodSync(open, 0o666);
    const input = `${JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
    })}\n{"jsonrpc":"2.0","id":2,"method":"tools/list"}\n`;
    const { code, stdout, stderr } = await place.run(["mcp-server"], input);
    expect(code).toBe(0);
    const [, listed] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const names = (listed.result.tools as { name: string }[]).map(({ name }) => name);
    expect(names.slice(TOOLS.size)).toEqual(["from_a", "from_c"]);
    const folder = join(place.folder, ".config/gadwall/plugins");
    expect(stderr.trim().split("\n")).toEqual([
      `gadwall: the plugin ${folder}/b.ts is left out: Unexpected ; (line 1)`,
      `gadwall: the plugin ${open} is left out: other users may write to ${open}: chmod go-w it`,
    ]);
    const list = await place.run(["plugins", "list", "--json"]);
    expect(list.code).toBe(1);
    expect(
      (JSON.parse(list.stdout) as { problem: string | null }[]).map(({ problem }) => problem === null),
    ).toEqual([true, false, true, false]);
    for (const name of ["a.js", "b.ts", "c.ts", "d.ts"]) await Bun.file(join(folder, name)).delete();
  });

  test("an access plugin that does not load, or is not named as such, stops everything", async () => {
    const broken = write("broken.ts", 'throw new Error("boom");\n');
    for (const args of [
      ["mcp-server", "--access-plugin", broken],
      ["mcp-server", "--http", "--port", "0", "--access-plugin", broken],
      ["import", "inventory.csv", "--access-plugin", broken],
      ["mcp-server", "--access-plugin", restricting, "--access-plugin", "not-there.ts"],
      ["mcp-server", "--access-plugin", example],
      ["mcp-server", "--plugin", restricting],
    ]) {
      const { code, stdout, stderr } = await place.run(args);
      expect({ args, code, stdout }).toEqual({ args, code: 1, stdout: "" });
      expect(stderr).toContain("must work for anything to start");
    }
    expect(await place.run(["mcp-server", "--access-plugin", ""])).toMatchObject({ code: 2 });
  });

  test("one that changes something: not for anonymous callers, not with --cors '*'", async () => {
    const writes = write("writes.ts", tool("file_ticket", "annotations: { readOnlyHint: false }"));
    const open = await place.run(["mcp-server", "--http", "--port", "0", "--cors", "*", "--plugin", writes]);
    expect(open.code).toBe(1);
    expect(open.stderr).toContain("--cors '*' would let every web page change data here");
    const served = await place.serve("--plugin", writes);
    const client = await connected(served);
    expect(await client.callTool({ name: "file_ticket", arguments: {} })).toMatchObject({
      isError: true,
      content: [{ text: "file_ticket changes something, which needs somebody who is signed in" }],
    });
    await client.close();
    expect(served.said()).toContain("file_ticket");
    expect(await served.stop()).toBe(0);
  });
});

describe("mistakes of one", () => {
  test("nothing that it writes with console reaches the protocol", async () => {
    const path = write(
      "prints.ts",
      `const print = (console: any) => {
         for (const name of ["log", "info", "debug", "warn", "error", "dir", "dirxml", "table", "group", "log", "groupCollapsed",
           "groupEnd", "count", "countReset", "trace", "time", "timeLog", "timeEnd", "assert", "write"])
           console[name]("printed");
       };
       print(console);
       export default (api: any) => ({ api: 1, tools: [{ name: "prints", title: "t", description: "d", input: {},
         output: api.z.string(), example: {}, annotations: { readOnlyHint: true },
         handler() { print(globalThis.console); return { result: "done" }; } }] });\n`,
    );
    const input = [
      {
        id: 1,
        method: "initialize",
        params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "t", version: "1" } },
      },
      { id: 2, method: "tools/call", params: { name: "prints", arguments: {} } },
    ].map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const { stdout, stderr } = await place.run(["mcp-server", "--plugin", path], input.join(""));
    const lines = stdout.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).id)).toEqual([1, 2]);
    expect(stdout).not.toContain("printed");
    expect(stderr.match(/printed/g)!.length).toBeGreaterThan(20);
  });

  test("what it makes of one file costs no other", async () => {
    const path = write(
      "mistaken.ts",
      `const named = (name: string, parse: unknown, more = {}) =>
         ({ name, sniff: (head: string) => head.startsWith("FORMAT " + name), parse, ...more });
       const cyclic: any = {}; cyclic.self = cyclic;
       export default () => ({ api: 1, importers: [
         named("cyclic", function* () { yield { host: { addr: "192.0.2.77", scripts: [{ id: "x", output: "", data: cyclic }] } }; }),
         named("object", function* () { throw { toString() { throw 1; } }; }),
         named("promise", async () => { throw new Error("lost"); }),
         named("good", function* () { yield { host: { addr: "192.0.2.78", ports: [{ port: 1, protocol: "tcp" }] } }; }),
         { name: "late", sniff: async (head: string) => { throw new Error("lost"); }, parse: () => [] },
       ] });\n`,
    );
    for (const name of ["cyclic", "object", "promise", "other", "good"])
      write(`mistaken/${name}.txt`, `FORMAT ${name}\n`);
    const { code, stdout } = await place.run([
      "import",
      "--json",
      "--plugin",
      path,
      "mistaken",
      "--db",
      "mistaken.duckdb",
    ]);
    expect(code).toBe(1);
    const files = JSON.parse(stdout).files as { path: string; status: string; message: string }[];
    expect(files.map(({ path, status }) => [path, status])).toEqual([
      ["mistaken/cyclic.txt", "failed"],
      ["mistaken/good.txt", "imported"],
      ["mistaken/object.txt", "failed"],
      ["mistaken/other.txt", "failed"],
      ["mistaken/promise.txt", "failed"],
    ]);
    expect(files[2]!.message).toContain("something was thrown that cannot be shown");
    expect(files[3]!.message).toContain("at once, not as a promise");
    const counted = await place.run(["count", "--db", "mistaken.duckdb"]);
    expect(counted.stdout).toBe("1\n");
  });

  test("a promise that it forgot ends the process, which says whose it was", async () => {
    const path = write(
      "forgets.ts",
      `export default () => ({ api: 1, importers: [{ name: "forgets", sniff: () => true, async *parse() {
         Promise.reject(new Error("lost")); await new Promise((resolve) => setTimeout(resolve, 50)); } }] });\n`,
    );
    write("any.txt", "anything\n");
    const { code, stderr } = await place.run(["import", "--plugin", path, "any.txt"]);
    expect(code).toBe(1);
    expect(stderr).toStartWith(
      `gadwall: a bug in a plugin (${path}): Error: lost\n  A promise that fails must be`,
    );
  });
});

async function connected(served: Served, key?: string): Promise<ModernClient> {
  const client = new ModernClient({ name: "test", version: "1" }, { versionNegotiation: { mode: "auto" } });
  const requestInit = key === undefined ? {} : { headers: bearer(key) };
  await client.connect(new ModernTransport(new URL(served.url), { requestInit }));
  return client;
}

describe("who sees what over HTTP", () => {
  const keys: Record<string, string> = {};
  beforeAll(async () => {
    for (const [name, groups] of [
      ["ann", "site-b"],
      ["bob", "site-a"],
      ["cid", "site-b"],
    ] as const) {
      await place.addUser(`${name}@example.org`, ["--groups", groups]);
      keys[name] = await place.createKey(`${name}@example.org`);
    }
    await place.run(["access", "set", "cid@example.org", "port:80"]);
  });

  const printers = async (served: Served, name: string) => {
    const client = await connected(served, keys[name]);
    try {
      const { contents } = await client.readResource({ uri: "acme://guides/printers" });
      const ask = async (tool: string, args: Record<string, unknown>) =>
        (await client.callTool({ name: tool, arguments: args })).structuredContent as {
          result: unknown;
          total: number;
        };
      return {
        told: /There are (\d+)/.exec((contents[0] as { text: string }).text)?.[1],
        found: (await ask("find_printers", {})).total,
        all: (await ask("count", { purpose: "view" })).result,
      };
    } finally {
      await client.close();
    }
  };

  test("the access filters and what plugins say, both, in our tools and in theirs", async () => {
    const served = await place.serve("--plugin", example, "--access-plugin", restricting);
    expect(await printers(served, "ann")).toEqual({ told: "2", found: 2, all: 3 });
    expect(await printers(served, "bob")).toEqual({ told: "1", found: 1, all: 2 });
    expect(await printers(served, "cid")).toEqual({ told: "0", found: 0, all: 1 });
    await served.stop();
  });

  test("one that fails when it is asked shows nothing, and says why on standard error only", async () => {
    const failing = write(
      "failing.ts",
      'export default () => ({ api: 1, access(asker: { email: string } | null) { if (asker?.email.startsWith("bob")) return Promise.reject(new Error("lost")); if (asker?.email.startsWith("cid")) throw new Error("directory is down\\n\\u001b[2J"); return "full"; } });\n',
    );
    const served = await place.serve("--access-plugin", failing);
    const count = async (name: string) => {
      const client = await connected(served, keys[name]);
      const answer = await client.callTool({ name: "count", arguments: { purpose: "view" } });
      await client.close();
      return answer;
    };
    for (const name of ["bob", "cid"]) {
      const denied = await count(name);
      expect(denied.isError).toBe(true);
      expect(JSON.stringify(denied)).not.toMatch(/directory|promise/);
    }
    const failed = `gadwall: the access plugin ${failing} failed, so nothing is shown:`;
    expect(served.said()).toContain(`${failed} a filter must be given at once, not as a promise\n`);
    expect(served.said()).toContain(`${failed} directory is down \ufffd[2J\n`);
    // Whoever may see something still does: nothing of that ended the server.
    expect(await count("ann")).toMatchObject({ structuredContent: { result: 3 } });
    await served.stop();
  });
});
