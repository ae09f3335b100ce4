/**
 * The field catalogue: what paths a record has, what they mean and where they live in SQL. It alone drives
 * describe_schema, distinct, raw topvalues paths, `sort` and `fields`, so that they cannot disagree.
 *
 * A path marks what is unwound with `[]` (spec ivre §6.4); in questions the marks may be left out. A segment
 * in angle brackets stands for any name. Expressions are written over the aliases of relations.ts.
 */
import type { Purpose } from "../model/purpose.ts";
import { type Field, hostField } from "./catalogue-field.ts";
import { HOST_FIELDS, NAME_FIELDS, TAG_FIELDS } from "./fields-host.ts";
import { OS_FIELDS, TRACE_FIELDS } from "./fields-os.ts";
import { PORT_FIELDS } from "./fields-port.ts";
import { PASSIVE_FIELDS } from "./passive-fields.ts";

/** Fields of hosts. */
const FIELDS: readonly Field[] = [
  ...HOST_FIELDS,
  ...NAME_FIELDS,
  ...PORT_FIELDS,
  ...OS_FIELDS,
  ...TRACE_FIELDS,
  ...TAG_FIELDS,
];

/** What IVRE knows of a place and gadwall does not: it may be asked for, and nobody has it. */
const UNKNOWN_PLACE: readonly Field[] = [
  "region_code[]",
  "region_name[]",
  "continent_code",
  "continent_name",
  "registered_country_code",
  "registered_country_name",
  "postal_code",
  "coordinates",
  "coordinates_accuracy_radius",
].map((member) => hostField(`infos.${member}`, "any", "Not stored", "NULL::VARCHAR"));

/** Fields that are accepted beside those that a purpose has. */
export function unstoredFieldsOf(purpose: Purpose): readonly Field[] {
  return purpose === "passive" ? [] : UNKNOWN_PLACE;
}

/** The fields that a purpose has. */
export function fieldsOf(purpose: Purpose): readonly Field[] {
  if (purpose === "passive") return PASSIVE_FIELDS;
  return FIELDS.filter((field) => field.only === undefined || field.only === purpose);
}
