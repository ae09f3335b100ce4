/** Pseudo-fields about TLS: certificates, JA3, JA4, JARM. */
import { bind, type SqlText, sql } from "../filter/sqltext.ts";
import { jsonColumn, jsonText } from "./json-walk.ts";
import { matches } from "./matches.ts";
import { type Pseudo, segments, type Written } from "./pseudo-field.ts";
import { portNumber } from "./pseudo-port.ts";
import { below } from "./pseudo-script.ts";
import type { Rows } from "./row-types.ts";
import { JA4_PARTS } from "./script-members.ts";
import { outputRows, scriptValues } from "./scripts.ts";

const isScript = (id: string): SqlText[] => [sql`c.id = ${bind(id)}`];

const HASHES = ["md5", "sha1", "sha256", "raw"] as const;
type Hash = (typeof HASHES)[number];

/** The hash that a text is by its length; anything else is compared with what was hashed. */
function hashOf(text: string): Hash {
  if (!/^[0-9a-f]+$/i.test(text)) return "raw";
  return text.length === 32 ? "md5" : text.length === 40 ? "sha1" : text.length === 64 ? "sha256" : "raw";
}

/** A condition on the columns of the hashes: a hash in either case, the text that was hashed, or a /regex/ on it. */
function isHash(columns: readonly string[], text: string): SqlText {
  const hash = hashOf(text);
  const column = jsonText(columns[HASHES.indexOf(hash)]!);
  return matches(column, hash === "raw" ? text : text.toLowerCase());
}

/** Fingerprints as they are written: `.<type>` stands before the filter (IVRE) or behind it (IVRE's documents). */
function fingerprint(written: Written, type: RegExp): { type: string | null; filter: string | null } | null {
  const { part, argument } = written;
  if (part !== "" && !type.test(part)) return null;
  if (argument === "") return null;
  const dot = argument?.lastIndexOf(".") ?? -1;
  if (argument === null || part !== "" || dot < 0 || !type.test(argument.slice(dot + 1)))
    return { type: part || null, filter: argument };
  const filter = argument.slice(0, dot);
  // Inside a /regex/ a dot is part of it.
  return filter.startsWith("/") && !/.\/[a-z]*$/i.test(filter)
    ? { type: null, filter: argument }
    : { type: argument.slice(dot + 1), filter };
}

const HASH = /^(?:md5|sha1|sha256|raw)$/;

function ja3Client(written: Written): Rows | null {
  const asked = fingerprint(written, HASH);
  if (asked === null) return null;
  const { type, filter } = asked;
  const at = HASHES.indexOf((type ?? "md5") as Hash);
  return scriptValues(
    written.purpose,
    "ssl-ja3-client",
    HASHES.map((hash) => [hash]),
    (columns) => ({
      where: filter === null ? [] : [isHash(columns, filter)],
      present: [sql`${jsonColumn(columns[at]!).value} IS NOT NULL`],
      columns: [jsonColumn(columns[at]!)],
    }),
    { required: filter !== null },
  );
}

function ja3Server(written: Written): Rows | null {
  const asked = fingerprint(written, HASH);
  if (asked === null) return null;
  const at = HASHES.indexOf((asked.type ?? "md5") as Hash);
  const [server = "", client = ""] = asked.filter === null ? [] : segments(asked.filter, 2);
  return scriptValues(
    written.purpose,
    "ssl-ja3-server",
    [...HASHES.map((hash) => [hash]), ...HASHES.map((hash) => ["client", hash])],
    (columns) => {
      const [ofServer, ofClient] = [columns.slice(0, HASHES.length), columns.slice(HASHES.length)];
      return {
        where: [
          ...(server === "" ? [] : [isHash(ofServer, server)]),
          ...(client === "" ? [] : [isHash(ofClient, client)]),
        ],
        columns: [jsonColumn(ofServer[at]!), jsonColumn(ofClient[at]!)],
      };
    },
    { tuple: true, required: asked.filter !== null },
  );
}

const JA4 = /^ja4(?:_\w+)?$/;

function ja4Client(written: Written): Rows | null {
  const asked = fingerprint(written, JA4);
  if (asked === null) return null;
  const { type, filter } = asked;
  return scriptValues(
    written.purpose,
    "ssl-ja4-client",
    [["ja4"], [type ?? "ja4"]],
    ([whole, value]) => ({
      where: filter === null ? [] : [matches(jsonText(whole!), filter)],
      present: [sql`${jsonColumn(value!).value} IS NOT NULL`],
      columns: [jsonColumn(value!)],
    }),
    { required: filter !== null },
  );
}

function jarm({ purpose, part, argument }: Written): Rows | null {
  const port = argument === null ? null : portNumber(argument);
  if (part !== "" || (argument !== null && port === null)) return null;
  const where = isScript("ssl-jarm");
  if (port !== null) where.push(sql`c.port = ${bind(port)}`);
  return outputRows(purpose, where, port !== null);
}

export const TLS_PSEUDO: readonly Pseudo[] = [
  {
    names: ["cert"],
    forms: [["cert.<field>", "Fields of TLS certificates, as subject.commonName"]],
    spellings: [".subject.commonName", ".issuer_text", ".pubkey.bits"],
    rows: below("ssl-cert", { where: isScript("ssl-cert") }),
  },
  {
    names: ["cacert"],
    forms: [["cacert.<field>", "Fields of certificates of authorities in TLS chains"]],
    spellings: [".subject.commonName", ".issuer_text", ".pubkey.bits"],
    rows: below("ssl-cert", { where: isScript("ssl-cacert") }),
  },
  {
    names: ["ja3-client"],
    forms: [
      ["ja3-client", "JA3 of TLS clients (MD5)"],
      ["ja3-client.<hash>", "The same as md5, sha1, sha256 or raw"],
      ["ja3-client:<match>", "Those with a hash, a raw text or a /regex/ on it"],
      ["ja3-client.<hash>:<match>", "Both"],
      ["ja3-client:<match>.<hash>", "The same"],
    ],
    spellings: HASHES.map((hash) => `.${hash}`),
    rows: ja3Client,
  },
  {
    names: ["ja3-server"],
    forms: [
      ["ja3-server", "[server, client]: JA3S of TLS servers and JA3 of the clients that they answered"],
      ["ja3-server.<hash>", "The same as md5, sha1, sha256 or raw"],
      ["ja3-server:<match>", "Those of servers with a hash, a raw text or a /regex/ on it"],
      ["ja3-server:<match>.<hash>", "Both"],
      ["ja3-server:<match>:<client>", "Those of servers and clients; the first may be empty"],
      ["ja3-server.<hash>:<match>:<client>", "All of it"],
      ["ja3-server:<match>:<client>.<hash>", "The same"],
    ],
    spellings: HASHES.map((hash) => `.${hash}`),
    rows: ja3Server,
  },
  {
    names: ["ja4-client"],
    forms: [
      ["ja4-client", "JA4 of TLS clients"],
      ["ja4-client.<part>", "Parts of it: ja4_a, ja4_b, ja4_c …"],
      ["ja4-client:<match>", "Those equal to a text or matching a /regex/"],
      ["ja4-client.<part>:<match>", "Both"],
      ["ja4-client:<match>.<part>", "The same"],
    ],
    spellings: JA4_PARTS.map((part) => `.${part}`),
    rows: ja4Client,
  },
  {
    names: ["jarm"],
    forms: [
      ["jarm", "JARM of TLS servers"],
      ["jarm:<port>", "Those on a port"],
    ],
    spellings: [":443"],
    rows: jarm,
  },
];
