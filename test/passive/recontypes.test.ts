import { describe, expect, test } from "bun:test";
import { parseAddress } from "../../src/model/ip.ts";
import { type Observation, RECONTYPES } from "../../src/model/passive.ts";
import { type Infos, infosOf } from "../../src/passive/infos.ts";
import { normalise } from "../../src/passive/normalise.ts";
import { ED25519 } from "./certificates.ts";

type Said = Pick<Observation, "recontype" | "value"> & { source?: string };
/** A record: only what is not as it was said, and its infos. */
type Stored = Partial<Said> & { addr?: string; infos?: Infos };

const ADDRESS = "192.0.2.10";

function observed(said: Said, addr = ADDRESS): Observation {
  return {
    ...said,
    addr: parseAddress(addr)!,
    firstseen: 1_710_000_061.5,
    lastseen: 1_710_000_061.5,
    count: 1,
  };
}

const CLIENT_JA3 = "769,47-53-5-10-49161-49162-49171-49172-50-56-19-4,65281-10-11,23-24,0";
const HASSH = "diffie-hellman-group1-sha1;aes128-cbc,3des-cbc;hmac-md5,hmac-sha1;none";
const NEGOTIATE = "TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAGAbEdAAAADw==";
const CHALLENGE =
  "TlRMTVNTUAACAAAACAAIADgAAAAVgoniMTIzNDU2NzgAAAAAAAAAAIgAiABAAAAACgBjRQAAAA9DAE8AUgBQAAIACABDAE8AUgBQAAEACABTAFIAVgAwAAQAIABjAG8AcgBwAC4AZQB4AGEAbQBwAGwAZQAuAGMAbwBtAAMAKgBzAHIAdgAwAC4AYwBvAHIAcAAuAGUAeABhAG0AcABsAGUALgBjAG8AbQAFABYAZQB4AGEAbQBwAGwAZQAuAGMAbwBtAAAAAAA=";
const AUTHENTICATE =
  "TlRMTVNTUAADAAAAAAAAAAAAAAAAAAAAAAAAAAgACABIAAAACgAKAFAAAAAGAAYAWgAAAAAAAAAAAAAAFYKI4goAYUoAAAAPQwBPAFIAUABhAGwAaQBjAGUAUABDADEA";
const CHALLENGE_VALUE =
  "Target_Name:Q09SUA==,NetBIOS_Domain_Name:Q09SUA==,NetBIOS_Computer_Name:U1JWMA==,DNS_Domain_Name:Y29ycC5leGFtcGxlLmNvbQ==,DNS_Computer_Name:c3J2MC5jb3JwLmV4YW1wbGUuY29t,DNS_Tree_Name:ZXhhbXBsZS5jb20=,Product_Version:MTAuMC4xNzc2Mw==,NTLM_Version:15";
const CHALLENGE_INFOS = {
  Target_Name: "CORP",
  NetBIOS_Domain_Name: "CORP",
  NetBIOS_Computer_Name: "SRV0",
  DNS_Domain_Name: "corp.example.com",
  DNS_Computer_Name: "srv0.corp.example.com",
  DNS_Tree_Name: "example.com",
  Product_Version: "10.0.17763",
  NTLM_Version: "15",
};
const ED25519_KEY = "AAAAC3NzaC1lZDI1NTE5AAAAICFs3FmVA1YNuWZqlpCrga2g+ncaXyCh+2WyYVlce+cl";
const MYSQL_REST = `\\xff\\xf7\\x08\\x02\\x00\\xff\\x81\\x15${"\\x00".repeat(10)}`;

