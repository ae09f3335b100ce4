/** Pseudo-fields about passive records (spec ivre §3.3). */
import { allOf, anyOf, bind, join, name, type SqlText, sql } from "../filter/sqltext.ts";
import type { Recontype } from "../model/passive.ts";
import { infosRows } from "./infos-path.ts";
import { matches } from "./matches.ts";
import type { Pseudo, Written } from "./pseudo-field.ts";
import { bareForm, domains, net, place } from "./pseudo-host.ts";
import { servicePseudo } from "./pseudo-port.ts";
import type { Rows } from "./row-types.ts";
import { relationRows } from "./rows.ts";
import { CERTIFICATE, JA4_PARTS, under } from "./script-members.ts";

/** Records of these kinds; `source` is a condition on what they come from. */
function kind(recontypes: readonly Recontype[], source?: SqlText): SqlText {
  const list = join(recontypes.map(bind), ", ");
  return allOf([sql`r.recontype IN (${list})`, ...(source ? [source] : [])]);
}

const source = (text: string): SqlText => sql`r.source = ${bind(text)}`;
const sources = (...texts: readonly string[]): SqlText => sql`r.source IN (${join(texts.map(bind), ", ")})`;

const values = (where: readonly SqlText[]): Rows => relationRows("passive", "record", ["r.value"], { where });

/**
 * `name` is the value, `name.<field>` a member of infos; some members are the value itself.
 * @param members what such records have by the model.
 */
function extras(of: SqlText, members: readonly string[], valueNames: readonly string[]): Pseudo["rows"] {
  return ({ part, argument }) => {
    if (argument !== null) return null;
    return valueNames.includes(part) ? values([of]) : infosRows(part.split("."), [of], members);
  };
}

/** The same, but only with a member. */
function member(of: SqlText, members: readonly string[], valueNames: readonly string[] = []): Pseudo["rows"] {
  const rows = extras(of, members, valueNames);
  return (written) => (written.part === "" ? null : rows(written));
}

const HASHES = "md5 (the value), sha1, sha256 or raw";
const HASHED = ["sha1", "sha256", "raw"];

function fingerprint(called: string, of: SqlText, what: string, members: readonly string[] = HASHED): Pseudo {
  return {
    names: [called],
    forms: [
      [called, what],
      [`${called}.<type>`, `The same as ${HASHES}`],
    ],
    spellings: [".md5"],
    rows: extras(of, members, ["", "md5"]),
  };
}

/** Host keys, and those of which Zeek wrote no more than the fingerprint. */
const HOSTKEY = kind(["SSH_SERVER_HOSTKEY"], anyOf([source("SSHv2"), source("fingerprint")]));
const WHOLE_HOSTKEY = kind(["SSH_SERVER_HOSTKEY"], source("SSHv2"));

const HOSTKEY_MEMBERS = ["algo", "bits", "exponent", "modulus", "md5", "sha1", "sha256"];

/** How key types are displayed: ssh-rsa as RSA, ecdsa-sha2-nistp256 as ECDSA. */
const KEY_TYPE = `upper(regexp_replace(regexp_replace(r.infos->>'$.algo', '^ssh-', ''), '^ecdsa-.*', 'ecdsa'))`;

function sshkey(written: Written): Rows | null {
  if (written.argument !== null) return null;
  switch (written.part) {
    case "bits":
      return relationRows("passive", "record", [KEY_TYPE, "TRY_CAST(r.infos->>'$.bits' AS BIGINT)"], {
        where: [WHOLE_HOSTKEY],
      });
    case "keytype":
      return relationRows("passive", "record", [KEY_TYPE], {
        where: [HOSTKEY],
        present: [name(`${KEY_TYPE} IS NOT NULL`)],
      });
    case "fingerprint":
      return infosRows(["md5"], [HOSTKEY], HOSTKEY_MEMBERS);
    case "key":
      return values([WHOLE_HOSTKEY]);
    default:
      return member(HOSTKEY, HOSTKEY_MEMBERS)(written);
  }
}

