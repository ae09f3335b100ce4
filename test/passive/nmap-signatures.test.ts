import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedSignatures, matchAnswer, nmapSignatures } from "../../src/passive/nmap-signatures.ts";
import { translate } from "../../src/passive/pcre.ts";

/** In the form of nmap-service-probes, of our own writing. */
const FILE = String.raw`# comment
Exclude T:9100-9107
match lost m|^before any probe|
Probe TCP NULL q||
totalwaitms 6000
match demo m|^DEMO/([\d.]+) on (\w+)\r\n| p/Demo $2/ v/$1/ i|a/b| h/$3/ o/Unix/ d/router/ cpe:/a:demo:demo:$1/ cpe:/o:demo:os/a
match demo m=^DEMO at (.)(.)\n= p/$P(1)x/ v/$I(2,">")/
match demo m%^under_score ([\w_]+)$% v/$SUBST(1,"_",".")/
match ssl/demo m|^secret|i p/Demo/
match either m/^one(two)?$|^three/ p/Either/ i/$1/
softmatch first m|^DEMO.*|s i/soft/
softmatch second m|^DEMO|
match broken m|^(unclosed|
Probe TCP GetRequest q|GET / HTTP/1.0\r\n\r\n|
match http m|^HTTP/1\.[01] \d\d\d (?:[^\r\n]*\r\n(?!\r\n))*?Server: Demo\r\n|s p/Demo httpd/
Probe TCP Other q|x|
fallback GetRequest
match other m|^OTHER$| p/Other/
`;
const SIGNATURES = nmapSignatures(FILE);

function banner(text: string) {
  return matchAnswer(SIGNATURES, "NULL", text);
}

describe("signatures", () => {
  test("fill their fields; a field whose group took no part is left out", () => {
    expect(banner("DEMO/1.2 on host\r\n")).toEqual({
      service: {
        name: "demo",
        product: "Demo host",
        version: "1.2",
        extrainfo: "a/b",
        ostype: "Unix",
        devicetype: "router",
      },
      cpes: ["cpe:/a:demo:demo:1.2", "cpe:/o:demo:os"],
    });
    expect(banner("one")?.service).toEqual({ name: "either", product: "Either" });
  });

  test("match at the end of what was seen although the line end is missing", () => {
    expect(banner("DEMO/1.2 on host")?.service.version).toBe("1.2");
    expect(banner("DEMO/1.2 on host!")?.service.name).toBe("first");
  });

  test("substitute", () => {
    expect(banner("DEMO at \x01\x02\n")?.service).toEqual({ name: "demo", product: "x", version: "2" });
    expect(banner("under_score 1_2_3")?.service.version).toBe("1.2.3");
  });

  test("tell services inside TLS", () => {
    expect(banner("SECRET")?.service).toEqual({ name: "demo", tunnel: "ssl", product: "Demo" });
  });

  test("know alternatives at the top", () => {
    expect(banner("three")?.service.name).toBe("either");
  });

  test("prefer an exact match of a fallback to a soft one", () => {
    expect(matchAnswer(SIGNATURES, "Other", "HTTP/1.1 200 OK\r\nServer: Demo\r\n")?.service.product).toBe(
      "Demo httpd",
    );
    expect(matchAnswer(SIGNATURES, "Other", "DEMO/1.2 on host\r\n")?.service.name).toBe("demo");
    expect(matchAnswer(SIGNATURES, "Other", "OTHER")?.service.name).toBe("other");
  });

  test("know probes and what they send", () => {
    expect(SIGNATURES.probes.map(({ name, payload, fallback }) => [name, payload, fallback])).toEqual([
      ["NULL", "", []],
      ["GetRequest", "GET / HTTP/1.0\r\n\r\n", []],
      ["Other", "x", ["GetRequest"]],
    ]);
  });

  test("that cannot be compiled are left out", () => {
    expect(banner("unclosed")).toBeNull();
  });

  test("that take exponential time are left out", () => {
    const signatures = nmapSignatures("Probe TCP NULL q||\nmatch slow m|^a([\\w.]+)+!| p/Slow/\n");
    expect(matchAnswer(signatures, "NULL", "a!!")).toBeNull();
    expect(matchAnswer(signatures, "NULL", `a${"b".repeat(4000)}!`)).toBeNull();
  });
});

test("signatures are read from the folder that is named, and from no other", () => {
  const folder = mkdtempSync(join(tmpdir(), "gadwall-nmap-"));
  try {
    expect(installedSignatures(join(folder, "none"))).toBeNull();
    writeFileSync(join(folder, "nmap-service-probes"), FILE, "latin1");
    expect(installedSignatures(folder)?.probes).toHaveLength(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("a pattern of PCRE", () => {
  const matches = (pattern: string, text: string, flags = "") => {
    const { source, flags: own, literal } = translate(pattern, flags);
    const matched = new RegExp(source, own).test(text);
    if (matched) expect(own === "i" ? text.toLowerCase() : text).toContain(literal);
    return matched;
  };

  test("means the same in JavaScript", () => {
    expect(matches("^a.b$", "a\rb")).toBe(true);
    expect(matches("^a.b$", "a\nb")).toBe(false);
    expect(matches("^a.b$", "a\nb", "s")).toBe(true);
    expect(matches("^ab$", "ab\n")).toBe(true);
    expect(matches("^[]x]+$", "]x")).toBe(true);
    expect(matches("^[^]x]$", "]")).toBe(false);
    expect(matches("^[[:alpha:][]+$", "ab[")).toBe(true);
    expect(matches("^\\s$", "\xa0")).toBe(false);
    expect(matches("^[\\s]$", "\t")).toBe(true);
    expect(matches("^\\0\\012\\x9\\a$", "\0\n\x09\x07")).toBe(true);
    expect(matches("^a++b?+c{2}$", "aabcc")).toBe(true);
    expect(matches("^(?>ab)c$", "abc")).toBe(true);
    expect(matches("^{a}/]$", "{a}/]")).toBe(true);
    expect(matches("^(.)x\\1$", "axa")).toBe(true);
    expect(matches("HELLO there", "hello THERE", "i")).toBe(true);
  });

  test("is tried only where a text that it demands is", () => {
    expect(translate("^HTTP/1\\.[01] \\d+ .*\\r\\nServer: Demo/([\\d.]+)", "").literal).toBe(
      "\r\nServer: Demo/",
    );
    expect(translate("^abc?d+e", "").literal).toBe("ab");
    expect(translate("^longer|short", "").literal).toBe("");
    expect(translate("^(?:maybe)?x", "").literal).toBe("x");
  });
});

describe.skipIf(installedSignatures() === null)("the installed nmap", () => {
  test("has patterns that all can be used, but for a handful", () => {
    const patterns = installedSignatures()!.probes.flatMap(({ matches }) => matches);
    const unusable = patterns.filter(({ pattern, flags }) => {
      const translated = translate(pattern, flags);
      try {
        return !new RegExp(translated.source, translated.flags);
      } catch {
        return true;
      }
    });
    expect(patterns.length).toBeGreaterThan(1000);
    expect(unusable.map(({ pattern }) => pattern)).toEqual([]);
  });
});
