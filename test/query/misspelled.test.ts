/** Misspelled fields are errors that name the nearest known ones, wherever a field is asked for. */
import { beforeAll, describe, expect, test } from "bun:test";
import { type AccessScope, scopeOf } from "../../src/access/scope.ts";
import { ALL } from "../../src/filter/ast.ts";
import { UserError } from "../../src/model/errors.ts";
import type { Purpose } from "../../src/model/purpose.ts";
import type { QueryContext } from "../../src/query/context.ts";
import { distinct } from "../../src/query/distinct.ts";
import { get } from "../../src/query/get.ts";
import { topvalues } from "../../src/query/topvalues.ts";
import { OBSERVED, passiveContext } from "./passive-world.ts";
import { contextOf, type Host } from "./world.ts";

const HOST: Host = {
  addr: "192.0.2.1",
  addresses: { mac: ["00:11:22:33:44:55"] },
  extraports: { closed: { total: 7, reasons: { reset: 7 } } },
  ports: [
    {
      protocol: "tcp",
      port: 443,
      state_state: "open",
      scripts: [
        {
          id: "ssl-cert",
          output: "",
          "ssl-cert": [{ subject: { commonName: "a", "1.2.3": "odd" }, pubkey: { bits: 256 } }],
        },
        { id: "vulners", output: "", vulns: [{ id: "CVE-1", state: "VULNERABLE" }] },
        { id: "odd", output: "", odd: { "any name": { of: [[{ deep: 1 }]] }, empty: null } },
      ],
    },
  ],
};

/** A table row: what was meant, in the error's words. */
type Case = readonly [field: string, meant: RegExp];

