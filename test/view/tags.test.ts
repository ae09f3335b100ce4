import { expect, test } from "bun:test";
import { parseAddress } from "../../src/model/ip.ts";
import type { Host } from "../../src/model/scan.ts";
import { load, open, rows } from "./world.ts";

/** The tags of one scanned host, which both purposes must agree on. */
async function tags(host: Partial<Host>): Promise<unknown[][]> {
  const connection = await load([{ source: "s", hosts: [{ addr: parseAddress("8.8.8.8") ?? 0n, ...host }] }]);
  const [nmap, view] = await Promise.all(
    ["nmap", "view"].map((schema) =>
      rows(connection, `SELECT value, type, info FROM ${schema}.tag ORDER BY ALL`),
    ),
  );
  expect(nmap).toEqual(view!);
  return view!;
}

const script = (id: string, output: string, data?: Host["ports"][number]["scripts"][number]["data"]) => ({
  id,
  output,
  ...(data !== undefined && { key: id, data }),
});

test("addresses that belong to nobody", async () => {
  const addresses = {
    "0.0.0.0": "Unspecified",
    "0.1.2.3": "Current-Net",
    "10.255.255.255": "Private",
    "11.0.0.0": null,
    "100.64.0.1": "CGN",
    "127.0.0.1": "Loopback",
    "169.254.1.1": "Link-Local",
    "172.31.255.255": "Private",
    "172.32.0.0": null,
    "192.0.0.8": "Reserved",
    "192.0.2.1": "Documentation",
    "192.88.99.1": "IPv6-to-IPv4",
    "198.19.0.1": "Benchmark",
    "239.1.1.1": "Multicast",
    "240.0.0.1": "Reserved",
    "255.255.255.255": "Broadcast",
    "::": "Unspecified",
    "::1": "Loopback",
    "64:ff9b::1": "Well-known prefix",
    "100::1": "Discard (RTBH)",
    "2001::1": "Protocol assignments",
    "2001:db8::1": "Documentation",
    "2001:4860::1": null,
    "2002::1": "6to4",
    "fd00::1": "Unique Local Unicast",
    "fe80::1": "Link Local Unicast",
    "ff02::1": "Multicast",
  };
  const hosts = Object.keys(addresses).map((text) => ({ addr: parseAddress(text) ?? 0n }));
  const connection = await load([{ source: "s", hosts }]);
  const found = await rows(
    connection,
    "SELECT addr::VARCHAR, info FROM view.host LEFT JOIN view.tag ON host_id = id ORDER BY addr",
  );
  const expected = Object.entries(addresses)
    .map(([text, type]) => [parseAddress(text) ?? 0n, type && `Address type ${type}`] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([addr, info]) => [String(addr), info]);
  expect(found).toEqual(expected);
});

test("organizations of certificates", async () => {
  const cert = (organizationName: string) => ({ subject: { organizationName } });
  const scripts = [script("ssl-cert", "", [cert(" Lab Corp "), cert("  "), cert("Lab Corp"), {}])];
  expect(await tags({ ports: [open(443, undefined, scripts)] })).toEqual([
    ["Organization", "info", "Lab Corp"],
  ]);
});

test("Tor by certificate, title and service", async () => {
  const names = (subject: string, issuer: string) => [
    { subject_text: `commonName=${subject}`, issuer_text: `commonName=${issuer}` },
  ];
  const found = await tags({
    ports: [
      open(443, undefined, [script("ssl-cert", "", names("www.abcdefgh.net", "www.q2w3e4r5t6y7.com"))]),
      open(444, undefined, [script("ssl-cert", "", names("www.abcdefgh.net", "www.abcdefgh.net"))]),
      open(445, undefined, [script("ssl-cert", "", names("www.abc1efgh.net", "www.q2w3e4r5t6y7.com"))]),
      open(80, undefined, [script("http-title", "This is a Tor Exit Router\nmore")]),
      open(9001, { name: "tor-orport" }),
      open(9030, { name: "http", product: "Tor directory" }),
      open(9031, { name: "http", product: "directory" }),
    ],
  });
  expect(found).toEqual([
    ["TOR", "info", 'Notice "This is a Tor Exit Router" found on port tcp/80'],
    ["TOR", "info", "Service Tor directory found on port tcp/9030"],
    ["TOR", "info", "Service tor-orport found on port tcp/9001"],
    ["TOR", "info", "TOR certificate on port tcp/443"],
  ]);
});

test("honeypots that say so", async () => {
  const service = { name: "ssh", product: "Cowrie Honeypot sshd", version: "1" };
  expect(await tags({ ports: [open(22, service), open(23, { name: "telnet" })] })).toEqual([
    ["Honeypot", "warning", "ssh / Cowrie Honeypot sshd / 1 on port tcp/22"],
  ]);
});

test("scanners by name", async () => {
  const names = [
    "census6.shodan.io",
    "www.shodan.io",
    "min-x.binaryedge.ninja",
    "a.probe.onyphe.net",
    "Onyphe.net",
  ];
  expect(await tags({ hostnames: names.map((name) => ({ name, type: "PTR" })) })).toEqual([
    ["Scanner", "warning", "Hostname a.probe.onyphe.net suggests a Onyphe scanner"],
    ["Scanner", "warning", "Hostname census6.shodan.io suggests a Shodan scanner"],
    ["Scanner", "warning", "Hostname min-x.binaryedge.ninja suggests a BinaryEdge scanner"],
  ]);
});
