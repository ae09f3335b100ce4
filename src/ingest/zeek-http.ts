/** http.log, and the header fields that other logs tell. */
import { definePart, type Fact, type LogKind } from "./zeek-kind.ts";

/** The fields that records are made of (spec ivre §6.2), of requests and of answers. */
const CLIENT_FIELDS: ReadonlySet<string> = new Set([
  "X-FORWARDED-FOR",
  "VIA",
  "ACCEPT-LANGUAGE",
  "X-FLASH-VERSION",
]);
const SERVER_FIELDS: ReadonlySet<string> = new Set([
  "SERVER",
  "X-SERVER",
  "X-POWERED-BY",
  "VIA",
  "X-GENERATOR",
  "WWW-AUTHENTICATE",
  "PROXY-AUTHENTICATE",
  "MICROSOFTSHAREPOINTTEAMSERVICES",
]);

/** Names and values of fields, where a site's script logs both. */
function fields(
  names: readonly string[] | undefined,
  values: readonly string[] | undefined,
  wanted: ReadonlySet<string>,
): [name: string, value: string][] {
  if (names === undefined || values === undefined || names.length !== values.length) return [];
  return names.flatMap((name, i): [string, string][] => {
    const field = name.toUpperCase();
    return wanted.has(field) && values[i] !== "" ? [[field, values[i]!]] : [];
  });
}

/** `X-FORWARDED-FOR -> 192.0.2.1`, as the column `proxied` has it. */
function proxyFields(proxied: readonly string[] | undefined): [name: string, value: string][] {
  return (proxied ?? []).flatMap((item): [string, string][] => {
    const arrow = item.indexOf(" -> ");
    const field = item.slice(0, Math.max(arrow, 0)).toUpperCase();
    const value = item.slice(arrow + 4);
    return CLIENT_FIELDS.has(field) && value !== "" ? [[field, value]] : [];
  });
}

/** Zeek writes `<unknown>`, `<hidden>` or `<blank>…` where it does not know or show. */
function shown(text: string | undefined): string | undefined {
  return text === undefined || text === "" || /^<[^>]*>$/.test(text) ? undefined : text;
}

/** The log has a user name only for Basic; without the password the field cannot be written again. */
function authorization(username: string | undefined, password: string | undefined): string | null {
  const user = shown(username);
  const secret = shown(password);
  if (user === undefined || secret === undefined) return null;
  return `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;
}

const CLIENT = definePart({
  columns: {
    "id.orig_h": "address",
    user_agent: "text",
    username: "text",
    password: "text",
    proxied: "list",
    client_header_names: "list",
    client_header_values: "list",
  },
  needs: ["id.orig_h"],
  read(row) {
    const addr = row["id.orig_h"];
    if (addr === undefined) return [];
    const sent = fields(row.client_header_names, row.client_header_values, CLIENT_FIELDS);
    const told = sent.length > 0 ? sent : proxyFields(row.proxied);
    if (row.user_agent) told.unshift(["USER-AGENT", row.user_agent]);
    const basic = authorization(row.username, row.password);
    if (basic !== null) told.push(["AUTHORIZATION", basic]);
    return told.map(([source, value]) => ({ addr, recontype: "HTTP_CLIENT_HEADER", source, value }));
  },
});

const SERVER = definePart({
  columns: {
    "id.resp_h": "address",
    "id.resp_p": "port",
    host: "text",
    username: "text",
    password: "text",
    server_header_names: "list",
    server_header_values: "list",
  },
  needs: ["id.resp_h", "id.resp_p"],
  read(row) {
    const addr = row["id.resp_h"];
    const port = row["id.resp_p"];
    if (addr === undefined || port === undefined) return [];
    const facts: Fact[] = [];
    const asked = { addr, port, recontype: "HTTP_CLIENT_HEADER_SERVER" };
    if (row.host) facts.push({ ...asked, source: "HOST", value: row.host });
    const basic = authorization(row.username, row.password);
    if (basic !== null) facts.push({ ...asked, source: "AUTHORIZATION", value: basic });
    for (const [source, value] of fields(row.server_header_names, row.server_header_values, SERVER_FIELDS))
      facts.push({ addr, port, recontype: "HTTP_SERVER_HEADER", source, value });
    return facts;
  },
});

export const HTTP: LogKind = {
  name: "http",
  marks: [
    ["trans_depth", "request_body_len"],
    ["trans_depth", "status_code"],
    ["host", "uri"],
    ["user_agent", "uri"],
  ],
  parts: [CLIENT, SERVER],
};
