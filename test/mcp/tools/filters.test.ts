import { beforeAll, describe, expect, test } from "bun:test";
import type { Reader } from "../../../src/mcp/call.ts";
import { call, world } from "../world.ts";

let store: Reader;
beforeAll(async () => {
  store = await world();
});

async function token(name: string, args: Record<string, unknown>): Promise<string> {
  const { texts, structured, isError } = await call(store, name, { purpose: "view", ...args });
  expect({ texts, isError }).toEqual({ texts: [structured?.result as string], isError: false });
  return texts[0]!;
}

async function hosts(flt: string): Promise<string[]> {
  const { structured } = await call(store, "distinct", { purpose: "view", field: "addr", flt });
  return structured?.result as string[];
}

const A = "192.0.2.10";
const B = "192.0.2.11";
const C = "198.51.100.7";

describe("each builder lets through what it says", () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ["searchnet", { net: "192.0.2.0/24" }, [A, B]],
    ["searchhost", { host: B }, [B]],
    ["searchhostname", { hostname: "/^www\\./" }, [A]],
    ["searchdomain", { domain: "example.com" }, [A]],
    ["searchport", { port: 443 }, []],
    ["searchport", { port: "22" }, [A, C]],
    ["searchservice", { service: "https" }, [A]],
    ["searchservice", { service: "ssh", port: 80 }, []],
    ["searchproduct", { product: "/^open/i", version: null }, [A]],
    ["searchdevicetype", { devtype: "router" }, []],
    ["searchcountry", { country: "de,fr" }, [A, B]],
    ["searchasnum", { asnum: "AS64500" }, [C]],
    ["searchasnum", { asnum: "example" }, [C]],
    ["searchos", { os_name: "Linux" }, []],
    ["searchscript", { name: "http-title", output: "/ignore/i" }, [A]],
    ["searchcve", { cve: "CVE-2021-44228" }, [B]],
    ["searchcategory", { category: "DEMO" }, [A]],
    ["searchtag", { tag: "Vulnerable", info: "2021" }, [B]],
    ["searchtag", {}, [B]],
  ])("%s %j", async (name, args, expected) => {
    expect(await hosts(await token(name, args))).toEqual(expected);
  });
});

describe("combining", () => {
  test("and, or, not, empty", async () => {
    const ssh = await token("searchservice", { service: "ssh" });
    const net = await token("searchnet", { net: "192.0.2.0/24" });
    expect(await hosts(await token("flt_and", { flt1: ssh, flt2: net }))).toEqual([A]);
    expect(await hosts(await token("flt_or", { flt1: ssh, flt2: net }))).toEqual([A, B, C]);
    expect(await hosts(await token("flt_not", { flt: ssh }))).toEqual([B]);
    expect(await hosts(await token("flt_empty", {}))).toEqual([A, B, C]);
  });

  test("nothing to combine with changes nothing", async () => {
    const ssh = await token("searchservice", { service: "ssh" });
    const every = await token("flt_empty", {});
    expect(await token("flt_and", { flt1: ssh, flt2: every })).toBe(ssh);
  });
});

describe("passive", () => {
  test("filters can be built", async () => {
    const { isError, texts } = await call(store, "searchrecontype", {
      purpose: "passive",
      recontype: "DNS_ANSWER",
    });
    expect(isError).toBe(false);
    const both = await call(store, "flt_and", { purpose: "passive", flt1: texts[0], flt2: texts[0] });
    expect(both.isError).toBe(false);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["searchhostname", { hostname: "shop.example.com" }, [B]],
    ["searchdomain", { domain: "example.com" }, [A, B]],
    ["searchport", { port: 22 }, [C]],
    ["searchservice", { service: "ssh" }, [C]],
    ["searchrecontype", { recontype: "/^SSH_/" }, [C]],
    ["searchsensor", { sensor: "lan" }, [A, B, C]],
    ["searchcountry", { country: "DE" }, []],
  ])("%s %j", async (name, args, expected) => {
    const { texts } = await call(store, name, { purpose: "passive", ...args });
    const { structured } = await call(store, "distinct", {
      purpose: "passive",
      field: "addr",
      flt: texts[0],
    });
    expect(structured?.result).toEqual(expected);
  });

  test("what has no meaning for a purpose is refused when it is built", async () => {
    const sensor = await call(store, "searchsensor", { purpose: "passive", sensor: "lan" });
    const joined = await call(store, "flt_not", { purpose: "view", flt: sensor.texts[0] });
    expect(joined).toMatchObject({ isError: true, texts: [expect.stringContaining("passive")] });
    expect(await call(store, "searchport", { purpose: "passive", port: 53, protocol: "udp" })).toMatchObject({
      isError: true,
    });
  });
});

test("a broken token is told apart", async () => {
  const good = await token("searchservice", { service: "ssh" });
  for (const flt of ["not a token", good.slice(0, -1), `${good}x`, "AAAA", "x".repeat(200_000)]) {
    const { isError, texts, structured } = await call(store, "flt_not", { purpose: "view", flt });
    expect({ isError, structured, count: texts.length }).toEqual({
      isError: true,
      structured: undefined,
      count: 1,
    });
    expect(texts[0]!.length).toBeLessThan(300);
  }
});
