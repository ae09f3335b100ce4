/** Extras of passive records as rows: `infos.<path>` walks the JSON that was parsed from an observation. */
import { allOf, name, type SqlText, sql } from "../filter/sqltext.ts";
import { identityOf, type Source, sourceRows, type Values } from "./json-source.ts";
import { hasValue, jsonColumn, type Steps } from "./json-walk.ts";
import type { Rows } from "./rows.ts";

/** List fields of passive records (spec ivre §6.4). */
export const LISTS: ReadonlySet<string> = new Set(["infos.domain", "infos.domaintarget", "infos.san"]);

/** Members of infos by the record model (spec ivre §6.2, §6.3), whether or not the data holds any. */
export const KNOWN_INFOS: readonly string[] = [
  "DNS_Computer_Name",
  "DNS_Domain_Name",
  "DNS_Tree_Name",
  "NTLM_Version",
  "NetBIOS_Computer_Name",
  "NetBIOS_Domain_Name",
  "Product_Version",
  "Protocol",
  "Target_Name",
  "User_Name",
  "Workstation",
  "account_name",
  "account_password",
  "algo",
  "algorithm",
  "app",
  "bits",
  "client",
  "dist",
  "domain",
  "domaintarget",
  "exponent",
  "is_guest",
  "issuer",
  "issuer_text",
  "ja4_a",
  "ja4_b",
  "ja4_b_raw",
  "ja4_c",
  "ja4_c1_raw",
  "ja4_c2_raw",
  "lanmanager",
  "lifetime",
  "md5",
  "modulus",
  "not_after",
  "not_before",
  "ntlm-fingerprint",
  "os",
  "params",
  "password",
  "pubkey",
  "qop",
  "raw",
  "realm",
  "san",
  "self_signed",
  "serial_number",
  "service_devicetype",
  "service_extrainfo",
  "service_hostname",
  "service_name",
  "service_ostype",
  "service_product",
  "service_version",
  "sha1",
  "sha256",
  "signature_algorithm",
  "subject",
  "subject_text",
  "username",
  "version",
];

/** The values at a path into the extras of records; `where` is over the record, alias `r`. */
export function infosRows(inner: Steps, where: readonly SqlText[] = []): Rows {
  const source: Source = {
    identity: identityOf(where),
    start: (within) =>
      sql`SELECT r.id, r.infos AS j FROM passive.record AS r WHERE ${allOf([...where, name("r.infos IS NOT NULL"), within("r.id")])}`,
    shape: { root: "infos", lists: LISTS },
    alias: "i",
    record: "i.id",
    of: "record",
  };
  const values = ([value]: readonly string[]): Values => ({
    present: [hasValue(value!)],
    columns: [jsonColumn(value!)],
  });
  return sourceRows(source, { paths: [inner], values }, { tuple: false, required: where.length > 0 });
}
