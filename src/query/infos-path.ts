/** Extras of passive records as rows: `infos.<path>` walks the JSON that was parsed from an observation. */
import { allOf, name, type SqlText, sql } from "../filter/sqltext.ts";
import { identityOf, sourceRows } from "./json-source.ts";
import { hasValue, jsonColumn } from "./json-walk.ts";
import type { Rows, Source, Steps, Values } from "./row-types.ts";
import { CERTIFICATE, HASHES, JA4_PARTS, under } from "./script-members.ts";

/** List fields of passive records (spec ivre §6.4). */
export const LISTS: ReadonlySet<string> = new Set(["infos.domain", "infos.domaintarget", "infos.san"]);

/** What was parsed of observations by the record model (spec ivre §6.2, §6.3), whether or not the data has any. */
export const KNOWN_INFOS: readonly string[] = [
  ...CERTIFICATE,
  ...JA4_PARTS,
  ...under("client", HASHES),
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
  "dist",
  "domain",
  "domaintarget",
  "exponent",
  "is_guest",
  "lanmanager",
  "modulus",
  "ntlm-fingerprint",
  "os",
  "params",
  "password",
  "qop",
  "raw",
  "realm",
  "service_devicetype",
  "service_extrainfo",
  "service_hostname",
  "service_name",
  "service_ostype",
  "service_product",
  "service_version",
  "username",
];

/**
 * The values at a path into the extras of records; `where` is over the record, alias `r`.
 * @param members what those records have by the model.
 */
export function infosRows(
  inner: Steps,
  where: readonly SqlText[] = [],
  members: readonly string[] = KNOWN_INFOS,
): Rows {
  const source: Source = {
    identity: identityOf(where),
    start: (within) =>
      sql`SELECT r.id, r.infos AS j FROM passive.record AS r WHERE ${allOf([...where, name("r.infos IS NOT NULL"), within("r.id")])}`,
    shape: { root: "infos", lists: LISTS },
    alias: "i",
    record: "i.id",
    of: "record",
    members,
  };
  const values = ([value]: readonly string[]): Values => ({
    present: [hasValue(value!)],
    columns: [jsonColumn(value!)],
  });
  return sourceRows(source, { paths: [inner], values }, { tuple: false, required: where.length > 0 });
}
