/** What `ftp-anon` prints: a sentence, then the lines of the server's LIST, in the form of `ls -l` or of MS-DOS. */
import { listedFile, listing } from "./listed-files.ts";
import type { Table } from "./table.ts";

const PERMISSION = "[-a-zA-Z?][-rwxsStTlL?]{9}";
const DAY = "(?:[A-Za-z]{3} +\\d{1,2}|\\d{1,2} +[A-Za-z]{3}) +(?:\\d{4}|\\d{1,2}:\\d{2})";
const ISO_DAY = "\\d{4}-\\d\\d-\\d\\d(?: +\\d\\d:\\d\\d(?::\\d\\d)?)?";

/** Permission, links, owner, group, size, time, name; some servers tell no links or no group. */
const UNIX = new RegExp(
  `^(?<permission>${PERMISSION})[+@.]? +(?:\\d+ +)?(?<uid>\\S+) +(?:(?<gid>\\S+) +)?(?<size>\\d+) +` +
    `(?<time>${DAY}|${ISO_DAY}) +(?<filename>\\S.*)$`,
);

const DOS = /^(?<time>\d\d-\d\d-\d{2,4} +\d\d:\d\d(?:[AP]M)?) +(?<size><DIR>|\d+) +(?<filename>\S.*)$/;

/** What nmap adds to the name of what everybody may write. */
const WRITEABLE = " [NSE: writeable]";

function fileIn(line: string): Table[] {
  const { filename, ...facts } = (UNIX.exec(line) ?? DOS.exec(line))?.groups ?? {};
  if (filename === undefined || filename === "." || filename === "..") return [];
  const name = filename.endsWith(WRITEABLE) ? filename.slice(0, -WRITEABLE.length) : filename;
  return [listedFile({ ...facts, filename: name })];
}

/** What a listing says; undefined when there is no file in it. */
export function readFtpListing(text: string): Table | undefined {
  const files = text.split("\n").flatMap((line) => fileIn(line.trim()));
  return listing([{ volume: "/", files }]);
}
