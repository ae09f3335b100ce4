/**
 * What a server says first, without what it says differently every time: dates, user numbers, salts, the numbers
 * of machines in a farm. The constants put instead still match signatures.
 */
import { bytesOf, escapeBytes, plain } from "./escape.ts";

const DAYS = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const TIME = "\\d{1,2}:\\d{2}:\\d{2}";
/** One row: what it looks like, and what is stored instead. */
type Rule = readonly [pattern: RegExp, instead: string | ((match: string) => string)];

const DATES: readonly Rule[] = [
  [
    new RegExp(
      `${DAYS}, ?\\d{1,2} ${MONTHS} \\d{4} ${TIME}(?: [+-]\\d{4})?(?: \\([A-Z]{1,5}\\)| [A-Z]{3,4}(?![A-Z]))?`,
      "g",
    ),
    "Thu, 1 Jan 1970 00:00:00 +0000",
  ],
  [new RegExp(`${DAYS} ${MONTHS} [ \\d]\\d ${TIME}(?: [A-Z]{3,4})? \\d{4}`, "g"), "Thu Jan  1 00:00:00 1970"],
  [new RegExp(`\\d{4}-\\d{2}-\\d{2}[ T]${TIME}`, "g"), "1970-01-01 00:00:00"],
];

const SMTP_AND_FTP: readonly Rule[] = [
  [/(?<=Local time is now )\d{1,2}:\d{2}/g, "00:00"],
  [/(?<=You are user number )\d+/g, "1"],
  // Google: an identifier of the session.
  [/(?<=ESMTP )[\w.-]+(?= - gsmtp)/, "000000000000000.0"],
  // Microsoft: the machine, and the session in brackets.
  [
    /^220 [A-Za-z0-9]+(?=\.(?:mail\.protection\.outlook|outlook\.office365|outlook)\.com )/,
    "220 000000000000000",
  ],
  [/\[[0-9A-F]{16}\]/, "[0000000000000000]"],
  // OVH and Yahoo: machines of a farm.
  [/^220[ -][a-z0-9.-]+\.(?:ovh\.net|yahoo\.com|yahoodns\.net)(?= )/, withoutNumbers],
];

const POP3_STAMP = /<\d+(?:\.\w+)+@/;
/** Little-endian length below 256, sequence 0, protocol 10. */
const MYSQL = /^(?:[^\\]|\\x[0-9a-f]{2}|\\[nrt\\])(?:\\x00|\\0){3}(?:\\x0a|\\n)/;
const HAS_TIME = /\d:\d\d:\d\d/;

function withoutNumbers(match: string): string {
  return `220${match.slice(3).replace(/\d+/g, "0")}`;
}

function apply(rules: readonly Rule[], text: string): string {
  let out = text;
  for (const [pattern, instead] of rules) {
    out = typeof instead === "string" ? out.replace(pattern, instead) : out.replace(pattern, instead);
  }
  return out;
}

/** The banner as it is stored: printable ASCII, everything else as `\x0d`. */
export function steadyBanner(value: string): string {
  const text = plain(value);
  if (MYSQL.test(text)) return steadyMysql(text);
  const dated = HAS_TIME.test(text) ? apply(DATES, text) : text;
  if (dated.startsWith("220")) return apply(SMTP_AND_FTP, dated);
  if (dated.startsWith("+OK")) return dated.replace(POP3_STAMP, "<000000.0000000000@");
  return dated;
}

/**
 * A MySQL greeting (https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html)
 * with its thread number and both parts of its salt zeroed.
 */
function steadyMysql(text: string): string {
  const bytes = Buffer.from(bytesOf(text), "latin1");
  const end = bytes.indexOf(0, 5);
  if (end < 0 || end + 13 > bytes.length) return text;
  bytes.fill(0, end + 1, end + 13);
  // After it: filler, capabilities (2), charset, status (2), capabilities (2), length of the salt, 10 reserved.
  const rest = end + 13 + 1 + 8 + 10;
  if (rest < bytes.length) bytes.fill(0, rest, Math.min(bytes.length, rest + 12));
  return escapeBytes(bytes.toString("latin1"));
}
