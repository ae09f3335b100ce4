import { expect, test } from "bun:test";
import { parseAddress } from "../../src/model/ip.ts";
import type { Observation } from "../../src/model/passive.ts";
import { fold } from "../../src/view/fold.ts";
import { BY_TIME, load, open, rows, type Scan, snapshot } from "./world.ts";

const seen = (lastseen: number, observation: Partial<Observation>): Partial<Observation> => ({
  ...observation,
  lastseen,
});
const log = (...observations: Partial<Observation>[]) => ({ sensor: "tap", observations });

const BLOB = Buffer.from("not a certificate, but long enough to need two lines of PEM").toString("base64");
const CERTIFICATE = {
  md5: "aabbccdd",
  sha1: "00112233",
  sha256: "0123456789",
  subject: { commonName: "WWW.Example.com.", organizationName: " Example Org " },
  subject_text: "commonName=WWW.Example.com./organizationName= Example Org ",
  issuer: { commonName: "CA" },
  issuer_text: "commonName=CA",
  not_before: "2026-01-02T03:04:05Z",
  not_after: "2027-01-02T03:04:05Z",
  san: [
    "DNS:a.example.com",
    "URI:https://u.example.com:8443/x",
    "DirName:CN=dir.example.com,O=x",
    "DNS:10.0.0.1",
  ],
  pubkey: { type: "rsa", bits: 2048 },
};

test("a port seen only by a sensor is marked so", async () => {
  const connection = await load([
    { source: "s", hosts: [{ endtime: 100, ports: [open(80, { name: "http", product: "nginx" })] }] },
    log(
      seen(50, { recontype: "OPEN_PORT", source: "TCP", value: "tcp/8080", port: 8080 }),
      seen(150, {
        recontype: "HTTP_SERVER_HEADER",
        source: "SERVER",
        value: "nginx/1.2",
        port: 80,
        infos: { service_name: "http", service_product: "nginx", service_version: "1.2" },
      }),
    ),
  ]);
  expect(
    await rows(
      connection,
      "SELECT port, state_state, state_reason, service_product, service_version FROM view.port ORDER BY port",
    ),
  ).toEqual([
    [80, "open", "passive", "nginx", "1.2"],
    [8080, "open", "passive", null, null],
  ]);
  expect(await rows(connection, "SELECT value FROM view.source ORDER BY 1")).toEqual([["s"], ["tap"]]);
  expect(
    await rows(connection, "SELECT state, epoch(starttime), epoch(endtime), openports_tcp FROM view.host"),
  ).toEqual([["up", 50, 150, 2]]);
});

test("a name says nothing of whether the host is up", async () => {
  const connection = await load([
    log(
      seen(1, { recontype: "DNS_ANSWER", source: "A-9.9.9.9-53", value: "WWW.example.com." }),
      seen(2, { recontype: "DNS_ANSWER", source: "PTR-9.9.9.9-53", value: "ptr.example.net" }),
      seen(3, {
        recontype: "DNS_ANSWER",
        source: "CNAME-9.9.9.9-53",
        value: "a.example.com",
        targetval: "b.example.com",
      }),
    ),
  ]);
  expect(await rows(connection, "SELECT state, state_reason FROM view.host")).toEqual([[null, "passive"]]);
  expect(await rows(connection, "SELECT type, name FROM view.hostname ORDER BY seq")).toEqual([
    ["A", "www.example.com"],
    ["PTR", "ptr.example.net"],
  ]);
  expect(await rows(connection, "SELECT name FROM view.domain WHERE level = 2 ORDER BY 1")).toEqual([
    ["example.com"],
    ["example.net"],
  ]);
});

