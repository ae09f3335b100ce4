import { describe, expect, test } from "bun:test";
import { DEFAULT_FEED_LIMITS } from "../../../src/feeds/parse/limits.ts";
import { readSource } from "../../../src/feeds/parse/read-source.ts";
import { parseSteps, STEPS } from "../../../src/feeds/parse/steps.ts";
import { pieces, ranges } from "./read-fixture.ts";

/** What the steps make of a body, and why lines were skipped. */
async function run(steps: string[], body: string | Uint8Array, size?: number): Promise<string[]> {
  const list = await readSource(pieces(body, size), parseSteps(steps), "x");
  const singles = ranges(list).map((range) => {
    const [lo, hi] = range.split("-");
    return lo === hi ? lo! : range;
  });
  return [...singles, ...[...list.skipped].map(([reason, count]) => `${reason} ${count}`)];
}

const A = "192.0.2.1";
const B = "198.51.100.2";

describe("steps", () => {
  const EXAMPLES: [string[], string, string[]][] = [
    [[], `${A}\n`, [A]],
    [["comments"], `# x\n\n${A} # y\n`, [A]],
    [["comments_semicolon"], `; x\n${A} ; SBL1\n# z\n`, [A]],
    [["split_comma"], `${A}, ${B},\nx.example`, [A, B, "host_name 1"]],
    [["first_column"], `  ${A} x y\n\n`, [A]],
    [["column 2"], `x\t${A}\ny\n${B}`, [A, B, "other 1"]],
    [["comments", "csv_column 1"], `# "a","b"\n"${A}","x"\n${B},y`, [A, B]],
    [["csv_column 2"], `"x, ""y""",${A}\nz\n"open,${B}\n`, [A, "other 2"]],
    [
      ["csv_range 1 2"],
      `${A},192.0.2.9,x\n"192.0.2.20","192.0.2.21"\nx`,
      [`${A}-192.0.2.9`, "192.0.2.20-192.0.2.21", "other 1"],
    ],
    [["semicolon_column 1"], `${A};x\n`, [A]],
    [["comments", "pipe_column 3"], `64500 | EXAMPLE | ${A} | x\n`, [A]],
    [["comments", "colon_column 2"], `x: ${A}:80\n`, [A]],
    [["extract_ipv4"], `<td>${A}/24</td>${B}:80`, [A, B]],
    [["extract_ipv4_cidr"], "route 192.0.2.0/24;", ["192.0.2.0-192.0.2.255"]],
    [["extract_cidr"], `${A} 2001:db8::/127`, [A, "2001:db8::-2001:db8::1"]],
    [
      ["strip_port"],
      `${A}:80\n[2001:db8::1]:80\n2001:db8::2\n[2001:db8::3]\n`,
      [A, "2001:db8::1", "2001:db8::2", "2001:db8::3"],
    ],
    [
      ["json_path list[*]"],
      `{"list":["${A}","x.example",7,null,["${B}"]]}`,
      [A, "host_name 1", "not_text 3"],
    ],
    [
      ["json_path p[region^=us-gov-].ip | p[service=EC2].ip6[*] | none.there"],
      `{"p":[{"region":"us-gov-1","ip":"${A}"},{"region":"eu","ip":"${B}"},{"service":"EC2","ip6":["2001:db8::1"]},3]}`,
      [A, "2001:db8::1"],
    ],
    [["json_path [*].ips[*]"], `[{"ips":["${A}"]},{"ips":"${B}"},{}]`, [A]],
    [
      ["json_path relays[*].or_addresses[*]", "strip_port"],
      `{"relays":[{"or_addresses":["${A}:9001","[2001:db8::1]:9"]}]}`,
      [A, "2001:db8::1"],
    ],
    [["json_path a.toString | __proto__.x | constructor.name | list[*].ip"], '{"list":[]}', []],
    [["json_path list[*].ip"], '{"list":[{"ip":null}]}', ["not_text 1"]],
    [
      ["json_lines cidr"],
      `{"cidr":"${A}"}\n{"x":1}\n\nnot json\n{"cidr":null}`,
      [A, "other 1", "not_text 1"],
    ],
    [
      ["comments", "dshield"],
      "# x\nStart\tEnd\n192.0.2.0\t192.0.2.255\t24\t11\n",
      ["192.0.2.0-192.0.2.255", "other 1"],
    ],
    [["p2p"], `Some: one:${A}-192.0.2.9\n\nx`, [`${A}-192.0.2.9`, "other 1"]],
    [["tor_exits"], `ExitNode 0011\nPublished 2026-01-01\nExitAddress ${A} 2026-01-01 00:00:00\n`, [A]],
    [
      ["rss_title"],
      `<rss><title>7 new on 203.0.113.9</title><item><x/><title><![CDATA[${A} | D]]></title></item><items/><item >\n<title lang="a">of ${B}</title></item><item><title>none</title></item>`,
      [A, B],
    ],
    [
      ["snort"],
      `# x\nalert ip [${A},192.0.2.0/24] any -> $HOME_NET any (msg:"203.0.113.1";)\nalert tcp $EXTERNAL_NET any -> any any\nalert ip ${B} any -> $HOME_NET any\ndrop ip 203.0.113.3 any -> any any`,
      [A, "192.0.2.0-192.0.2.255", B],
    ],
    [
      ["pix_deny"],
      `access-list x deny ip host ${A} any\naccess-list x deny ip 192.0.2.0 255.255.255.0 any\naccess-list x deny ip 198.51.100.0 0.0.0.255 any\naccess-list x deny ip 203.0.113.1 0.0.0.0 any\naccess-list x deny ip 203.0.113.2 255.255.255.255 any\naccess-list x permit ip any any\naccess-list x deny ip any any\n!`,
      [A, "192.0.2.0-192.0.2.255", "198.51.100.0-198.51.100.255", "203.0.113.1", "203.0.113.2"],
    ],
    [
      ["apache_deny"],
      `order allow,deny\nDeny from ${A} 198.51.100.0/24 # x\n deny from all\nallow from ${B}`,
      [A, "198.51.100.0-198.51.100.255"],
    ],
  ];

  test.each(EXAMPLES)("%p", async (steps, body, expected) => {
    expect(await run(steps, body)).toEqual(expected);
    expect(await run(steps, body.replaceAll("\n", "\r\n"), 3)).toEqual(expected);
  });

  test("every one is tried", () => {
    const tried = new Set(EXAMPLES.flatMap(([steps]) => steps.map((step) => step.split(" ")[0]!)));
    const others = ["gunzip", "unzip", "hostnames"];
    expect([...tried, ...others].sort()).toEqual(Object.keys(STEPS).sort());
  });

  test("gunzip, of data that is packed or not", async () => {
    expect(await run(["gunzip", "p2p"], Bun.gzipSync(Buffer.from(`x:${A}-${A}\n`)))).toEqual([A]);
    expect(await run(["gunzip"], `${A}\n`)).toEqual([A]);
    const cut = Bun.gzipSync(Buffer.from(`${A}\n`.repeat(1000))).slice(0, 30);
    await expect(run(["gunzip"], cut)).rejects.toThrow("x: the gzip data ends early.");
  });

  test("host names are refused", async () => {
    await expect(run(["hostnames"], "a.example")).rejects.toThrow(
      "x: its source holds host names, and gadwall resolves none.",
    );
  });
});