async function refusal(asked: Promise<unknown>): Promise<UserError> {
  const error = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

const topOf = (ctx: QueryContext, purpose: Purpose, field: string) =>
  topvalues(ctx, purpose, ALL, { field, limit: 10 });
const getOf = (ctx: QueryContext, purpose: Purpose, asked: { sort?: string[]; fields?: string[] }) =>
  get(ctx, purpose, ALL, { limit: 10, skip: 0, ...asked });

describe("view", () => {
  let ctx: QueryContext;
  beforeAll(async () => {
    ctx = await contextOf("view", [HOST]);
  });

  const PATHS: readonly Case[] = [
    ["ports.scripts.ssl-cert.subjct.commonName", /ports\.scripts\.ssl-cert\.subject\.commonName/],
    ["ports.scripts.ssl-cert.subject.comonName", /mean ports\.scripts\.ssl-cert\.subject\.commonName/],
    ["ports.scripts.ssl-cert.pubkey.bit", /mean ports\.scripts\.ssl-cert\.pubkey\.bits\?/],
    ["scripts.vulns.stat", /mean (?:ports\.)?scripts\.vulns\.state/],
    ["ports.scripts.sslcert", /mean ssl-cert\?/],
    ["ports.scripts.odd.anyname", /mean ports\.scripts\.odd\.any name/],
    ["ports.scripts.ls.volumes.files.filname", /ports\.scripts\.ls\.volumes\.files\.filename/],
    ["extraports.closd.total", /mean extraports\.closed\.total\?/],
    ["extraports.closed.totl", /mean extraports\.closed\.total\?/],
    ["extraports.closed.reasons.rset", /mean extraports\.closed\.reasons\.reset\?/],
    ["addresses.mca", /mean addresses\.mac\?/],
    ["services", /mean ports\.service_name\?/],
    ["lastseen", /mean endtime\?/],
    ["ports.port.x", /mean ports\.port\?/],
    ["ports.screenshots", /mean ports\.screenshot\?/],
    ["ports.scripts.vulners", /Its results are texts.*script:vulners/],
    ["os.osmatch.nam", /mean os\.osmatch\.name/],
    ["os.osclass.vendr", /mean os\.osclass\.vendor/],
    ["openports.tcp.prts", /mean openports\.tcp\.ports/],
    ["cpes.vndor", /mean cpes\.vendor/],
    ["tags.vlue", /mean tags\.value/],
    ["hostnames.domain", /mean hostnames\.domains/],
    ["traces.hops.ipadr", /mean traces\.hops\.ipaddr/],
    ["infos.contry_code", /mean infos\.country_code/],
  ];
  for (const [field, meant] of PATHS)
    test(field, async () => {
      for (const [argument, asked] of [
        ["field", () => topOf(ctx, "view", field)],
        ["field", () => distinct(ctx, "view", ALL, { field, limit: null })],
        ["sort", () => getOf(ctx, "view", { sort: [`-${field}`] })],
        ["fields", () => getOf(ctx, "view", { fields: ["addr", field] })],
      ] as const) {
        const error = await refusal(asked());
        expect(error.message).toMatch(meant);
        expect(error.argument).toBe(argument);
      }
    });

  const PSEUDO: readonly Case[] = [
    ["vulns.stat", /mean vulns\.state/],
    ["extraports.foo", /mean extraports\.closed or/],
    ["Service", /mean service\?/],
    ["PORT:open", /mean port:open\?/],
    ["countports", /mean countports:open or/],
    ["tag.foo", /Write tag, .* for example tag\.value/],
    ["as.num", /mean asnum\?/],
    ["cert", /mean cert\.subject\.commonName/],
    ["vulns", /mean vulns\.id or vulns\.state or vulns\.title\?/],
    ["mongo.databases.name", /mean mongo\.dbs\.databases\.name/],
    ["service,product", /\["service","product"\]/],
    ["vulns.titel", /mean vulns\.title\?/],
    ["vulsn.id", /mean vulns\.id/],
    ["cert.subject.comonName", /mean cert\.subject\.commonName/],
    ["cert.isuer_text", /mean cert\.issuer_text/],
    ["crt.subject.commonName", /mean cert\.subject\.commonName\?/],
    ["ntlm.nam", /mean ntlm\.name\?/],
    ["ike.vendor_id", /mean ike\.vendor_ids/],
    ["cpe.vendr", /mean cpe\.vendor\?/],
    ["tag.vlue", /mean tag\.value\?/],
    ["httphdr.nam", /mean httphdr\.name\?/],
    ["ja3-client.md6", /mean ja3-client\.md5/],
    ["ja4-client.ja4_d", /./],
    ["sshkey.fingerprnt", /mean sshkey\.fingerprint/],
    ["scanner.nam", /mean scanner\.name\?/],
    ["prodct:443", /mean product:443\?/],
    ["servce:80", /mean service:80\?/],
    ["verson:ssh:OpenSSH", /mean version:ssh:OpenSSH\?/],
    ["prtlist:open", /mean portlist:open\?/],
    ["countprts:open", /mean countports:open\?/],
    ["scrpt:http-title", /mean script:http-title\?/],
    ["version:ssh:", /version:<service>:<product>/],
    ["script:80:", /script:<port>:<id>/],
    ["script:host:", /script:host:<id>/],
    ["script:99999:banner", /99999 is not a port number/],
    ["port:99999", /port:open/],
    ["port:80", /service:443/],
    ["domains:0", /domains:2/],
    ["domains:example.com:0", /domains:2/],
  ];
  for (const [field, meant] of PSEUDO)
    test(field, async () => {
      const error = await refusal(topOf(ctx, "view", field));
      expect(error).toMatchObject({ message: expect.stringMatching(meant), argument: "field" });
    });

  test("what the data holds, or the record model, is no error", async () => {
    for (const field of [
      "ports.scripts.odd.any name",
      "ports.scripts.odd.any name.of.deep",
      "ports.scripts.odd.empty",
      "ports.scripts.ssl-cert.subject.1.2.3",
      "ports.scripts.ssl-cert.subject.emailAddress",
      "ports.scripts.vulns.dates.disclosure",
      "ports.scripts.ssl-jarm",
      "extraports.filtered.reasons.no-response",
      "addresses.ipv6",
    ]) {
      const { records } = await getOf(ctx, "view", { sort: [field], fields: [field] });
      expect(records.length).toBe(1);
      await topOf(ctx, "view", field);
      await distinct(ctx, "view", ALL, { field, limit: null });
    }
  });

  test("who may not see the records is told nothing of their names", async () => {
    const scope: AccessScope = scopeOf({ k: "host", addrs: ["192.0.2.2"] });
    const error = await refusal(getOf({ ...ctx, scope }, "view", { fields: ["ports.scripts.odd.any name"] }));
    expect(error.message).not.toMatch(/mean/);
    await refusal(topOf({ ...ctx, scope }, "view", "ports.scripts.odd.anyname"));
  });

  test("distinct says of topvalues only what is so", async () => {
    for (const [field, message] of [
      ["port", /mean ports\.port\? topvalues takes "port" as it is/],
      ["cert.subject.commonName", /ports\.scripts\.ssl-cert\.subject\.commonName\? topvalues takes/],
      ["portlist:open", /topvalues takes "portlist:open" as it is/],
      ["cert.subject.comonName", /^(?!.*topvalues takes)/],
      ["os.osmatch.nam", /^(?!.*topvalues takes)/],
      ["port:80x:", /^/],
    ] as const) {
      const error = await refusal(distinct(ctx, "view", ALL, { field, limit: null }));
      expect(error.message).toMatch(message);
    }
  });

  test("regular expressions that only RE2 can judge are the field's fault", async () => {
    for (const [field, message] of [
      ["product:/[z-a]/", /z-a.*runs backwards/],
      ["product:/(a{1000}){1000}/", /1000000/],
      ["product:/\\p{Klingon}/", /Klingon.*for example/],
      ["useragent:/\\p{Klingon}/", /Klingon.*for example/],
      ["script:/\\p{Klingon}/", /Klingon.*for example/],
    ] as const) {
      const error = await refusal(topOf(ctx, "view", field));
      expect(error).toMatchObject({ message: expect.stringMatching(message), argument: "field" });
      const several = await refusal(topvalues(ctx, "view", ALL, { field: ["addr", field], limit: 1 }));
      expect(several).toMatchObject({ message: expect.stringMatching(message), argument: "fields" });
    }
  });
});

describe("passive", () => {
  let ctx: QueryContext;
  beforeAll(async () => {
    ctx = await passiveContext(OBSERVED);
  });

  for (const [field, meant] of [
    ["infos.srvice_name", /mean infos\.service_name/],
    ["infos.subject.comonName", /mean infos\.subject\.commonName/],
    ["infos.pubky.bits", /mean infos\.pubkey\.bits/],
    ["infos.client.ra", /mean infos\.client\.raw/],
    ["infos.target_nam", /mean infos\.Target_Name/],
    ["recontyp", /mean recontype/],
    ["os", /mean infos\.os\?/],
    ["firstsen", /mean firstseen/],
  ] as const)
    test(field, async () => {
      for (const asked of [
        () => topOf(ctx, "passive", field),
        () => distinct(ctx, "passive", ALL, { field, limit: null }),
        () => getOf(ctx, "passive", { sort: [field] }),
        () => getOf(ctx, "passive", { fields: [field] }),
      ])
        expect((await refusal(asked())).message).toMatch(meant);
    });

  for (const [field, meant] of [
    ["ja4-client.sha256", /mean ja4-client\.ja4_a/],
    ["hassh.sha255", /mean hassh\.sha256/],
    ["cert.isuer_text", /mean cert\.issuer_text/],
    ["sshkey.fingerprnt", /mean sshkey\.fingerprint\?/],
    ["sshkey", /sshkey\.bits/],
    ["cacert.subjct_text", /mean cacert\.subject_text/],
    ["usragent:/x/", /mean useragent:\/x\/\?/],
    ["product:/[z-a]/", /runs backwards/],
  ] as const)
    test(field, async () => {
      expect((await refusal(topOf(ctx, "passive", field))).message).toMatch(meant);
    });
});

test("where nothing is near, what there is is named", async () => {
  const ctx = await contextOf("view", [HOST]);
  for (const [field, expected] of [
    ["enip.foo", /There are, for example, enip\.vendor, enip\.product/],
    ["s7.foo", /for example, s7\.module, s7\.hardware/],
    ["modbus.x", /for example, modbus\.deviceid\.$/],
    ["ike.foo", /for example, ike\.vendor_ids/],
    ["devicetype:ssh", /mean devicetype:80\?/],
    ["countports:opn", /for example countports:open\.$/],
    ["portlist:clsed", /for example portlist:closed\.$/],
    ["net:33", /for example net:16\.$/],
    ["domains:-1", /for example domains:2/],
  ] as const)
    expect((await refusal(topOf(ctx, "view", field))).message).toMatch(expected);
});