/** What is said, and the records that come of it. */
const EXAMPLES: readonly (readonly [said: Said, stored: Stored[]])[] = [
  [{ recontype: "DHCP_CLIENT", source: "HOST_NAME", value: "laptop" }, [{}]],
  [{ recontype: "KNOWN_HOST", source: "TCP", value: "answered" }, [{}]],
  [{ recontype: "SMB_SHARE", source: "DISK", value: "\\\\FILES\\public" }, [{}]],
  [{ recontype: "DNS_ANSWER", source: "A-192.0.2.53-53", value: "www.example.com" }, [{}]],
  [
    { recontype: "DNS_ANSWER", source: "A-192.0.2.53-53", value: "9.113.0.203.zen.spamhaus.org" },
    [
      {
        recontype: "DNS_BLACKLIST",
        source: "zen.spamhaus.org-A-192.0.2.53-53",
        addr: "203.0.113.9",
        value: ADDRESS,
      },
    ],
  ],
  [{ recontype: "DNS_ANSWER", source: "A-192.0.2.53-53", value: "zen.spamhaus.org" }, [{}]],
  [{ recontype: "DNS_ANSWER", source: "A-192.0.2.53-53", value: "x.y.zen.spamhaus.org" }, [{}]],
  [{ recontype: "DNS_BLACKLIST", source: "zen.spamhaus.org-A-192.0.2.53-53", value: "127.0.0.2" }, [{}]],
  [{ recontype: "DNS_HONEYPOT_QUERY", source: "udp/53-ANY-C_INTERNET", value: "isc.org" }, [{}]],
  [{ recontype: "DHCP_CLIENT", source: "HOST_NAME", value: "PC1" }, [{}]],
  [{ recontype: "KNOWN_HOST", source: "TCP", value: "answered" }, [{}]],
  [{ recontype: "SMB_SHARE", source: "DISK", value: "\\\\srv0\\c$" }, [{}]],
  [{ recontype: "FTP_CLIENT", source: "USER", value: "alice" }, [{}]],
  [{ recontype: "FTP_SERVER", source: "PASS", value: "p@ss w0rd" }, [{}]],
  [{ recontype: "POP_CLIENT", source: "USER", value: "alice" }, [{}]],
  [{ recontype: "POP_SERVER", source: "PASS", value: "p@ss w0rd" }, [{}]],
  [{ recontype: "HTTP_CLIENT_HEADER", source: "USER-AGENT", value: "curl/8.5.0" }, [{}]],
  [
    {
      recontype: "HTTP_CLIENT_HEADER",
      source: "USER-AGENT",
      value: "Smc/12.1.6 SEP/12.1.6168.6000, MID/{0A1B2C3D-0011-2233-4455-66778899AABB}, SID/12 SEQ/2",
    },
    [{ value: "Smc/12.1.6 SEP/12.1.6168.6000" }],
  ],
  [
    {
      recontype: "HTTP_CLIENT_HEADER",
      source: "USER-AGENT",
      value: "iu2/Fz93dXwnBYlKGGeETzyyaeZ+G3pNAAAAAAAAAAAAAAAA",
    },
    [{ value: "SymantecRandomUserAgent" }],
  ],
  [
    { recontype: "HTTP_CLIENT_HEADER", source: "AUTHORIZATION", value: "Basic YWRtaW46czNjcjpldA==" },
    [{ infos: { username: "admin", password: "s3cr:et" } }],
  ],
  [
    {
      recontype: "HTTP_CLIENT_HEADER_SERVER",
      source: "AUTHORIZATION",
      value:
        'Digest username="bob", realm="a, \\"b\\"", nonce="deadbeef", uri="/?realm=x", response="0011", algorithm=MD5, qop=auth, nc=00000001',
    },
    [
      {
        value: 'Digest username="bob",realm="a, \\"b\\"",algorithm=MD5,qop=auth',
        infos: { username: "bob", realm: 'a, "b"', algorithm: "MD5", qop: "auth" },
      },
    ],
  ],
  [
    { recontype: "HTTP_CLIENT_HEADER", source: "AUTHORIZATION", value: "Negotiate YIIabc" },
    [{ value: "Negotiate" }],
  ],
  [
    { recontype: "HTTP_CLIENT_HEADER", source: "AUTHORIZATION", value: "OAuth realm=x" },
    [{ value: "OAuth" }],
  ],
  [
    { recontype: "HTTP_CLIENT_HEADER", source: "AUTHORIZATION", value: "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x" },
    [{}],
  ],
  [
    { recontype: "HTTP_CLIENT_HEADER", source: "AUTHORIZATION", value: `NTLM ${NEGOTIATE}` },
    [
      { value: "" },
      {
        recontype: "NTLM_CLIENT_FLAGS",
        value: "ntlm-fingerprint:0xa2088207",
        infos: { "ntlm-fingerprint": "0xa2088207" },
      },
    ],
  ],
  [
    {
      recontype: "HTTP_CLIENT_HEADER_SERVER",
      source: "PROXY-AUTHORIZATION",
      value: `Negotiate ${AUTHENTICATE}`,
    },
    [
      {
        value:
          "NetBIOS_Domain_Name:Q09SUA==,User_Name:YWxpY2U=,Workstation:UEMx,Product_Version:MTAuMC4xOTA0MQ==,NTLM_Version:15",
        infos: {
          NetBIOS_Domain_Name: "CORP",
          User_Name: "alice",
          Workstation: "PC1",
          Product_Version: "10.0.19041",
          NTLM_Version: "15",
        },
      },
      {
        recontype: "NTLM_CLIENT_FLAGS",
        value: "ntlm-fingerprint:0xe2888215",
        infos: { "ntlm-fingerprint": "0xe2888215" },
      },
    ],
  ],
  [{ recontype: "HTTP_HONEYPOT_REQUEST", source: "GET-1.1-tcp/80", value: "/phpmyadmin/index.php" }, [{}]],
  [
    { recontype: "HTTP_SERVER_HEADER", source: "SERVER", value: "nginx/1.18.0 (Ubuntu)" },
    [
      {
        infos: {
          service_name: "http",
          service_product: "nginx",
          service_version: "1.18.0",
          service_extrainfo: "Ubuntu",
        },
      },
    ],
  ],
  [{ recontype: "HTTP_SERVER_HEADER", source: "X-POWERED-BY", value: "PHP/8.2" }, [{}]],
  [{ recontype: "HTTP_SERVER_HEADER", source: "WWW-AUTHENTICATE", value: 'Basic realm="Router"' }, [{}]],
  [{ recontype: "HTTP_SERVER_HEADER", source: "WWW-AUTHENTICATE", value: "NTLM" }, [{}]],
  [
    {
      recontype: "HTTP_SERVER_HEADER",
      source: "WWW-AUTHENTICATE",
      value: 'Digest realm="cam", nonce="aa", qop="auth"',
    },
    [{ value: 'Digest realm="cam",qop="auth"', infos: { realm: "cam", qop: "auth" } }],
  ],
  [
    { recontype: "HTTP_SERVER_HEADER", source: "WWW-AUTHENTICATE", value: `NTLM ${CHALLENGE}` },
    [
      { value: CHALLENGE_VALUE, infos: CHALLENGE_INFOS },
      {
        recontype: "NTLM_SERVER_FLAGS",
        value: "ntlm-fingerprint:0xe2898215",
        infos: { "ntlm-fingerprint": "0xe2898215" },
      },
    ],
  ],
  [{ recontype: "MAC_ADDRESS", source: "ARP_REPLY_SRC", value: "00:00:5e:00:53:01" }, [{}]],
  [
    { recontype: "NTLM_NEGOTIATE", source: "tcp-SMB", value: "Workstation:UEMx,ntlm-fingerprint:0xe2088297" },
    [
      { value: "Workstation:UEMx", infos: { Workstation: "PC1" } },
      {
        recontype: "NTLM_CLIENT_FLAGS",
        value: "ntlm-fingerprint:0xe2088297",
        infos: { "ntlm-fingerprint": "0xe2088297" },
      },
    ],
  ],
  [
    { recontype: "NTLM_CHALLENGE", source: "tcp-SMB", value: `${CHALLENGE_VALUE},Protocol:U01CMg==` },
    [{ infos: { ...CHALLENGE_INFOS, Protocol: "SMB2" } }],
  ],
  [
    { recontype: "NTLM_AUTHENTICATE", source: "tcp-SMB", value: "User_Name:YWxpY2U=" },
    [{ infos: { User_Name: "alice" } }],
  ],
  [
    { recontype: "NTLM_CLIENT_FLAGS", source: "tcp-SMB", value: "ntlm-fingerprint:0xe2088297" },
    [{ infos: { "ntlm-fingerprint": "0xe2088297" } }],
  ],
  [
    { recontype: "NTLM_SERVER_FLAGS", source: "tcp-SMB", value: "ntlm-fingerprint:0xe2898215" },
    [{ infos: { "ntlm-fingerprint": "0xe2898215" } }],
  ],
  [{ recontype: "OPEN_PORT", source: "TCP", value: "tcp/25" }, [{}]],
  [
    { recontype: "P0FV3_SYN", source: "P0FV3", value: "4:64+0:0:1460:mss*20,7:mss,sok,ts,nop,ws:df,id+:0" },
    [{}],
  ],
  [{ recontype: "P0FV3_SYN+ACK", source: "P0FV3", value: "4:64+0:0:1460:65535,6:mss,nop,ws:df:0" }, [{}]],
  [
    {
      recontype: "SMB",
      source: "tcp-SMB",
      value: "os:V2luZG93cw==,lanmanager:V2luZG93cyA2LjE=,domain:Q09SUA==,is_guest:true",
    },
    [{ infos: { os: "Windows", lanmanager: "Windows 6.1", domain: "CORP", is_guest: true } }],
  ],
  [
    { recontype: "SSH_CLIENT", value: "SSH-2.0-PUTTY" },
    [{ infos: { service_name: "ssh", service_extrainfo: "protocol 2.0" } }],
  ],
  [
    { recontype: "SSH_SERVER", value: "SSH-2.0-dropbear_2019.78" },
    [
      {
        infos: {
          service_name: "ssh",
          service_product: "Dropbear sshd",
          service_version: "2019.78",
          service_extrainfo: "protocol 2.0",
        },
      },
    ],
  ],
  [
    {
      recontype: "SSH_CLIENT_ALGOS",
      source: "kex_algorithms",
      value: "curve25519-sha256,ecdh-sha2-nistp256",
    },
    [{ value: "curve25519-sha256 ecdh-sha2-nistp256" }],
  ],
  [{ recontype: "SSH_SERVER_ALGOS", source: "mac_algorithms", value: "hmac-sha2-256 hmac-sha1" }, [{}]],
  [
    { recontype: "SSH_CLIENT_HASSH", source: "hassh-v1.1", value: HASSH },
    [
      {
        value: "19a5d08d20a78d246ef3375b8ba6d27a",
        infos: {
          raw: HASSH,
          sha1: "a40150e5295f6139d42b9d34ba06bd6b8b9cba92",
          sha256: "b5d4d05e2071cad7d380c539bb82aab54e6f5586b045a98f12b2f976116a05e5",
        },
      },
    ],
  ],
  [
    { recontype: "SSH_SERVER_HASSH", source: "hassh-v1.1", value: "19A5D08D20A78D246EF3375B8BA6D27A" },
    [{ value: "19a5d08d20a78d246ef3375b8ba6d27a" }],
  ],
  [
    { recontype: "SSH_SERVER_HOSTKEY", source: "SSHv2", value: ED25519_KEY },
    [
      {
        infos: {
          algo: "ssh-ed25519",
          bits: 256,
          md5: "ef8d08fad7cf2d356d43a3f24c5e6fd6",
          sha1: "",
          sha256: Buffer.from("Sc4vYybnFjdI/c+yBEl4QXHRMZkXhHXiu+hxhU+sOJU", "base64").toString("hex"),
        },
      },
    ],
  ],
  [
    { recontype: "SSL_CLIENT", source: "ja3", value: CLIENT_JA3 },
    [
      {
        value: "7472e8de70b77db023daeaad5d799b36",
        infos: {
          raw: CLIENT_JA3,
          sha1: "de66795df138a07c61cad10111ec113b90a25278",
          sha256: "47274c467407a116bf7b9e5c27d39c1271a7a266dc448d573d22e489251ebf85",
        },
      },
    ],
  ],
  [
    {
      recontype: "SSL_CLIENT",
      source: "ja4",
      value: "t10i120300_0004,0005,000a,0013,002f,0032,0035,0038,c009,c00a,c013,c014_000a,000b,ff01",
    },
    [
      {
        value: "t10i120300_d94e65cdb899_f8ec56bc740a",
        infos: {
          ja4_a: "t10i120300",
          ja4_b: "d94e65cdb899",
          ja4_c: "f8ec56bc740a",
          ja4_b_raw: "0004,0005,000a,0013,002f,0032,0035,0038,c009,c00a,c013,c014",
          ja4_c1_raw: "000a,000b,ff01",
          ja4_c2_raw: "",
        },
      },
    ],
  ],
  [
    { recontype: "SSL_CLIENT", source: "ja4", value: "t10i120300_d94e65cdb899_f8ec56bc740a" },
    [{ infos: { ja4_a: "t10i120300", ja4_b: "d94e65cdb899", ja4_c: "f8ec56bc740a" } }],
  ],
  [
    { recontype: "SSL_SERVER", source: `ja3-${CLIENT_JA3}`, value: "769,47,65281" },
    [
      {
        source: "ja3-7472e8de70b77db023daeaad5d799b36",
        value: "4192c0a946c5bd9b544b4656d9f624a4",
        infos: {
          raw: "769,47,65281",
          sha1: "b84c98e39d5a52f9d76e61adaac131dd9b9d6c6d",
          sha256: "d088bd1831e79c4333982dbf9921aa7ea011eb87df52391e59d4b56f466fc4e9",
          client: {
            raw: CLIENT_JA3,
            sha1: "de66795df138a07c61cad10111ec113b90a25278",
            sha256: "47274c467407a116bf7b9e5c27d39c1271a7a266dc448d573d22e489251ebf85",
          },
        },
      },
    ],
  ],
  [
    {
      recontype: "SSL_SERVER",
      source: "ja3-7472e8de70b77db023daeaad5d799b36",
      value: "4192c0a946c5bd9b544b4656d9f624a4",
    },
    [{}],
  ],
  // What other sensors say of TLS is text, not base64, however much it looks like it.
  [{ recontype: "SSL_SERVER", source: "sni", value: "abcd" }, [{}]],
  [{ recontype: "SSL_SERVER", source: "cert-subject", value: "CN=A B-----BEGIN X-----" }, [{}]],
  [
    { recontype: "STUN_HONEYPOT_REQUEST", source: "udp/3478", value: "\0\x01\0\0" },
    [{ value: "\\x00\\x01\\x00\\x00" }],
  ],
  [
    { recontype: "TCP_CLIENT_BANNER", source: "tcp/80", value: "GET / HTTP/1.0\\x0d\\x0a\\x0d\\x0a" },
    [
      {
        infos: {
          service_name: "scanner",
          service_product: "Nmap",
          service_extrainfo: "probe TCP GetRequest",
        },
      },
    ],
  ],
  [
    {
      recontype: "TCP_CLIENT_BANNER",
      source: "tcp/8080",
      value: "GET / HTTP/1.1\\x0d\\x0aUser-Agent: Mozilla/5.0 zgrab/0.x\\x0d\\x0a\\x0d\\x0a",
    },
    [{ infos: { service_name: "scanner", service_product: "Zgrab" } }],
  ],
  [{ recontype: "TCP_HONEYPOT_HIT", source: "tcp/23", value: "" }, [{}]],
  [
    { recontype: "UDP_HONEYPOT_HIT", source: "udp/53", value: `\\x00\\x00\\x10${"\\x00".repeat(9)}` },
    [
      {
        infos: {
          service_name: "scanner",
          service_product: "Nmap",
          service_extrainfo: "probe UDP DNSStatusRequest",
        },
      },
    ],
  ],
  [
    { recontype: "TCP_SERVER_BANNER", value: "220 (vsFTPd 3.0.3)\r\n" },
    [
      {
        value: "220 (vsFTPd 3.0.3)\\x0d\\x0a",
        infos: {
          service_name: "ftp",
          service_product: "vsftpd",
          service_version: "3.0.3",
          service_ostype: "Unix",
        },
      },
    ],
  ],
  [
    {
      recontype: "TCP_SERVER_BANNER",
      value: `J\\x00\\x00\\x00\\x0a5.7.33\\x00\\x07\\x00\\x00\\x00aaaaaaaa\\x00${MYSQL_REST}bbbbbbbbbbbb\\x00mysql_native_password\\x00`,
    },
    [
      {
        value: `J\\x00\\x00\\x00\\n5.7.33${"\\x00".repeat(14)}${MYSQL_REST}${"\\x00".repeat(13)}mysql_native_password\\x00`,
        infos: { service_name: "mysql", service_product: "MySQL", service_version: "5.7.33" },
      },
    ],
  ],
];