test("certificates: names, text, tag; two of one port stand side by side", async () => {
  const cert = (sha256: string, lastseen: number) =>
    seen(lastseen, {
      recontype: "SSL_SERVER",
      source: "cert",
      port: 443,
      value: BLOB + sha256,
      infos: { ...CERTIFICATE, sha256 },
    });
  const connection = await load([
    { source: "s", hosts: [{ endtime: 5, ports: [open(443, { name: "http" })] }] },
    log(cert("0123456789", 10), cert("9999", 20)),
  ]);
  expect(await rows(connection, "SELECT type, name FROM view.hostname ORDER BY ALL")).toEqual([
    ["cert-san-dirname-cn", "dir.example.com"],
    ["cert-san-dns", "a.example.com"],
    ["cert-san-uri", "u.example.com"],
    ["cert-subject-cn", "www.example.com"],
  ]);
  expect(await rows(connection, "SELECT service_name, service_tunnel FROM view.port")).toEqual([
    ["http", "ssl"],
  ]);
  const [[output, data] = []] = await rows(
    connection,
    "SELECT output, data FROM view.script WHERE id = 'ssl-cert'",
  );
  const pems = JSON.parse(String(data)).map((e: { pem: string }) => e.pem);
  expect(JSON.parse(String(data)).map((e: { sha256: string }) => e.sha256)).toEqual(["9999", "0123456789"]);
  const text = (sha256: string, pem: string) =>
    [
      "Subject: commonName=WWW.Example.com./organizationName= Example Org ",
      "Issuer: commonName=CA",
      "Public Key type: rsa",
      "Public Key bits: 2048",
      "Not valid before: 2026-01-02 03:04:05+00:00",
      "Not valid after:  2027-01-02 03:04:05+00:00",
      ...CERTIFICATE.san.map((name) => `Subject Alternative Name: ${name}`),
      "MD5:   aabb ccdd",
      "SHA-1: 0011 2233",
      `SHA-256:${sha256}`,
      pem,
    ].join("\n");
  expect(output).toBe(`${text("9999", pems[0])}\n${"-".repeat(64)}\n${text("0123 4567 89", pems[1])}`);
  expect(pems[0]).toBe(
    `-----BEGIN CERTIFICATE-----\n${`${BLOB}9999`.match(/.{1,64}/g)?.join("\n")}\n-----END CERTIFICATE-----\n`,
  );
  expect(await rows(connection, "SELECT value, info FROM view.tag WHERE value = 'Organization'")).toEqual([
    ["Organization", "Example Org"],
  ]);
});

test("what clients show is on the host", async () => {
  const ja3 = { raw: "771,1,2", sha1: "s1", sha256: "s2" };
  const connection = await load([
    log(
      seen(1, { recontype: "HTTP_CLIENT_HEADER", source: "USER-AGENT", value: "curl/8" }),
      seen(2, { recontype: "HTTP_CLIENT_HEADER", source: "USER-AGENT", value: "wget" }),
      seen(1, { recontype: "SSL_CLIENT", source: "ja3", value: "m1", infos: ja3 }),
      seen(2, { recontype: "SSL_CLIENT", source: "ja3", value: "m2", infos: ja3 }),
      seen(1, { recontype: "SSL_CLIENT", source: "ja4", value: "t13_a_b", infos: { ja4_a: "t13" } }),
      seen(1, {
        recontype: "SSH_CLIENT_HASSH",
        source: "hassh-v1.1",
        value: "h1",
        infos: { raw: "a;b", sha1: "1", sha256: "2" },
      }),
      seen(1, { recontype: "MAC_ADDRESS", source: "ARP_REPLY_SRC", value: "00:11:22:AA:BB:CC" }),
    ),
  ]);
  expect(await rows(connection, "SELECT protocol, port, state_state FROM view.port")).toEqual([
    [null, -1, null],
  ]);
  expect(await rows(connection, "SELECT id, output, data FROM view.script ORDER BY id")).toEqual([
    ["http-user-agent", "wget\ncurl/8", '["wget","curl/8"]'],
    [
      "ssh2-enum-algos",
      "\n  HASSH\n    version: 1.1\n    raw: a;b\n    md5: h1\n    sha1: 1\n    sha256: 2",
      '{"hassh":{"version":"1.1","md5":"h1","raw":"a;b","sha1":"1","sha256":"2"}}',
    ],
    [
      "ssl-ja3-client",
      "m2\nm1",
      JSON.stringify([
        { md5: "m2", ...ja3 },
        { md5: "m1", ...ja3 },
      ]),
    ],
    ["ssl-ja4-client", "t13_a_b", '[{"ja4_a":"t13","ja4":"t13_a_b"}]'],
  ]);
  expect(await rows(connection, "SELECT type, value FROM view.address")).toEqual([
    ["mac", "00:11:22:aa:bb:cc"],
  ]);
});

