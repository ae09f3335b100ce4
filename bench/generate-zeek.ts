/**
 * Makes big Zeek logs in the shape of a busy office network's: dns, ssl and http, most lines repeating what
 * was seen before, as real ones do. Fixed seed, documentation names, private client addresses.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { random } from "./random.ts";

const KINDS = ["dns", "ssl", "http"] as const;
type Kind = (typeof KINDS)[number];

/** Columns and types as Zeek 6 writes them. */
const FIELDS: Record<Kind, readonly (readonly [string, string])[]> = {
  dns: [
    ["ts", "time"],
    ["uid", "string"],
    ["id.orig_h", "addr"],
    ["id.orig_p", "port"],
    ["id.resp_h", "addr"],
    ["id.resp_p", "port"],
    ["proto", "enum"],
    ["trans_id", "count"],
    ["rtt", "interval"],
    ["query", "string"],
    ["qclass", "count"],
    ["qclass_name", "string"],
    ["qtype", "count"],
    ["qtype_name", "string"],
    ["rcode", "count"],
    ["rcode_name", "string"],
    ["AA", "bool"],
    ["TC", "bool"],
    ["RD", "bool"],
    ["RA", "bool"],
    ["Z", "count"],
    ["answers", "vector[string]"],
    ["TTLs", "vector[interval]"],
    ["rejected", "bool"],
  ],
  ssl: [
    ["ts", "time"],
    ["uid", "string"],
    ["id.orig_h", "addr"],
    ["id.orig_p", "port"],
    ["id.resp_h", "addr"],
    ["id.resp_p", "port"],
    ["version", "string"],
    ["cipher", "string"],
    ["curve", "string"],
    ["server_name", "string"],
    ["resumed", "bool"],
    ["last_alert", "string"],
    ["next_protocol", "string"],
    ["established", "bool"],
    ["ssl_history", "string"],
    ["cert_chain_fps", "vector[string]"],
    ["client_cert_chain_fps", "vector[string]"],
    ["sni_matches_cert", "bool"],
  ],
  http: [
    ["ts", "time"],
    ["uid", "string"],
    ["id.orig_h", "addr"],
    ["id.orig_p", "port"],
    ["id.resp_h", "addr"],
    ["id.resp_p", "port"],
    ["trans_depth", "count"],
    ["method", "string"],
    ["host", "string"],
    ["uri", "string"],
    ["referrer", "string"],
    ["version", "string"],
    ["user_agent", "string"],
    ["origin", "string"],
    ["request_body_len", "count"],
    ["response_body_len", "count"],
    ["status_code", "count"],
    ["status_msg", "string"],
    ["info_code", "count"],
    ["info_msg", "string"],
    ["tags", "set[enum]"],
    ["username", "string"],
    ["password", "string"],
    ["proxied", "set[string]"],
    ["orig_fuids", "vector[string]"],
    ["orig_filenames", "vector[string]"],
    ["orig_mime_types", "vector[string]"],
    ["resp_fuids", "vector[string]"],
    ["resp_filenames", "vector[string]"],
    ["resp_mime_types", "vector[string]"],
  ],
};

const AGENTS = Array.from(
  { length: 400 },
  (_, i) =>
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${90 + (i % 40)}.0.${i}.0 Safari/537.36`,
);

/**
 * Writes one log of about that many bytes.
 * @returns its path.
 */
export function generateZeek(folder: string, kind: Kind, bytes: number): string {
  const next = random(7 + KINDS.indexOf(kind));
  const pick = (n: number): number => Math.floor(next() * n);
  // A few things are seen all the time, most rarely.
  const skewed = (n: number): number => Math.floor(n * next() ** 3);
  const path = join(folder, `${kind}.log`);
  const file = openSync(path, "w");
  const fields = FIELDS[kind];
  writeSync(
    file,
    `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t${kind}\n` +
      `#open\t2026-01-01-00-00-00\n#fields\t${fields.map((field) => field[0]).join("\t")}\n` +
      `#types\t${fields.map((field) => field[1]).join("\t")}\n`,
  );
  let written = 0;
  let ts = 1_767_225_600;
  let lines: string[] = [];
  while (written < bytes) {
    ts += next() / 50;
    const place = skewed(30_000);
    const client = `10.${20 + (place >> 13)}.${(place >> 8) & 31}.${place & 255}`;
    const site = skewed(60_000);
    const server = `198.51.${100 + (site & 3)}.${(site >> 2) & 255}`;
    const name = `h${site % 7}.site-${site}.example.com`;
    const uid = `C${(ts * 1e6).toString(36)}${pick(1e9).toString(36)}`;
    const head = `${ts.toFixed(6)}\t${uid}\t${client}\t${1024 + pick(60_000)}`;
    let line: string;
    if (kind === "dns") {
      line = `${head}\t10.20.0.53\t53\tudp\t${pick(65_536)}\t0.01${pick(99_999)}\t${name}\t1\tC_INTERNET\t1\tA\t0\tNOERROR\tF\tF\tT\tT\t0\t${server}\t300.000000\tF`;
    } else if (kind === "ssl") {
      line = `${head}\t${server}\t443\tTLSv13\tTLS_AES_128_GCM_SHA256\tx25519\t${name}\tF\t-\th2\tT\tCsiI\t(empty)\t(empty)\t-`;
    } else {
      line = `${head}\t${server}\t80\t1\tGET\t${name}\t/path/${pick(1e6)}/index.html\t-\t1.1\t${AGENTS[(place * 7 + pick(3)) % AGENTS.length]}\t-\t0\t${pick(1e5)}\t200\tOK\t-\t-\t(empty)\t-\t-\t-\t-\t-\t-\tF${pick(1e9).toString(36)}\t-\ttext/html`;
    }
    lines.push(line);
    written += line.length + 1;
    if (lines.length === 4096) {
      writeSync(file, `${lines.join("\n")}\n`);
      lines = [];
    }
  }
  writeSync(file, `${lines.join("\n")}\n#close\t2026-01-02-00-00-00\n`);
  closeSync(file);
  return path;
}