describe("what is stored of", () => {
  for (const [said, stored] of EXAMPLES) {
    test(`${said.recontype} ${said.source ?? ""} ${JSON.stringify(said.value.slice(0, 50))}`, () => {
      const records = normalise(observed(said));
      const told = records.map((record) => {
        const infos = infosOf(record, "builtin");
        const { infos: _, ...rest } = record;
        return { ...rest, infos };
      });
      expect(told).toEqual(
        stored.map(({ addr, infos, ...changed }) => {
          const { infos: _, ...rest } = observed({ ...said, ...changed }, addr);
          return { ...rest, infos: infos === undefined ? undefined : { ...infos, ...hashOf(infos, said) } };
        }),
      );
    });
  }

  test("a certificate, with or without PEM lines", () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${ED25519.replace(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`;
    for (const value of [ED25519, pem]) {
      const [record, ...more] = normalise(observed({ recontype: "SSL_SERVER", source: "cert", value }));
      expect(more).toEqual([]);
      expect(record!.value).toBe(ED25519);
      expect(infosOf(record!)).toMatchObject({ subject_text: "commonName=key.example.com", version: 0 });
      expect(infosOf(record!)).not.toHaveProperty("pem");
    }
  });

  test("an answer of a block list about an IPv6 address", () => {
    const labels = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2";
    const said = { recontype: "DNS_ANSWER", source: "A-192.0.2.53-53", value: `${labels}.zen.spamhaus.org.` };
    const [record] = normalise(observed(said, "127.0.0.2"));
    expect(record).toMatchObject({
      recontype: "DNS_BLACKLIST",
      addr: parseAddress("2001:db8::1")!,
      value: "127.0.0.2",
    });
  });

  test("what brings its infos is left alone", () => {
    const infos = { service_name: "http" };
    expect(infosOf({ ...observed({ recontype: "SSH_SERVER", value: "SSH-2.0-x" }), infos })).toBe(infos);
  });

  test("every recontype is here", () => {
    const missing = RECONTYPES.filter((type) => !EXAMPLES.some(([{ recontype }]) => recontype === type));
    expect(missing).toEqual([]);
  });
});

/** The one hash that ssh-keygen does not print. */
function hashOf(infos: Infos, said: Said): Infos {
  return infos.sha1 === ""
    ? { sha1: new Bun.CryptoHasher("sha1").update(Buffer.from(said.value, "base64")).digest("hex") }
    : {};
}
