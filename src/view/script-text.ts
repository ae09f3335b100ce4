/**
 * The text of structured script results, as SQL expressions: what a human reads beside the data (spec ivre
 * §6.3). `e` is a column of JSON.
 */

const LINE_BREAK = "chr(10)";

/** Hex digits in groups of four. */
const grouped = (hex: string): string => `trim(regexp_replace(${hex}, '(.{4})', '\\1 ', 'g'))`;

/** 2026-11-20T22:56:55Z → 2026-11-20 22:56:55+00:00 */
const moment = (time: string): string =>
  `regexp_replace(${time}, '^(\\d{4}-\\d\\d-\\d\\d)T(\\d\\d:\\d\\d:\\d\\d)(\\.\\d+)?Z$', '\\1 \\2+00:00')`;

/** Lines of which those whose value is absent are left out. */
const lines = (rows: readonly (readonly [label: string, value: string])[]): string =>
  `concat_ws(${LINE_BREAK}, ${rows.map(([label, value]) => `'${label}' || ${value}`).join(", ")})`;

/** The elements of a list in the JSON, NULL when there are none. */
const joined = (e: string, path: string, separator: string): string =>
  `nullif(array_to_string(json_extract_string(${e}, '${path}'), ${separator}), '')`;

/** The lines on a certificate object (spec ivre §6.3); NULL when it has no hash, so is none. */
export function certificateText(e: string): string {
  const san = "Subject Alternative Name: ";
  return `CASE WHEN (${e}->>'sha256') IS NOT NULL THEN concat_ws(${LINE_BREAK}, ${lines([
    ["Subject: ", `(${e}->>'subject_text')`],
    ["Issuer: ", `(${e}->>'issuer_text')`],
    ["Public Key type: ", `(${e}->'pubkey'->>'type')`],
    ["Public Key bits: ", `(${e}->'pubkey'->>'bits')`],
    ["Not valid before: ", moment(`${e}->>'not_before'`)],
    ["Not valid after:  ", moment(`${e}->>'not_after'`)],
    [san, joined(e, "$.san[*]", `${LINE_BREAK} || '${san}'`)],
    ["MD5:   ", grouped(`${e}->>'md5'`)],
    ["SHA-1: ", grouped(`${e}->>'sha1'`)],
    ["SHA-256:", grouped(`${e}->>'sha256'`)],
  ])}, rtrim(${e}->>'pem', ${LINE_BREAK}) || ${LINE_BREAK}) END`;
}

/** Between the certificates of one result. */
export const CERTIFICATE_RULE = `${LINE_BREAK} || repeat('-', 64) || ${LINE_BREAK}`;

/** A base64 text as PEM. */
export function pem(base64: string): string {
  return `'-----BEGIN CERTIFICATE-----' || ${LINE_BREAK}
    || rtrim(regexp_replace(${base64}, '(.{64})', '\\1' || ${LINE_BREAK}, 'g'), ${LINE_BREAK}) || ${LINE_BREAK}
    || '-----END CERTIFICATE-----' || ${LINE_BREAK}`;
}

/** JA3 of a server's answer with that of the client it answered. */
export function ja3ServerText(e: string): string {
  return `concat_ws(' - ', ${e}->>'md5', ${e}->'client'->>'md5')`;
}

/** Each plain member of an object on a line of its own, as nmap prints script tables. */
export function membersText(e: string): string {
  const pointer = "'/' || replace(replace(k, '~', '~0'), '/', '~1')";
  return `${LINE_BREAK} || array_to_string(list_transform(
    list_filter(json_keys(${e}), lambda k: json_type(${e}, ${pointer}) NOT IN ('OBJECT', 'ARRAY')),
    lambda k: '  ' || k || ': ' || json_extract_string(${e}, ${pointer})), ${LINE_BREAK})`;
}

/** The HASSH part of `ssh2-enum-algos`. */
export function hasshText(e: string): string {
  return `concat_ws(${LINE_BREAK}, '', '  HASSH', ${lines(
    ["version", "raw", "md5", "sha1", "sha256"].map((name) => [
      `    ${name}: `,
      `(${e}->'hassh'->>'${name}')`,
    ]),
  )})`;
}

/** The lines of a `scanner` result. */
export function scannerText(e: string): string {
  return lines([
    ["Scanned TCP ports: ", joined(e, "$.ports.tcp.ports[*]", "', '")],
    ["Scanned UDP ports: ", joined(e, "$.ports.udp.ports[*]", "', '")],
    ["Requested URIs: ", joined(e, "$.http_uris[*]", "', '")],
    ["DNS queries: ", joined(e, "$.dns_queries[*]", "', '")],
    ["STUN queries: ", joined(e, "$.stun_queries[*]", "', '")],
    ["Scanners: ", joined(e, "$.scanners[*].name", "', '")],
    ["Probes: ", joined(e, "$.probes[*]", "', '")],
  ]);
}
