/** ssh.log, also with the columns of the package hassh (https://github.com/salesforce/hassh). */
import { defineLog, type Fact } from "./zeek-kind.ts";

/** The lists of a HASSH raw text, in its order, by their names in the protocol. */
const LISTS = ["kex_algorithms", "encryption_algorithms", "mac_algorithms", "compression_algorithms"];

/** What is told of one end: banner, HASSH (or its raw text) and the host key algorithms. */
interface End {
  side: "SSH_CLIENT" | "SSH_SERVER";
  at: { addr: bigint; port?: number };
  banner: string | undefined;
  hassh: string | undefined;
  raw: string | undefined;
  hostKeys: string | undefined;
}

function endFacts({ side, at, banner, hassh, raw, hostKeys }: End): Fact[] {
  const facts: Fact[] = [];
  if (banner) facts.push({ ...at, recontype: side, value: banner });
  const algorithms = raw?.split(";") ?? [];
  const whole = algorithms.length === LISTS.length;
  const value = whole ? raw : hassh;
  if (value) facts.push({ ...at, recontype: `${side}_HASSH`, source: "hassh-v1.1", value });
  const lists: (readonly [string, string | undefined])[] = whole
    ? LISTS.map((name, i) => [name, algorithms[i]])
    : [];
  for (const [source, list] of [...lists, ["server_host_key_algorithms", hostKeys] as const])
    if (list) facts.push({ ...at, recontype: `${side}_ALGOS`, source, value: list.replaceAll(",", " ") });
  return facts;
}

/** A fingerprint as OpenSSH writes it, as infos have it: hexadecimal digits without colons. */
function hexOf(print: string): { [hash: string]: string } {
  if (print.startsWith("SHA256:")) {
    const hex = Buffer.from(print.slice("SHA256:".length), "base64").toString("hex");
    return hex.length === 64 ? { sha256: hex } : {};
  }
  const hex = print.replace(/^MD5:/, "").replaceAll(":", "").toLowerCase();
  return /^[0-9a-f]{32}$/.test(hex) ? { md5: hex } : {};
}

export const SSH = defineLog({
  name: "ssh",
  marks: [["auth_attempts"], ["kex_alg"], ["host_key_alg"], ["hasshServer"]],
  columns: {
    "id.orig_h": "address",
    "id.resp_h": "address",
    "id.resp_p": "port",
    client: "text",
    server: "text",
    host_key: "text",
    host_key_fingerprint: "text",
    host_key_alg: "text",
    hassh: "text",
    hasshServer: "text",
    hasshAlgorithms: "text",
    hasshServerAlgorithms: "text",
    cshka: "text",
    sshka: "text",
  },
  needs: ["id.orig_h", "id.resp_h", "id.resp_p"],
  read(row) {
    const client = row["id.orig_h"];
    const server = row["id.resp_h"];
    const port = row["id.resp_p"];
    const facts: Fact[] = [];
    if (client !== undefined) {
      facts.push(
        ...endFacts({
          side: "SSH_CLIENT",
          at: { addr: client },
          banner: row.client,
          hassh: row.hassh,
          raw: row.hasshAlgorithms,
          hostKeys: row.cshka,
        }),
      );
    }
    if (server === undefined) return facts;
    const at = { addr: server, ...(port !== undefined && { port }) };
    facts.push(
      ...endFacts({
        side: "SSH_SERVER",
        at,
        banner: row.server,
        hassh: row.hasshServer,
        raw: row.hasshServerAlgorithms,
        hostKeys: row.sshka,
      }),
    );
    // Zeek writes the key's fingerprint, not the key.
    const print = row.host_key_fingerprint || row.host_key;
    if (print) {
      const infos = { ...(row.host_key_alg && { algo: row.host_key_alg }), ...hexOf(print) };
      facts.push({ ...at, recontype: "SSH_SERVER_HOSTKEY", source: "fingerprint", value: print, infos });
    }
    return facts;
  },
});