test("what servers show is on their ports", async () => {
  const inputs = [
    log(
      seen(1, {
        recontype: "SSL_SERVER",
        source: "ja3-c1",
        port: 443,
        value: "m1",
        infos: { raw: "771,1,", client: { raw: "r" } },
      }),
      seen(2, { recontype: "SSL_SERVER", source: "ja3-c2", port: 443, value: "m1" }),
      seen(1, {
        recontype: "SSH_SERVER",
        port: 22,
        value: "SSH-2.0-x",
        infos: { service_name: "ssh", service_product: "x" },
      }),
      seen(1, {
        recontype: "SSH_SERVER_HOSTKEY",
        source: "SSHv2",
        port: 22,
        value: "AAAA",
        infos: { algo: "ssh-rsa", bits: 2048, md5: "ff" },
      }),
      seen(2, {
        recontype: "SSH_SERVER_HOSTKEY",
        source: "SSHv2",
        port: 22,
        value: "BBBB",
        infos: { algo: "ssh-ed25519", bits: 256, md5: "ee" },
      }),
      seen(1, {
        recontype: "NTLM_CHALLENGE",
        source: "tcp-GSSAPI,SMB",
        port: 445,
        value: "v",
        infos: { Target_Name: "CORP", DNS_Computer_Name: "Srv.Corp.example", Protocol: "SMB2" },
      }),
      seen(1, {
        recontype: "SMB",
        source: "tcp-SMB",
        port: 445,
        value: "v",
        infos: { os: "Windows", is_guest: false },
      }),
      seen(1, {
        recontype: "HTTP_SERVER_HEADER",
        source: "MICROSOFTSHAREPOINTTEAMSERVICES",
        port: 80,
        value: "16.0.0.1",
      }),
    ),
  ];
  const connection = await load(inputs, BY_TIME);
  expect(
    await rows(
      connection,
      "SELECT port, service_name, service_product, service_tunnel FROM view.port ORDER BY port",
    ),
  ).toEqual([
    [22, "ssh", "x", null],
    [80, "http", null, null],
    [443, null, null, "ssl"],
    [445, null, null, null],
  ]);
  expect(await rows(connection, "SELECT port, id, output, data FROM view.script ORDER BY port, id")).toEqual(
    [
      [22, "banner", "SSH-2.0-x", null],
      [
        22,
        "ssh-hostkey",
        "\n  256 ee (ED25519)\n  2048 ff (RSA)",
        JSON.stringify([
          { type: "ssh-ed25519", bits: 256, fingerprint: "ee", key: "BBBB" },
          { type: "ssh-rsa", bits: 2048, fingerprint: "ff", key: "AAAA" },
        ]),
      ],
      [
        80,
        "http-app",
        "SharePoint: path /UNKNOWN/, version 16.0.0.1",
        '[{"path":"/UNKNOWN/","application":"SharePoint","version":"16.0.0.1"}]',
      ],
      [
        443,
        "ssl-ja3-server",
        "m1 - c2\nm1 - c1",
        JSON.stringify([
          { md5: "m1", client: { md5: "c2" } },
          { raw: "771,1,", md5: "m1", client: { raw: "r", md5: "c1" } },
        ]),
      ],
      [
        445,
        "ntlm-info",
        "\n  Target_Name: CORP\n  DNS_Computer_Name: Srv.Corp.example\n  Protocol: SMB2\n  protocol: smb",
        '{"Target_Name":"CORP","DNS_Computer_Name":"Srv.Corp.example","Protocol":"SMB2","protocol":"smb"}',
      ],
      [445, "smb-os-discovery", "\n  os: Windows\n  is_guest: false", '{"os":"Windows","is_guest":false}'],
    ].sort((a, b) => Number(a[0]) - Number(b[0])),
  );
  expect(await rows(connection, "SELECT type, name FROM view.hostname")).toEqual([
    ["ntlm", "srv.corp.example"],
  ]);
  expect(
    await rows(
      connection,
      "SELECT vendor, product, version, origin FROM view.cpe JOIN view.cpe_origin USING (host_id)",
    ),
  ).toEqual([["microsoft", "sharepoint_server", "16.0.0.1", "ports.port:80"]]);
});

