/** Tags that lists give to hosts: they come with the list and go with it. */
import { beforeEach, describe, expect, test } from "bun:test";
import type { DuckDBConnection } from "@duckdb/node-api";
import { refreshFeeds } from "../../src/feeds/metrics/refresh.ts";
import { derive } from "../../src/view/derive.ts";
import { retagFromFeeds } from "../../src/view/feed-tags.ts";
import { hostRow, insert } from "../support/db.ts";
import { addFeed, feedDatabase } from "../support/feeds.ts";

const NOW = new Date("2026-01-11T00:00:00Z");
const OPTIONS = { geo: false, closeUnlisted: false, vulnersAsVulns: false };

let connection: DuckDBConnection;
beforeEach(async () => {
  connection = await feedDatabase();
  for (const schema of ["nmap", "view"] as const)
    await insert(connection, schema, "host", [
      hostRow(1, "11.0.0.1"),
      hostRow(2, "11.0.0.2"),
      hostRow(3, "2600::1"),
      hostRow(4, null),
    ]);
});

async function tags(schema: "nmap" | "view" = "view"): Promise<unknown> {
  const rows = await connection.runAndReadAll(
    `SELECT host_id, value, type, info, origin FROM ${schema}.tag ORDER BY ALL`,
  );
  return rows.getRowsJS().map(([host, ...rest]) => [Number(host), ...rest]);
}

const refresh = (changed: readonly number[] | "all" = "all") =>
  refreshFeeds(connection, { changed, now: NOW });

describe("lists that stand for tags", () => {
  test("in both purposes and families, in IVRE's words, with several tags of one list", async () => {
    const scanner = { name: "censys", tag_value: "Scanner", tag_info: "Censys" };
    await addFeed(connection, scanner, ["11.0.0.0/31", "2600::/64"]);
    const url = "https://check.torproject.org/torbulkexitlist";
    await addFeed(connection, { name: "tor", tag_value: "TOR", tag_info: "exit", source_url: url }, [
      "11.0.0.2",
    ]);
    await addFeed(
      connection,
      {
        name: "gov",
        tag_value: "CLOUD\nGovCloud",
        tag_info: "Azure\nAzure Government",
        official_name: "Azure ranges",
      },
      ["11.0.0.2"],
    );
    await addFeed(connection, { name: "cdncheck_waf_x", tag_value: "WAF", tag_info: "X" }, ["2600::1"]);
    await addFeed(connection, { name: "other" }, ["11.0.0.0/8", "::/0"]);
    await refresh();
    const expected = [
      [1, "Scanner", "warning", "Listed as a Censys scanner", "feed:censys"],
      [2, "CLOUD", "info", "Azure as listed by Azure ranges", "feed:gov"],
      [2, "GovCloud", "info", "Azure Government", "feed:gov"],
      [2, "TOR", "info", `Exit node listed at <${url}>`, "feed:tor"],
      [3, "Scanner", "warning", "Listed as a Censys scanner", "feed:censys"],
      [3, "WAF", "info", "X as listed by cdncheck (projectdiscovery)", "feed:cdncheck_waf_x"],
    ];
    expect(await tags("view")).toEqual(expected);
    expect(await tags("nmap")).toEqual(expected);
  });

  test("hosts lose them when they leave the list, and keep what others gave", async () => {
    const given = { host_id: 1, value: "Scanner", type: "warning", info: null, origin: "import" };
    await insert(connection, "view", "tag", [given]);
    const id = await addFeed(connection, { name: "list", tag_value: "Scanner", tag_info: "X" }, [
      "11.0.0.0/30",
    ]);
    await refresh();
    const listed = (host: number) => [host, "Scanner", "warning", "Listed as a X scanner", "feed:list"];
    const own = [1, "Scanner", "warning", null, "import"];
    expect(await tags()).toEqual([listed(1), own, listed(2)]);

    await connection.run("UPDATE feed.range4 SET lo = hi - 1");
    await refresh([id]);
    expect(await tags()).toEqual([own, listed(2)]);

    await derive(connection, "view", 0, OPTIONS);
    expect(await tags()).toEqual([own, listed(2)]);

    await connection.run("DELETE FROM feed.feed");
    await connection.run("DELETE FROM feed.range4");
    await refresh([id]);
    expect(await tags()).toEqual([own]);
  });

  test("new hosts get them when they come", async () => {
    await addFeed(connection, { name: "list", tag_value: "Scanner", tag_info: "X" }, ["11.0.0.9"]);
    await refresh();
    await insert(connection, "nmap", "host", [hostRow(5, "11.0.0.9")]);
    await derive(connection, "nmap", 5, OPTIONS);
    expect(await tags("nmap")).toEqual([[5, "Scanner", "warning", "Listed as a X scanner", "feed:list"]]);
    await retagFromFeeds(connection, 6);
    expect(await tags("nmap")).toHaveLength(1);
  });

  test("no feeds, no tags", async () => {
    await retagFromFeeds(connection);
    await derive(connection, "view", 0, OPTIONS);
    expect(await tags()).toEqual([]);
  });
});
