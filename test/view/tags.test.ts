import { expect, test } from "bun:test";
import { parseAddress } from "../../src/model/ip.ts";
import type { Json } from "../../src/model/json.ts";
import type { Host } from "../../src/model/scan.ts";
import { derive } from "../../src/view/derive.ts";
import { fold } from "../../src/view/fold.ts";
import { IMPROVEMENTS_OFF } from "../support/improvements.ts";
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

test("vulnerabilities by what a script says of each", async () => {
  const vuln = (id: string, state: string) => ({ id, state });
  const data: Json[] = [
    vuln("CVE-2017-0143", "VULNERABLE (Exploitable)"),
    vuln("CVE-2007-6750", "LIKELY VULNERABLE"),
    vuln("NMAP-1", "UNKNOWN (unable to test)"),
    vuln("CVE-2014-0160", "NOT VULNERABLE"),
    { state: "VULNERABLE" },
    "no object",
    {},
  ];
  const ports = [
    open(445, undefined, [{ id: "smb-vuln-ms17-010", output: "", key: "vulns", data }]),
    open(446, undefined, [{ id: "odd", output: "", key: "vulns", data: "no list" }]),
    open(447, undefined, [{ id: "odd", output: "", key: "vulns", data: { state: "VULNERABLE" } }]),
  ];
  expect(await tags({ ports })).toEqual([
    ["Cannot test vuln", "info", "NMAP-1"],
    ["Likely vulnerable", "warning", "CVE-2007-6750"],
    ["Vulnerable", "danger", "CVE-2017-0143"],
  ]);
});

test("a tag without info gives way to one with it, and stands alone otherwise", async () => {
  const data = [{ state: "VULNERABLE" }];
  const ports = [open(445, undefined, [{ id: "odd", output: "", key: "vulns", data }])];
  expect(await tags({ ports })).toEqual([["Vulnerable", "danger", null]]);
});

test("default passwords that were tried with success", async () => {
  const apps: Json[] = [
    {
      name: "Apache Tomcat",
      credentials: [
        { username: "tomcat", password: "s3cret" },
        { username: "admin", password: "" },
      ],
      path: "/manager/html/",
    },
    { name: "Without login", credentials: [] },
    { name: "Nameless login", credentials: [{ password: "1234" }] },
    { credentials: [{ username: "a", password: "b" }] },
    "no object",
  ];
  expect(await tags({ ports: [open(80, undefined, [script("http-default-accounts", "", apps)])] })).toEqual([
    ["Default password", "danger", "Apache Tomcat: tomcat / s3cret, admin / "],
    ["Default password", "danger", "Nameless login:  / 1234"],
    ["Default password", "danger", "a / b"],
  ]);
});

test("what Nuclei found", async () => {
  const data: Json[] = [
    { template: "CVE-2021-44228", name: "Apache Log4j2 Remote Code Injection" },
    { template: "CVE-2022-1", name: "CVE-2022-1" },
    { template: "apache-detect", name: "CVE-2022-2 by name" },
    { template: "tomcat-default-login", name: "ApahceTomcat Manager Default Login" },
    { template: "google-earth-dlogin" },
    { template: "some-panel", name: "Some Panel - Default Password" },
    { template: "tomcat-default-login-panel", name: "Panel" },
    { template: "tech-detect" },
    {},
  ];
  const ports = [open(80, undefined, [{ id: "http-nuclei", output: "", key: "nuclei", data }])];
  expect(await tags({ ports })).toEqual([
    ["Default password", "danger", "google-earth-dlogin"],
    ["Default password", "danger", "some-panel / Some Panel - Default Password"],
    ["Default password", "danger", "tomcat-default-login / ApahceTomcat Manager Default Login"],
    ["Vulnerable", "danger", "CVE-2021-44228 / Apache Log4j2 Remote Code Injection"],
    ["Vulnerable", "danger", "CVE-2022-1"],
    ["Vulnerable", "danger", "apache-detect / CVE-2022-2 by name"],
  ]);
});

test("a machine that answers on every port", async () => {
  const ports = Array.from({ length: 200 }, (_, i) => open(1000 + i, { name: "http" }));
  const connection = await load([{ source: "s", hosts: [{ addr: parseAddress("8.8.8.8") ?? 0n, ports }] }]);
  expect(await rows(connection, "SELECT value, type, info FROM nmap.tag")).toEqual([
    ["Honeypot", "warning", "SYN+ACK honeypot"],
  ]);
  expect(await rows(connection, "SELECT value, type, info FROM view.tag")).toEqual([
    ["Honeypot", "warning", "SYN+ACK honeypot"],
  ]);
});

test("tags are worked out anew, and each says where it comes from", async () => {
  const data = [{ id: "CVE-2017-0143", state: "VULNERABLE" }];
  const addr = parseAddress("10.0.0.1") ?? 0n;
  const vulnerable = open(445, undefined, [{ id: "smb-vuln-ms17-010", output: "", key: "vulns", data }]);
  const connection = await load([{ source: "s", hosts: [{ addr, ports: [vulnerable] }] }]);
  await connection.run("INSERT INTO nmap.tag SELECT id, 'mine', 'info', NULL, 'import' FROM nmap.host");
  await connection.run("DELETE FROM nmap.script");
  await derive(connection, "nmap", 0, IMPROVEMENTS_OFF);
  await fold(connection, "all", IMPROVEMENTS_OFF);
  expect(await rows(connection, "SELECT value, info, origin FROM view.tag ORDER BY ALL")).toEqual([
    ["Reserved address", "Address type Private", "reserved-address"],
    ["mine", null, "import"],
  ]);
});
