import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { events, host, hostsOf, kinds, nmaprun, toJson } from "./read-events.ts";

const golden = join(import.meta.dir, "golden");

test("a full document gives the golden events", async () => {
  const bytes = await Bun.file(join(golden, "full.xml")).bytes();
  expect(toJson(await events(bytes))).toEqual(await Bun.file(join(golden, "full.json")).json());
});

describe("hosts", () => {
  test("a host without status counts as up, one without address is kept", async () => {
    const all = await events(nmaprun('<host><hostnames><hostname name="a.example"/></hostnames></host>'));
    expect(hostsOf(all)).toMatchObject([{ state: "up", hostnames: [{ name: "a.example" }] }]);
    expect(hostsOf(all)[0]?.addr).toBeUndefined();
  });

  test("values that are no values are left out with a warning, the rest is kept", async () => {
    const inside = host(
      '<address addr="999.1.1.1" addrtype="ipv4"/><ports><port protocol="tcp" portid="70000"><state state="open"/></port>' +
        '<port protocol="tcp" portid="22"><state state="open" reason_ttl="-5"/></port></ports>',
    );
    const all = await events(nmaprun(inside));
    expect(kinds(all).warning).toBe(3);
    expect(hostsOf(all)[0]?.ports).toEqual([{ protocol: "tcp", port: 22, state: "open", scripts: [] }]);
    expect(all.find((event) => event.kind === "warning")).toMatchObject({
      line: 4,
      byte: expect.any(Number),
    });
  });

  test("many warnings are counted, not told", async () => {
    const bad = '<port protocol="tcp" portid="x"/>'.repeat(500);
    const warnings = (await events(nmaprun(host(`<ports>${bad}</ports>`)))).filter(
      (e) => e.kind === "warning",
    );
    expect(warnings.length).toBe(51);
    expect(warnings.at(-1)?.message).toContain("450 more");
  });

  test.each([
    ['<service name="https" method="probed"/>', { name: "http", tunnel: "ssl", method: "probed" }],
    ['<service name="ssl/imap" method="probed"/>', { name: "imap", tunnel: "ssl", method: "probed" }],
    ['<service name="http" method="table" product="x"/>', undefined],
  ])("service %s", async (xml, expected) => {
    const inside = `<ports><port protocol="tcp" portid="1"><state state="open"/>${xml}</port></ports>`;
    expect(hostsOf(await events(nmaprun(host(inside))))[0]?.ports[0]?.service).toEqual(expected);
  });

  test.each([
    [' jambon.LocalDomain." ', undefined, "jambon.localdomain"],
    ["DC1", "Domain: corp.example, Site: X", "dc1.corp.example"],
    ["dc1.corp.example", "Domain: corp.example", "dc1.corp.example"],
    ["10.1.2.3", undefined, undefined],
    ["not a name", undefined, undefined],
  ])("service host name %p with %p", async (hostname, extrainfo, expected) => {
    const attributes = `hostname="${hostname.replace('" ', "")}"${extrainfo ? ` extrainfo="${extrainfo}"` : ""}`;
    const xml = `<ports><port protocol="tcp" portid="1"><state state="open"/><service name="x" method="probed" ${attributes}/></port></ports>`;
    const names = hostsOf(await events(nmaprun(host(xml))))[0]?.hostnames;
    expect(names).toEqual(expected === undefined ? [] : [{ name: expected, type: "service" }]);
  });

  test("osclass directly under os, as old versions wrote it", async () => {
    const os =
      '<os><osclass type="router" vendor="X" osfamily="Y" accuracy="90"/><osmatch name="X" accuracy="90"/></os>';
    expect(hostsOf(await events(nmaprun(host(os))))[0]?.os).toEqual({
      matches: [{ name: "X", accuracy: "90" }],
      classes: [{ type: "router", vendor: "X", osfamily: "Y", accuracy: "90" }],
    });
  });

  test("keys of script tables cannot reach a prototype", async () => {
    const script =
      '<script id="x" output="y"><table key="__proto__"><elem key="polluted">1</elem></table></script>';
    const all = await events(nmaprun(host(`<hostscript>${script}</hostscript>`)));
    const data = hostsOf(all)[0]?.ports[0]?.scripts[0]?.data;
    expect(JSON.stringify(data)).toBe('{"__proto__":{"polluted":"1"}}');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
});

test("elements inside others of the same name do not end them", async () => {
  const inside = '<host/><hostscript><script id="a" output="b"><script/><elem>c</elem></script></hostscript>';
  const hosts = hostsOf(await events(nmaprun(host(inside))));
  expect(hosts).toHaveLength(1);
  expect(hosts[0]?.ports).toMatchObject([{ port: -1, scripts: [{ id: "a", data: ["c"] }] }]);
});

describe("documents", () => {
  test("two in one file are two runs", async () => {
    const all = await events(nmaprun(host("")) + nmaprun(host("", "192.0.2.2")));
    expect(kinds(all)).toEqual({ run: 2, host: 2, runEnd: 2 });
  });

  test("reading goes on with the next document after one that was cut off", async () => {
    const cut = nmaprun(host("")).replace(/<runstats[\s\S]*/, '<host starttime="15');
    const all = await events(cut + nmaprun(host("", "192.0.2.2")));
    expect(all.map((event) => event.kind)).toEqual([
      "run",
      "host",
      "runEnd",
      "broken",
      "run",
      "host",
      "runEnd",
    ]);
    expect(all[2]).toMatchObject({ run: { finished: false } });
    expect(all[6]).toMatchObject({ run: { finished: true } });
  });

  test("a run that says it failed is not finished", async () => {
    const all = await events(nmaprun("").replace('exit="success"', 'exit="error" errormsg="no route"'));
    expect(all.at(-1)).toMatchObject({ run: { finished: false, exit: "error", errormsg: "no route" } });
  });

  test("text after the end is told", async () => {
    const all = await events(`${nmaprun(host(""))}Nmap done`);
    expect(kinds(all)).toEqual({ run: 1, host: 1, runEnd: 1, broken: 1 });
  });

  test("other roots and masscan are refused by name", async () => {
    expect(await events("<report/>")).toMatchObject([
      { kind: "broken", message: expect.stringContaining("report") },
    ]);
    const masscan = nmaprun("").replace('scanner="nmap"', 'scanner="masscan"');
    expect(await events(masscan)).toMatchObject([
      { kind: "broken", message: expect.stringContaining("masscan") },
    ]);
  });

  test.each([
    ['<!DOCTYPE nmaprun [<!ENTITY a "x">]><nmaprun args="&a;"/>'],
    ['<!DOCTYPE nmaprun [<!ENTITY a SYSTEM "file:///etc/passwd">]><nmaprun args="&a;"/>'],
    ['<nmaprun args="&a;"/>'],
    ["<nmaprun>&a;</nmaprun>"],
  ])("no entity is expanded: %s", async (xml) => {
    const all = await events(xml);
    expect(all.at(-1)?.kind).toBe("broken");
    expect(JSON.stringify(toJson(all))).not.toContain("root:");
  });
});

describe("damage", () => {
  const two = nmaprun(host("") + host("", "192.0.2.2"));

  test("the place is told in lines and bytes", async () => {
    const text = nmaprun(
      `${host('<hostnames><hostname name="café"/></hostnames>')}\n<host><oops x=1/></host>`,
    );
    const [broken] = (await events(text)).filter((event) => event.kind === "broken");
    const place = new TextEncoder().encode(text.slice(0, text.indexOf("x=1") + 3)).length;
    expect(broken).toMatchObject({ line: 5, byte: place });
  });

  test("an unclosed host is not told as a host", async () => {
    const all = await events(two.replace("</host>\n<runstats", "\n<runstats"));
    expect(kinds(all)).toEqual({ run: 1, host: 1, runEnd: 1, broken: 1 });
  });

  test("characters that XML forbids cost themselves only", async () => {
    const all = await events(
      nmaprun(`\0${host('<hostnames><hostname name="a\u0001b&#x1b;"/></hostnames>')}`),
    );
    expect(kinds(all)).toEqual({ run: 1, host: 1, runEnd: 1, warning: 2 });
    expect(hostsOf(all)[0]?.hostnames[0]?.name).toBe("a\ufffdb&#x1b;");
  });
});

describe("limits", () => {
  const deep = nmaprun(host(`<hostscript><script id="x" output="y">${"<table>".repeat(100)}`));
  test.each([
    ["--max-hosts", nmaprun(host("") + host("")), { maxHosts: 1 }],
    ["--max-depth", deep, {}],
    ["--max-attribute", nmaprun(host(`<x a="${"y".repeat(5000)}"/>`)), { maxAttribute: 1000 }],
    ["--max-attribute", nmaprun(`<!--${"y".repeat(5000)}-->`), { maxAttribute: 1000 }],
    ["--max-host-size", nmaprun(host("<x/>".repeat(5000))), { maxHostSize: 1000 }],
  ])("%s", async (option, xml, limits) => {
    for (const piece of [100, 65536]) {
      const last = (await events(xml, { limits, piece })).at(-1);
      expect(last).toMatchObject({ kind: "broken", message: expect.stringContaining(option) });
    }
  });
});

describe("encodings", () => {
  const text = nmaprun(host('<hostnames><hostname name="café–x"/></hostnames>'));
  const name = async (bytes: Uint8Array): Promise<string | undefined> =>
    hostsOf(await events(bytes, { piece: 7 }))[0]?.hostnames[0]?.name;
  const latin = (xml: string): Uint8Array =>
    Uint8Array.from(xml, (c) => (c === "–" ? 0x96 : c.charCodeAt(0)));

  test("UTF-8 with and without byte order mark", async () => {
    expect(await name(new TextEncoder().encode(text))).toBe("café–x");
    expect(await name(new TextEncoder().encode(`\ufeff${text}`))).toBe("café–x");
  });

  test.each([true, false])("UTF-16, little endian %p", async (little) => {
    const bytes = new Uint8Array((text.length + 1) * 2);
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0xfeff, little);
    for (let i = 0; i < text.length; i++) view.setUint16(2 + i * 2, text.charCodeAt(i), little);
    expect(await name(bytes)).toBe("café–x");
  });

  test("Latin-1 declared is read as windows-1252", async () => {
    const declared = text.replace('version="1.0"', 'version="1.0" encoding="ISO-8859-1"');
    expect(await name(latin(declared))).toBe("café–x");
  });

  test("8-bit bytes in what should be UTF-8 lose nothing, and are told", async () => {
    const bytes = latin(text);
    expect(await name(bytes)).toBe("café–x");
    expect((await events(bytes)).at(-1)).toMatchObject({
      kind: "warning",
      message: expect.stringContaining("2 bytes"),
    });
  });
});
