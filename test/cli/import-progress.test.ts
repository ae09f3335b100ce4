import { expect, test } from "bun:test";
import { importReporter } from "../../src/cli/import-progress.ts";
import type { FileResult } from "../../src/load/results.ts";

function reporter(options: { width: number | null; quiet?: boolean; json?: boolean }) {
  let written = "";
  let time = 0;
  const report = importReporter({
    look: { width: options.width, colour: false },
    quiet: options.quiet ?? false,
    json: options.json ?? false,
    write: (text) => {
      written += text;
    },
    now: () => time,
  });
  return { report, written: () => written, wait: (ms: number) => (time += ms) };
}

const done: FileResult = {
  path: "a.xml",
  format: "nmap",
  sha256: "00",
  status: "imported",
  hosts: 3,
  observations: 0,
  message: null,
};
const failed: FileResult = {
  ...done,
  path: "b\u001b[2J.xml",
  status: "failed",
  hosts: 0,
  observations: 0,
  message: "is no scan",
};
const summary = { files: [done, failed], hosts: 3, observations: 0, elapsed_ms: 1234 };

test("without a terminal: a line a file, and no control characters", () => {
  const { report, written, wait } = reporter({ width: null });
  report.fileStarted("a.xml", 0, 2, 100);
  report.progress("a.xml", 50, 100, 1);
  wait(60_000);
  report.progress("a.xml", 60, 100, 2);
  report.fileDone(done);
  report.phase("merging");
  report.fileDone(failed);
  report.end(summary);
  expect(written().split("\n")).toEqual([
    "[1/2] a.xml: 2 hosts, 0.0 MB, 60 %",
    "[1/2] a.xml: 3 hosts",
    "[1/2] b\ufffd[2J.xml: failed, is no scan",
    "3 hosts from 1 of 2 files in 1.2 s",
    "",
  ]);
});

test("on a terminal: a bar that fits and is erased before the next line", () => {
  const { report, written, wait } = reporter({ width: 50 });
  report.fileStarted("a.xml", 0, 1, 100);
  report.progress(`${"x".repeat(100)}.xml`, 50, 100, 1);
  wait(10);
  report.progress("too soon", 55, 100, 1);
  report.fileDone(done);
  const [bar, line] = written().split("\r\u001b[K").slice(1);
  expect(Bun.stringWidth(bar!)).toBeLessThan(50);
  expect(bar).toContain("█");
  expect(bar).toContain("50 %");
  expect(written()).not.toContain("too soon");
  expect(line).toBe("a.xml: 3 hosts\n");
});

test.each([false, true])(
  "a quiet run tells only what went wrong; nothing when JSON tells it (%p)",
  (json) => {
    const { report, written, wait } = reporter({ width: null, quiet: true, json });
    report.fileStarted("a.xml", 0, 1, null);
    wait(60_000);
    report.progress("a.xml", 1, null, 1);
    report.phase("merging");
    report.fileDone(done);
    report.fileDone(failed);
    report.end(summary);
    expect(written()).toBe(json ? "" : "b\ufffd[2J.xml: failed, is no scan\n");
  },
);

test("a file name with a line end cannot fake a second line", () => {
  const { report, written } = reporter({ width: null });
  report.fileStarted("a\nb.xml", 0, 1, 100);
  report.fileDone({ ...done, path: "a\nb.xml" });
  expect(written()).toBe("a b.xml: 3 hosts\n");
});
