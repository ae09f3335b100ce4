import { expect, test } from "bun:test";
import { feedReporter } from "../../src/cli/feed-progress.ts";
import { type FeedFileResult, type FeedImportSummary, nothingOf } from "../../src/feeds/results.ts";

function reporter(options: { width: number | null; quiet?: boolean; json?: boolean; every?: boolean }) {
  let written = "";
  const report = feedReporter({
    look: { width: options.width, colour: false },
    quiet: options.quiet ?? false,
    json: options.json ?? false,
    every: options.every ?? false,
    write: (text) => {
      written += text;
    },
    now: () => 0,
  });
  return { report, written: () => written };
}

const first: FeedFileResult = {
  ...nothingOf("a.netset", "a", "imported", null),
  first: true,
  entries: 2,
  ips4: 256,
  ranges6: 1,
};
const again: FeedFileResult = {
  ...first,
  feed: "b",
  first: false,
  added: 1,
  removed: 2,
  added6: 0,
  removed6: 1,
};
const odd: FeedFileResult = {
  ...first,
  feed: "c",
  mismatch: "the header promises 3 subnets, but the list has 2 lines of them",
  skipped: { long: 1, host_name: 2 },
  examples: [
    { line: 4, reason: "long", text: "" },
    { line: 7, reason: "host_name", text: "evil.example\u001b[2J" },
    { line: 9, reason: "host_name", text: "other.example" },
  ],
};
const older: FeedFileResult = {
  ...first,
  feed: "d",
  status: "history",
  message: "it is what was listed before",
};
const failed = nothingOf("e\u001b[2J.txt", null, "failed", "there is no such file");
const files = [first, again, odd, older, failed];
const summary: FeedImportSummary = { files, imported: 3, passedOver: 1, elapsed_ms: 1234, steps: {} };

test("without a terminal: a line a file, and below it what was left out", () => {
  const { report, written } = reporter({ width: null });
  for (const [index, file] of files.entries()) {
    report.fileStarted(file.path, index, files.length);
    report.fileDone(file);
  }
  report.phase("deriving metrics");
  report.end(summary);
  expect(written().split("\n")).toEqual([
    "[1/5] a: 256 addresses in 1 range and 1 IPv6 range",
    "[2/5] b: 256 addresses in 1 range and 1 IPv6 range, 1 address new, 2 gone, 0 IPv6 ranges new, 1 gone",
    "[3/5] c: 256 addresses in 1 range and 1 IPv6 range, the header promises 3 subnets, but the list has 2 lines of them, 3 lines left out",
    "    2 hold a host name, which is never resolved: line 7 (evil.example\ufffd[2J)",
    "    1 holds more than a line may hold: line 4",
    "[4/5] d: 256 addresses in 1 range and 1 IPv6 range, it is what was listed before",
    "[5/5] e\ufffd[2J.txt: failed, there is no such file",
    "3 lists imported, 1 older list kept as history, 1 failed, 1 other file passed over; 1.2 s",
    "",
  ]);
});

test("on a terminal: only what is news, unless every file is", () => {
  for (const every of [false, true]) {
    const { report, written } = reporter({ width: 60, every });
    report.fileStarted(first.path, 0, 2);
    report.fileDone(first);
    report.fileDone(failed);
    expect(written()).toContain("[2/2] e\ufffd[2J.txt: failed");
    expect(written().includes("[1/2] a: 256 addresses")).toBe(every);
  }
});

test("quiet: what failed, and with JSON nothing", () => {
  for (const json of [false, true]) {
    const { report, written } = reporter({ width: null, quiet: true, json });
    report.fileStarted(first.path, 0, 3);
    for (const file of [first, odd, failed]) report.fileDone(file);
    report.end(summary);
    expect(written()).toBe(json ? "" : "[3/3] e\ufffd[2J.txt: failed, there is no such file\n");
  }
});

test("nothing found says what is looked for", () => {
  const { report, written } = reporter({ width: null });
  report.end({ ...summary, files: [], imported: 0 });
  report.end({ ...summary, files: [], imported: 0, passedOver: 0 });
  expect(written()).toBe(
    "no list was found; of a folder, only files called .ipset and .netset are taken, and what is published about them (1 other file passed over)\nnothing to do\n",
  );
});