function useragent({ part, argument }: Written): Rows | null {
  if (part !== "" || argument === "") return null;
  const where = [kind(["HTTP_CLIENT_HEADER"], source("USER-AGENT"))];
  if (argument !== null) where.push(matches("r.value", argument));
  return values(where);
}

const TLS: readonly Recontype[] = ["SSL_SERVER", "SSL_CLIENT"];

/**
 * What tells of certificates: the certificate itself, or what Zeek's logs say of it (docs/inputs.md): its
 * fingerprint at a host, its names, and once for each certificate its fields (x509).
 */
const CERTIFICATES = sources(
  "cert",
  "cert-md5",
  "cert-sha1",
  "cert-sha256",
  "cert-subject",
  "cert-issuer",
  "x509",
);
const AUTHORITIES = sources("cacert", "cacert-md5", "cacert-sha1", "cacert-sha256");

export const PASSIVE_PSEUDO: readonly Pseudo[] = [
  {
    names: ["addr"],
    forms: [["addr", "Addresses; null for what is about a name only"]],
    rows: bareForm((purpose) => relationRows(purpose, "record", ["r.addr"], { decode: "address" })),
  },
  net("record", "r"),
  ...place("record", "r"),
  {
    names: ["source"],
    forms: [["source", "[recontype, source]"]],
    rows: bareForm((purpose) => relationRows(purpose, "record", ["r.recontype", "r.source"])),
  },
  domains("passive_domain", "Names of DNS answers and their parent domains", [name("d.origin = 'answer'")]),
  ...servicePseudo(
    {
      relation: "record",
      alias: "r",
      found: [],
      present: [name("r.service_name IS NOT NULL")],
      onPort: (_, port) => sql`r.port = ${bind(port)}`,
    },
    "of records that tell one",
  ),
  {
    names: ["useragent"],
    forms: [
      ["useragent", "User agents of HTTP clients"],
      ["useragent:<match>", "Those equal to a text or matching /regex/"],
    ],
    rows: useragent,
  },
  {
    names: ["sshkey"],
    forms: [
      ["sshkey.bits", "[type, bits] of SSH host keys"],
      ["sshkey.keytype", "Types of SSH host keys: RSA, ECDSA, ED25519 …"],
      ["sshkey.<field>", "fingerprint (MD5), key, bits, sha256 … of SSH host keys"],
    ],
    spellings: [".fingerprint", ".key", ".bits", ".keytype"],
    rows: sshkey,
  },
  fingerprint("hassh", kind(["SSH_CLIENT_HASSH", "SSH_SERVER_HASSH"]), "HASSH of SSH clients and servers"),
  fingerprint("hassh-client", kind(["SSH_CLIENT_HASSH"]), "HASSH of SSH clients"),
  fingerprint("hassh-server", kind(["SSH_SERVER_HASSH"]), "HASSH of SSH servers"),
  fingerprint("ja3-client", kind(["SSL_CLIENT"], source("ja3")), "JA3 of TLS clients"),
  fingerprint(
    "ja3-server",
    kind(["SSL_SERVER"], name("starts_with(r.source, 'ja3-')")),
    "JA3S of TLS servers",
    [...HASHED, ...under("client", ["md5", ...HASHED])],
  ),
  {
    names: ["ja4-client"],
    forms: [
      ["ja4-client", "JA4 of TLS clients"],
      ["ja4-client.<field>", "Parts of it: ja4_a, ja4_b, ja4_c …"],
    ],
    rows: extras(kind(["SSL_CLIENT"], source("ja4")), JA4_PARTS, [""]),
  },
  {
    names: ["cert"],
    forms: [
      [
        "cert.<field>",
        "Fields of TLS certificates, as subject.commonName or san; each record that tells the field counts",
      ],
    ],
    spellings: [".subject.commonName", ".issuer_text", ".sha256"],
    rows: member(kind(TLS, CERTIFICATES), CERTIFICATE),
  },
  {
    names: ["cacert"],
    forms: [["cacert.<field>", "Fields of certificates of authorities in TLS chains"]],
    spellings: [".subject.commonName", ".issuer_text", ".sha256"],
    rows: member(kind(TLS, AUTHORITIES), CERTIFICATE),
  },
];