test("honeypots and known tools tell scanners", async () => {
  const probe = {
    service_name: "scanner",
    service_product: "Nmap",
    service_extrainfo: "probe TCP GetRequest",
  };
  const connection = await load([
    log(
      seen(1, { recontype: "TCP_HONEYPOT_HIT", source: "tcp/80", value: "GET / HTTP/1.0", infos: probe }),
      seen(2, { recontype: "TCP_HONEYPOT_HIT", source: "tcp/23", value: "" }),
      seen(3, { recontype: "UDP_HONEYPOT_HIT", source: "udp/53", value: "x" }),
      seen(4, { recontype: "HTTP_HONEYPOT_REQUEST", source: "GET-1.1-tcp/80", value: "/phpmyadmin/" }),
      seen(5, { recontype: "DNS_HONEYPOT_QUERY", source: "udp/53-ANY-C_INTERNET", value: "isc.org" }),
      seen(6, { recontype: "HTTP_CLIENT_HEADER", source: "USER-AGENT", value: "Mozilla/5.0 zgrab/0.x" }),
      seen(7, { recontype: "P0FV3_SYN", source: "P0FV3", value: "4:52+12:0:1460:1024,0:mss::0" }),
      seen(7, { recontype: "SSL_CLIENT", source: "ja3", value: "16ee84a07b55074cb2751329bf1c8811" }),
      seen(8, {
        recontype: "P0FV3_SYN",
        source: "P0FV3",
        value: "4:64+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:0",
      }),
    ),
  ]);
  const [[output, data] = []] = await rows(
    connection,
    "SELECT output, data FROM view.script WHERE id = 'scanner'",
  );
  expect(JSON.parse(String(data))).toEqual({
    ports: { count: 3, tcp: { count: 2, ports: [23, 80] }, udp: { count: 1, ports: [53] } },
    http_uris: ["/phpmyadmin/"],
    dns_queries: ["isc.org"],
    scanners: [{ name: "Nmap", probes: ["TCP GetRequest", "TCP TLSSessionReq"] }, { name: "Zgrab" }],
    probes: ["TCP GetRequest", "TCP TLSSessionReq"],
  });
  expect(output).toBe(
    "Scanned TCP ports: 23, 80\nScanned UDP ports: 53\nRequested URIs: /phpmyadmin/\nDNS queries: isc.org\n" +
      "Scanners: Nmap, Zgrab\nProbes: TCP GetRequest, TCP TLSSessionReq",
  );
  expect(
    await rows(connection, "SELECT value, type, info FROM view.tag WHERE value = 'Scanner' ORDER BY ALL"),
  ).toEqual([
    ["Scanner", "warning", "Nmap"],
    ["Scanner", "warning", "Zgrab"],
  ]);
});

test("a scanner without a name has the tag without info", async () => {
  const connection = await load([
    log(seen(1, { recontype: "TCP_HONEYPOT_HIT", source: "tcp/23", value: "" })),
  ]);
  expect(await rows(connection, "SELECT value, info FROM view.tag WHERE value = 'Scanner'")).toEqual([
    ["Scanner", null],
  ]);
});

test("records that say nothing make a host and no more", async () => {
  const connection = await load([
    log(
      seen(1, { recontype: "FTP_SERVER", source: "USER", value: "alice", port: 21 }),
      seen(2, { recontype: "HTTP_CLIENT_HEADER_SERVER", source: "HOST", value: "x", port: 80 }),
      seen(3, { recontype: "SSL_SERVER", source: "cert", value: "not base64", port: 443 }),
      seen(4, { recontype: "DNS_BLACKLIST", source: "zen-A-9.9.9.9-53", value: "127.0.0.2" }),
    ),
  ]);
  expect(await rows(connection, "SELECT state, state_reason FROM view.host")).toEqual([["up", "passive"]]);
  expect(await rows(connection, "SELECT port FROM view.port")).toEqual([[443]]);
});

