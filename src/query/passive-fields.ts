/** The catalogue of passive records (spec ivre §6.2, §6.5). */
import type { Field, FieldType } from "./catalogue-field.ts";
import { NAMED_KINDS } from "./relations.ts";

function record(
  path: string,
  type: FieldType,
  description: string,
  value: string,
  more?: Partial<Field>,
): Field {
  return { path, type, description, relation: "record", value, ...more };
}

/** A member of the extras. */
function infos(path: string, type: FieldType, description: string): Field {
  const member = `nullif(json_extract(r.infos, '$.${path}')::VARCHAR, 'null')`;
  return record(`infos.${path}`, type, description, member, { decode: "json" });
}

/** Facts about the address, not about the observation. */
const PLACE = { named: ["passive"] } as const satisfies Partial<Field>;

/** A merge patch drops the members that are null (RFC 7396). */
const INFOS = `CASE WHEN r.recontype IN (${NAMED_KINDS}) THEN nullif(json_merge_patch(coalesce(r.infos, '{}'), json_object('domain', n.domain, 'domaintarget', n.target))::VARCHAR, '{}') ELSE r.infos::VARCHAR END`;

export const PASSIVE_FIELDS: readonly Field[] = [
  record("schema_version", "integer", "Version of the record model: 3", "3::INTEGER"),
  record("addr", "IP address", "Observed address; absent when targetval is there", "r.addr", {
    decode: "address",
  }),
  record(
    "targetval",
    "string",
    "What a name leads to, when that is no address (CNAME, NS, MX)",
    "r.targetval",
  ),
  record("sensor", "string", "Name of the sensor, given at import", "r.sensor"),
  record("recontype", "string", "Kind of observation: DNS_ANSWER, SSL_SERVER …", "r.recontype"),
  record("source", "string", "Detail of the kind: name of a header, cert, ja3 …", "r.source"),
  record("port", "integer", "Port, when the address is the server's", "r.port"),
  record("value", "string", "What was observed: name, header, banner, base64 of a certificate …", "r.value"),
  record("firstseen", "datetime", "First observation", "r.firstseen"),
  record("lastseen", "datetime", "Last observation", "r.lastseen"),
  record("count", "integer", "Number of observations", "r.count"),
  record("infos", "object", "What was parsed from the value", INFOS, {
    relation: "record_names",
    decode: "json",
  }),
  {
    path: "infos.domain[]",
    type: "string",
    description: "The name of a DNS answer and its parent domains",
    relation: "infos_domain",
    value: "i.value",
  },
  {
    path: "infos.domaintarget[]",
    type: "string",
    description: "The name that a DNS answer leads to and its parent domains",
    relation: "infos_domaintarget",
    value: "i.value",
  },
  record("infos.service_name", "string", "Service name", "r.service_name"),
  record("infos.service_product", "string", "Product name", "r.service_product"),
  record("infos.service_version", "string", "Product version", "r.service_version"),
  infos("service_extrainfo", "string", "Extra information about the service"),
  infos("service_hostname", "string", "Host name according to the service"),
  infos("service_ostype", "string", "Operating system according to the service"),
  infos("service_devicetype", "string", "Kind of device according to the service"),
  infos("subject", "object", "Subject of a certificate"),
  infos("subject_text", "string", "Subject of a certificate as text"),
  infos("issuer", "object", "Issuer of a certificate"),
  infos("issuer_text", "string", "Issuer of a certificate as text"),
  infos("self_signed", "boolean", "Subject and issuer of a certificate are the same"),
  infos("not_before", "datetime", "Begin of a certificate's validity"),
  infos("not_after", "datetime", "End of a certificate's validity"),
  {
    path: "infos.san[]",
    type: "string",
    description: "Subject alternative names of a certificate, as DNS:www.example.com",
    relation: "infos_san",
    value: "i.value",
  },
  infos("pubkey.type", "string", "Type of a certificate's public key"),
  infos("pubkey.bits", "integer", "Size of a certificate's public key"),
  infos("md5", "string", "MD5 of a certificate or host key"),
  infos("sha1", "string", "SHA-1 of a certificate, host key, JA3 or HASSH text"),
  infos("sha256", "string", "SHA-256 of the same"),
  infos("raw", "string", "Text that a JA3 or HASSH value is the MD5 of"),
  infos("algo", "string", "Algorithm of a host key"),
  infos("bits", "integer", "Size of a host key"),
  infos("username", "string", "User name of HTTP authentication"),
  record("infos.country_code", "string", "Country code; printed when named", "r.country_code", PLACE),
  record("infos.country_name", "string", "Country name; printed when named", "r.country_name", PLACE),
  record("infos.as_num", "integer", "Number of the autonomous system; printed when named", "r.as_num", PLACE),
  record("infos.as_name", "string", "Name of the autonomous system; printed when named", "r.as_name", PLACE),
];
