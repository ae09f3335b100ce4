import { expect, test } from "bun:test";
import { PURPOSES } from "../../src/model/purpose.ts";
import { rawField, topField } from "../../src/query/field.ts";
import { synonym } from "../../src/query/synonyms.ts";

function refusal(ask: () => unknown): string {
  try {
    ask();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("was not refused");
}

test.each([
  ["product", 'Did you mean ports.service_product? topvalues takes "product" as it is.'],
  ["country", 'Did you mean infos.country_code? topvalues takes "country" as it is.'],
  ["hostname", "Did you mean hostnames.name?"],
  ["MAC", "Did you mean addresses.mac?"],
  ["ip", "Did you mean addr?"],
  ["as", 'Did you mean infos.as_num? topvalues takes "as" as it is.'],
  ["asn", "Did you mean infos.as_num?"],
  ["cve", "Did you mean ports.scripts.vulns.id?"],
  ["title", "Did you mean ports.scripts.http-title.title?"],
  ["ports.product", "Did you mean ports.service_product?"],
  ["portlist:open", 'Unknown field "portlist:open" of view. topvalues takes "portlist:open" as it is.'],
  ["starttme", "Did you mean starttime?"],
])("distinct %s", (given, advice) => {
  expect(refusal(() => rawField("view", given))).toEndWith(advice);
});

test.each([
  ["cve", "Did you mean vulns.id?"],
  ["hostname", "Did you mean hostnames.name?"],
  ["asn", "Did you mean asnum?"],
  ["servce", "Did you mean service?"],
])("topvalues %s", (given, advice) => {
  expect(refusal(() => topField("nmap", given))).toEndWith(advice);
});

test("what is suggested exists", () => {
  const words =
    "address as asn asname asnum category city country cpe cve devicetype domain domains extrainfo hop".split(
      " ",
    );
  words.push(
    ..."host hostname ip mac name output port product protocol script service svc tag target title".split(
      " ",
    ),
  );
  words.push(..."ttl tunnel type version vuln vulns".split(" "));
  let known = 0;
  for (const purpose of PURPOSES)
    for (const word of words) {
      const path = synonym(purpose, word, false);
      const top = synonym(purpose, word, true);
      if (path === null || top === null) continue;
      known++;
      expect(rawField(purpose, path).path).not.toBeNull();
      expect(topField(purpose, top).rows.columns.length).toBeGreaterThan(0);
    }
  expect(known).toBeGreaterThan(2 * 35);
});