/** Mulberry32: small and the same everywhere. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function randomScan(pick: (below: number) => number): Scan {
  const hosts = Array.from({ length: 1 + pick(3) }, () => ({
    addr: (parseAddress("192.0.2.0") ?? 0n) + BigInt(pick(3)),
    // Few different times, so that ties are common.
    ...(pick(5) > 0 && { endtime: pick(4), starttime: pick(2) }),
    state: pick(4) === 0 ? "down" : "up",
    reason: `r${pick(3)}`,
    hostnames: [{ name: `n${pick(3)}.example.com`, type: "PTR" }],
    ports: Array.from({ length: pick(4) }, (_, i) => ({
      ...open(20 + i, pick(3) === 0 ? undefined : { name: `svc${pick(2)}`, version: `${pick(3)}` }, [
        { id: "http-title", output: `t${pick(3)}` },
        { id: "http-user-agent", output: "u", key: "http-user-agent", data: [`u${pick(3)}`] },
      ]),
      state: ["open", "closed"][pick(2)]!,
    })),
    extraports: pick(2) === 0 ? [] : [{ state: "closed", total: 1 + pick(3), reasons: [] }],
    cpes: [
      { type: "a", vendor: "v", product: "p", version: `${pick(2)}`, origins: [`ports.port:${pick(3)}`] },
    ],
    traces:
      pick(2) === 0 ? [] : [{ protocol: "tcp", port: 20, hops: [{ ttl: 1, addr: BigInt(1 + pick(3)) }] }],
  }));
  return { source: `s${pick(2)}`, categories: [`C${pick(2)}`], hosts };
}

test("a record without times is older than all others, and says nothing about when", async () => {
  const banner = (version: string, times: Partial<Observation>): Partial<Observation> => ({
    recontype: "SSH_SERVER",
    value: `SSH-2.0-${version}`,
    port: 22,
    infos: { service_name: "ssh", service_product: "x", service_version: version },
    ...times,
  });
  const timeless = { firstseen: undefined, lastseen: undefined };
  const times = "SELECT epoch(starttime), epoch(endtime) FROM view.host";
  const service = "SELECT service_version FROM view.port";
  const both = await load([log(banner("9", timeless), banner("1", { firstseen: 0, lastseen: 0 }))]);
  expect(await rows(both, service)).toEqual([["1"]]);
  expect(await rows(both, times)).toEqual([[0, 0]]);
  const alone = await load([log(banner("9", timeless))]);
  expect(await rows(alone, service)).toEqual([["9"]]);
  expect(await rows(alone, times)).toEqual([[null, null]]);
});

function randomObservation(pick: (below: number) => number): Partial<Observation> {
  const base = { addr: (parseAddress("192.0.2.0") ?? 0n) + BigInt(pick(3)), lastseen: pick(4) };
  const value = `v${pick(3)}`;
  const infos = { service_name: `svc${pick(2)}`, service_version: `${pick(3)}` };
  const kinds: Partial<Observation>[] = [
    { recontype: "DNS_ANSWER", source: "A-9.9.9.9-53", value: `${value}.example.com` },
    { recontype: "TCP_SERVER_BANNER", port: 20 + pick(3), value: JSON.stringify(infos), infos },
    { recontype: "HTTP_CLIENT_HEADER", source: "USER-AGENT", value },
    { recontype: "SSL_SERVER", source: `ja3-${pick(2)}`, port: 21, value },
    { recontype: "SSL_SERVER", source: "cert", port: 21, value, infos: { sha256: value } },
    { recontype: "TCP_HONEYPOT_HIT", source: `tcp/${pick(3)}`, value: "" },
  ];
  return { ...base, ...kinds[pick(kinds.length)] };
}

test("the order of imports never matters", async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const pick = random(seed);
    const inputs = [
      ...Array.from({ length: 4 }, () => randomScan(pick)),
      ...Array.from({ length: 3 }, (_, i) => ({
        sensor: `tap${i % 2}`,
        observations: Array.from({ length: 8 }, () => randomObservation(pick)),
      })),
    ];
    const expected = await snapshot(await load(inputs, BY_TIME));
    for (let round = 0; round < 2; round++) {
      const order = inputs.map((input) => ({ input, at: pick(1000) })).sort((a, b) => a.at - b.at);
      const connection = await load(
        order.map(({ input }) => input),
        BY_TIME,
      );
      expect(await snapshot(connection)).toBe(expected);
      if (round > 0) continue;
      // Folding some addresses anew changes nothing.
      await connection.run("DELETE FROM touched");
      await connection.run("INSERT INTO touched SELECT addr FROM view.host WHERE addr % 2 = 0");
      await fold(connection, "touched", BY_TIME);
      expect(await snapshot(connection)).toBe(expected);
    }
  }
}, 20_000);