describe("steps that are none", () => {
  test.each([
    ["regex x", 'there is no step "regex".'],
    ["csv_colum 1", 'there is no step "csv_colum". Did you mean csv_column'],
    ["constructor", 'there is no step "constructor".'],
    ["csv_column", "the step csv_column needs a column number from 1 to 99 after it"],
    ["csv_column 0", "needs a column number"],
    ["csv_column 1e3", "needs a column number"],
    ["csv_range 1", "needs two column numbers"],
    ["comments 1", "the step comments takes nothing after it."],
    ["json_path a..b", "needs a path"],
    ["json_path .a", "needs a path"],
    ["json_path a[*]b", "needs a path"],
    ["json_path a[(b+)+]", "needs a path"],
    ["json_lines a.b", "needs the name of a member"],
  ])("%p", (step, message) => expect(() => parseSteps([step])).toThrow(message));

  test.each([
    [["comments", "gunzip"], "the step gunzip cannot come after comments."],
    [["comments", "json_path a"], "the step json_path a cannot come after comments."],
    [["json_path a", "json_path b"], "the step json_path b cannot come after json_path a."],
  ])("%p", (steps, message) => expect(() => parseSteps(steps)).toThrow(message));
});

describe("bodies that are not what they should be", () => {
  test.each([
    ["not JSON", "<html>no</html>"],
    ["cut off", '{"list":["192.0.2.1"'],
    ["nested too deep", "[".repeat(500_000)],
  ])("JSON that is %s", async (_, body) => {
    await expect(run(["json_path list[*]"], body)).rejects.toThrow("x: this is not JSON");
  });

  test.each([
    ["an object", '{"data":[{"ip":"192.0.2.1"}],"\\u001b":1}', "the top of which has data, \ufffd"],
    ["a list", '[{"ip":"192.0.2.1"}]', "the top of which is a list"],
    ["nothing", "{}", "the top of which is empty"],
  ])("JSON of another shape is no empty list: %s", async (_, body, top) => {
    await expect(run(["json_path list[*].ip"], body)).rejects.toThrow(
      `there is nothing at list[*].ip in this JSON, ${top}`,
    );
  });

  test("a document that is too large", async () => {
    const limits = { ...DEFAULT_FEED_LIMITS, maxDocument: 10 };
    const body = readSource(pieces('["192.0.2.1"]', 4), parseSteps(["json_path [*]"]), "x", limits);
    await expect(body).rejects.toThrow("x: more than 10 bytes");
  });

  test("lines and values that are too many", async () => {
    const limits = { ...DEFAULT_FEED_LIMITS, maxLines: 2 };
    await expect(readSource(pieces("a\nb\nc"), parseSteps(["column 1"]), "x", limits)).rejects.toThrow(
      "x: more than 2 lines",
    );
    await expect(
      readSource(pieces('["1","2","3"]'), parseSteps(["json_path [*]"]), "x", limits),
    ).rejects.toThrow("x: more than 2 lines");
  });

  test("a line that is too long", async () => {
    expect(await run(["csv_column 1"], `${A},x\n${"y".repeat(70_000)}\n${B},x`)).toEqual([A, B, "long 1"]);
  });
});
