import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scopeOf } from "../../src/access/scope.ts";

import type { QueryContext } from "../../src/query/context.ts";
import { type NmapNames, parseProbes, parseScript } from "../../src/query/nmap-share.ts";
import { SERVICE_NAMES } from "../../src/query/service-names.ts";
import { serviceValues } from "../../src/query/services.ts";
import { contextOf } from "./world.ts";

const empty = (): NmapNames => ({ services: new Set(), products: new Map() });

describe("nmap's files", () => {
  test("match lines of every delimiter", () => {
    const names = empty();
    parseProbes(
      [
        "# comment",
        "Probe TCP NULL q||",
        "match ssh m|^SSH-([\\d.]+)-OpenSSH| p/OpenSSH/ v/$2/ i/protocol $1/ cpe:/a:openbsd:openssh/",
        "match ssl/http m=^a|b=is i/x p/y/ p=Any delimiter=",
        "match http m%^HTTP%s p|Apache httpd| v/1/",
        "match http m/^x/ p/Some $1 thing/",
        "softmatch pop3 m|^\\+OK|",
        "match broken m|never closed",
      ].join("\n"),
      names,
    );
    expect([...names.services].sort()).toEqual(["broken", "http", "pop3", "ssh", "ssl/http"]);
    expect(Object.fromEntries([...names.products].map(([key, value]) => [key, [...value]]))).toEqual({
      ssh: ["OpenSSH"],
      http: ["Apache httpd"],
      "ssl/http": ["Any delimiter"],
    });
  });

  test("assignments of scripts", () => {
    const names = empty();
    parseScript(
      `port.version.name = "rdp"\nport.version.product='X $1'\nport.version.product = "Y"\nversion.name == x`,
      names,
    );
    expect([...names.services]).toEqual(["rdp"]);
    expect([...(names.products.get("") ?? [])]).toEqual(["Y"]);
  });
});

describe("values", () => {
  let folder: string;
  let before: string | undefined;
  let ctx: QueryContext;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "gadwall-nmap-"));
    before = process.env.GADWALL_NMAP_SHARE;
    process.env.GADWALL_NMAP_SHARE = folder;
    ctx = await contextOf("view", [
      {
        addr: "192.0.2.1",
        categories: ["LAN"],
        ports: [
          { protocol: "tcp", port: 1, state_state: "open", service_name: "mine", service_product: "Thing" },
        ],
      },
    ]);
  });
  afterEach(() => {
    if (before === undefined) delete process.env.GADWALL_NMAP_SHARE;
    else process.env.GADWALL_NMAP_SHARE = before;
    rmSync(folder, { recursive: true });
  });

  test("without nmap: the built-in names and those of the data", async () => {
    const names = await serviceValues(ctx, { field: "service_name" });
    expect(names).toContain("mine");
    expect(names).toContain("https");
    expect(names).toEqual([...new Set(names)].sort());
    expect(await serviceValues(ctx, { field: "service_product" })).toEqual(["Thing"]);
    expect(await serviceValues(ctx, { field: "service_product", service: "nosuch" })).toEqual([]);
  });

  test("with nmap: its names and those of the data", async () => {
    writeFileSync(
      join(folder, "nmap-service-probes"),
      "match mine m|x| p/Other/\nmatch ssh m|x| p/OpenSSH/\n",
    );
    mkdirSync(join(folder, "scripts"));
    writeFileSync(join(folder, "scripts", "a.nse"), 'port.version.product = "Scripted"');
    expect(await serviceValues(ctx, { field: "service_name" })).toEqual(["mine", "ssh"]);
    expect(await serviceValues(ctx, { field: "service_product", service: "mine" })).toEqual([
      "Other",
      "Thing",
    ]);
    expect(await serviceValues(ctx, { field: "service_product" })).toEqual([
      "OpenSSH",
      "Other",
      "Scripted",
      "Thing",
    ]);
  });

  test("only values of hosts that the asker may see", async () => {
    const scoped = { ...ctx, scope: scopeOf({ k: "category", name: { is: "DMZ" } }) };
    expect(await serviceValues(scoped, { field: "service_product" })).toEqual([]);
  });
});

test("the built-in list is sorted, without doubles, and long enough", () => {
  expect(SERVICE_NAMES.length).toBeGreaterThanOrEqual(500);
  expect(SERVICE_NAMES).toEqual([...new Set(SERVICE_NAMES)].sort());
});
