/**
 * `npm run bench [-- --only scans|feeds|http --hosts N --http-hosts N --zeek-mb N --feeds N --feed-lines N --lists FOLDER --keep FOLDER]`:
 * speed of dist/gadwall on generated data, or on a folder of real lists, each against a baseline measured in the same
 * run. Prints ratios; nothing here fails a build.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchFeeds } from "./feeds.ts";
import { benchHttp } from "./http.ts";
import { benchScans } from "./scans.ts";

// Small enough for a minute; docs and issues name what larger numbers were measured with.
const { values: flags } = parseArgs({
  args: process.argv.slice(2),
  options: {
    only: { type: "string" },
    hosts: { type: "string", default: "20000" },
    "http-hosts": { type: "string", default: "10000" },
    "zeek-mb": { type: "string", default: "200" },
    feeds: { type: "string", default: "150" },
    "feed-lines": { type: "string", default: "500000" },
    lists: { type: "string" },
    keep: { type: "string" },
  },
});
const folder = flags.keep ?? mkdtempSync(join(tmpdir(), "gadwall-bench-"));
mkdirSync(folder, { recursive: true });
const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") } as Record<string, string>;
console.log(`folder ${folder}`);
try {
  const isWanted = (part: string): boolean => flags.only === undefined || flags.only === part;
  if (isWanted("scans"))
    await benchScans({ folder, env, hosts: Number(flags.hosts), zeekMB: Number(flags["zeek-mb"]) });
  if (isWanted("http")) await benchHttp({ folder, env, hosts: Number(flags["http-hosts"]) });
  if (isWanted("feeds"))
    await benchFeeds({
      folder,
      env,
      lists: flags.lists,
      feeds: Number(flags.feeds),
      lines: Number(flags["feed-lines"]),
    });
} finally {
  if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true });
}
