/** Pseudo-fields about SSH (host keys, HASSH) and HTTP (headers, applications, user agents). */
import { name, type SqlText } from "../filter/sqltext.ts";
import { hasValue, jsonColumn, jsonText } from "./json-walk.ts";
import { matches } from "./matches.ts";
import type { Pseudo, Written } from "./pseudo-field.ts";
import { below } from "./pseudo-script.ts";
import type { Rows } from "./row-types.ts";
import { oneValue, scriptRows, scriptTuples, scriptValues } from "./scripts.ts";

const keyField = below("ssh-hostkey", { alias: new Map([["keytype", "type"]]) });

function sshkey(written: Written): Rows | null {
  if (written.part === "bits" && written.argument === null)
    return scriptTuples(written.purpose, "ssh-hostkey", [["type"], ["bits"]]);
  return keyField(written);
}

const HASSH_TYPES: readonly string[] = ["md5", "sha1", "sha256", "raw", "version"];

/** Host scripts tell of clients: what a host offers when it connects belongs to no port of it. */
function hassh(called: string, description: string, where: readonly SqlText[]): Pseudo {
  return {
    names: [called],
    forms: [
      [called, description],
      [`${called}.<type>`, "The same as md5, sha1, sha256 or raw; or the version of HASSH"],
    ],
    spellings: HASSH_TYPES.map((type) => `.${type}`),
    rows({ purpose, part, argument }) {
      if (argument !== null || (part !== "" && !HASSH_TYPES.includes(part))) return null;
      const inner = ["hassh", part === "" ? "md5" : part];
      return scriptRows(purpose, { key: "ssh2-enum-algos", inner, where });
    },
  };
}

/** The other member of the elements in which one is a text or matches a /regex/. */
function named(written: Written, key: string, of: string, value: string, text: string): Rows {
  return scriptValues(
    written.purpose,
    key,
    [[value], [of]],
    ([found, compared]) => ({
      where: [matches(jsonText(compared!), text)],
      present: [hasValue(found!)],
      columns: [jsonColumn(found!)],
    }),
    { required: true },
  );
}

function httphdr(written: Written): Rows | null {
  const { purpose, part, argument } = written;
  if (argument === "" || (part !== "" && argument !== null)) return null;
  if (argument !== null)
    // Names are stored in lower case.
    return named(
      written,
      "http-headers",
      "name",
      "value",
      argument.startsWith("/") ? argument : argument.toLowerCase(),
    );
  if (part === "") return scriptTuples(purpose, "http-headers", [["name"], ["value"]]);
  return part === "name" || part === "value"
    ? scriptRows(purpose, { key: "http-headers", inner: [part] })
    : null;
}

function httpapp(written: Written): Rows | null {
  const { purpose, part, argument } = written;
  if (part !== "" || argument === "") return null;
  return argument === null
    ? scriptTuples(purpose, "http-app", [["application"], ["version"]])
    : named(written, "http-app", "application", "version", argument);
}

function useragent({ purpose, part, argument }: Written): Rows | null {
  if (part !== "" || argument === "") return null;
  return scriptValues(
    purpose,
    "http-user-agent",
    [[]],
    ([value]) => ({
      ...oneValue(value!),
      where: argument === null ? [] : [matches(jsonText(value!), argument)],
    }),
    { required: argument !== null },
  );
}

export const SSH_PSEUDO: readonly Pseudo[] = [
  {
    names: ["sshkey"],
    forms: [
      ["sshkey.bits", "[type, bits] of SSH host keys"],
      ["sshkey.keytype", "Types of SSH host keys; sshkey.type is the same"],
      ["sshkey.<field>", "type, fingerprint or key of SSH host keys"],
    ],
    spellings: [".bits", ".keytype"],
    rows: sshkey,
  },
  hassh("hassh", "HASSH of SSH servers and clients", []),
  hassh("hassh-server", "HASSH of SSH servers", [name("c.port <> -1")]),
  hassh("hassh-client", "HASSH of SSH clients", [name("c.port = -1")]),
];

export const HTTP_PSEUDO: readonly Pseudo[] = [
  {
    names: ["httphdr"],
    forms: [
      ["httphdr", "[name, value] of HTTP headers"],
      ["httphdr.name", "Names of HTTP headers"],
      ["httphdr.value", "Values of HTTP headers"],
      ["httphdr:<name>", "Values of one header"],
    ],
    spellings: [".name", ".value"],
    rows: httphdr,
  },
  {
    names: ["httpapp"],
    forms: [
      ["httpapp", "[application, version] of web applications"],
      ["httpapp:<name>", "Versions of one application"],
    ],
    rows: httpapp,
  },
  {
    names: ["useragent"],
    forms: [
      ["useragent", "User agents of HTTP clients"],
      ["useragent:<match>", "Those equal to a text or matching a /regex/"],
    ],
    rows: useragent,
  },
];
