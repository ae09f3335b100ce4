import type { FeedDetails } from "../../../feeds/browse.ts";
import { tellSkipped } from "../../../feeds/skipped.ts";
import type { Json } from "../../../model/json.ts";
import { cellText } from "../../cell.ts";
import { defineCommand } from "../../command.ts";
import { outputOption } from "../../feed-options.ts";
import { toJson } from "../../json.ts";
import { formatOf } from "../../question.ts";
import { table } from "../../table.ts";
import { type Look, lookOf, stdout, styled } from "../../terminal.ts";

export default defineCommand({
  command: "show <name>",
  describe: "What is known of one feed: facts, metrics, versions",
  builder: (yargs) =>
    outputOption(yargs, ["table", "json"]).positional("name", {
      type: "string",
      demandOption: true,
      describe: "Its name, as gadwall feeds list shows it",
    }),
  async run(args) {
    const { readFeeds } = await import("../../read-feeds.ts");
    const { showFeed } = await import("../../../feeds/browse.ts");
    const details = await readFeeds(args, ({ connection }) => showFeed(connection, args.name, new Date()));
    if (formatOf(args) === "json") await stdout.line(toJson(details));
    else await stdout.write(report(details, lookOf(process.stdout)));
    return 0;
  },
});

/** Columns that people need not see: ids, and what stands elsewhere. */
const INTERNAL: ReadonlySet<string> = new Set(["id", "version_id", "stated", "span6", "maintainer_slug"]);

const VERSION_COLUMNS = [
  "id",
  "at",
  "imported_at",
  "ips4",
  "ranges6",
  "entries",
  "added",
  "removed",
  "added6",
  "removed6",
] as const;

/** What was wrong with a version: texts. */
function remarksOf({ mismatch, skipped }: Record<string, Json>): string {
  const told = [mismatch, tellSkipped((skipped ?? {}) as Record<string, number>)].filter(
    (text) => text !== null,
  );
  return told.map(cellText).join("; ");
}

function report({ feed, metrics, versions }: FeedDetails, look: Look): string {
  const rows = [...Object.entries(feed), ...Object.entries(metrics)]
    .filter(([name, value]) => value !== null && !INTERNAL.has(name))
    .map(
      ([name, value]) =>
        [name, Array.isArray(value) ? value.map(cellText).join(" ") : cellText(value)] as const,
    );
  const width = Math.max(...rows.map(([name]) => name.length));
  const facts = rows.map(([name, text]) => `${styled(name.padEnd(width), "dim", look)}  ${text}\n`).join("");
  const list = table(
    [
      ...VERSION_COLUMNS.map((title) => ({
        title,
        align: title.endsWith("at") ? ("left" as const) : ("right" as const),
      })),
      { title: "remarks", align: "left" },
    ],
    versions.map((version) => [
      ...VERSION_COLUMNS.map((column) => cellText(version[column])),
      remarksOf(version),
    ]),
    look,
  );
  return `${facts}\n${list}`;
}
