import { describe, expect, test } from "bun:test";
import { EVERYTHING, scopeOf } from "../../src/access/scope.ts";

import { age } from "../../src/query/age.ts";
import { info } from "../../src/query/info.ts";
import { SCHEMA_VERSION } from "../../src/store/ddl.ts";
import { emptyDatabase } from "../support/db.ts";
import { contextOf, WORKED_EXAMPLE } from "./world.ts";

describe("age", () => {
  const now = new Date("2024-03-01T12:00:00Z");
  for (const [then, words] of [
    ["2024-03-01T11:59:30Z", "just now"],
    ["2024-03-01T11:59:00Z", "1 minute ago"],
    ["2024-03-01T09:00:00Z", "3 hours ago"],
    ["2024-02-29T11:00:00Z", "1 day ago"],
    ["2024-01-10T12:00:00Z", "51 days ago"],
    ["2023-11-01T12:00:00Z", "3 months ago"],
    ["2020-01-01T00:00:00Z", "4 years ago"],
    ["2024-03-01T12:00:20Z", "just now"],
    ["2025-01-01T00:00:00Z", "in the future"],
  ] as const)
    test(`${then}: ${words}`, () => expect(age(new Date(then), now)).toBe(words));
});

describe("info", () => {
  test("an empty database", async () => {
    const found = await info({ connection: await emptyDatabase(), scope: EVERYTHING });
    expect(found.last_import).toBeNull();
    expect(found.imports).toEqual({ count: 0, latest: [] });
    expect(found.view).toEqual({
      records: 0,
      addresses: 0,
      ports: 0,
      open_ports: 0,
      first: null,
      last: null,
      age: null,
    });
    expect(found.passive).toEqual({
      records: 0,
      observations: 0,
      addresses: 0,
      first: null,
      last: null,
      age: null,
      sensors: {},
      recontypes: {},
    });
    expect(found.file.schema_version).toBe(String(SCHEMA_VERSION));
  });

  test("counts, dates, sources and imports; within the access scope only what belongs to visible hosts", async () => {
    const ctx = await contextOf("nmap", [
      {
        ...WORKED_EXAMPLE[0],
        source: "office",
        starttime: "2024-01-01T00:00:00Z",
        endtime: "2024-01-02T00:00:00Z",
      },
      { ...WORKED_EXAMPLE[1], source: "home", categories: ["LAN"], endtime: "2024-01-03T00:00:00Z" },
    ]);
    await ctx.connection.run(
      `INSERT INTO main.import (id, path, format, status, hosts, imported_at) VALUES
       (1, 'a.xml', 'nmap-xml', 'imported', 1, TIMESTAMP '2024-01-04'), (2, 'b.xml', 'nmap-xml', 'partial', 1, TIMESTAMP '2024-01-05')`,
    );
    await ctx.connection.run("UPDATE nmap.host SET import_id = id");
    const everything = await info(ctx);
    expect(everything.nmap).toMatchObject({
      records: 2,
      addresses: 2,
      ports: 4,
      open_ports: 4,
      first: "2024-01-01T00:00:00Z",
      last: "2024-01-03T00:00:00Z",
    });
    expect(
      everything.imports.latest.map(({ path, status, imported_at }) => [path, status, imported_at]),
    ).toEqual([
      ["b.xml", "partial", "2024-01-05T00:00:00Z"],
      ["a.xml", "imported", "2024-01-04T00:00:00Z"],
    ]);
    expect(everything.sources).toEqual({ home: 1, office: 1 });

    const part = await info({ ...ctx, scope: scopeOf({ k: "category", name: { is: "LAN" } }) });
    expect(part.nmap).toMatchObject({ records: 1, ports: 1, last: "2024-01-03T00:00:00Z" });
    expect(part.imports.latest.map(({ path }) => path)).toEqual(["b.xml"]);
    expect(part.sources).toEqual({ home: 1 });
    expect(part.categories).toEqual({ LAN: 1 });
  });
});
