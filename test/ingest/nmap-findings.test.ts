import { describe, expect, test } from "bun:test";
import { pemOf } from "../../src/passive/certificate-text.ts";
import { SAN } from "../passive/certificates.ts";
import { events, host, hostsOf, nmaprun } from "./read-events.ts";

/** The host with these elements inside its one port. */
async function hostWith(inside: string, hostnames = "") {
  const port = `<ports><port protocol="tcp" portid="443"><state state="open"/>${inside}</port></ports>`;
  const [read] = hostsOf(await events(nmaprun(host(`<hostnames>${hostnames}</hostnames>${port}`))));
  if (read === undefined) throw new Error("no host");
  return read;
}

const KIBANA = '<script id="http-headers" output="&#xa;  kbn-name: kibana&#xa;  kbn-version: 6.4.2&#xa;"/>';
const HTTP_APP =
  '<script id="http-app" output="OWA: path /owa"><table><elem key="application">OWA</elem><elem key="path">/owa</elem></table></script>';

describe("http-app", () => {
  const kibana = { path: "/", application: "Kibana", version: "6.4.2" };
  const owa = { application: "OWA", path: "/owa" };

  test.each([
    ["before", KIBANA + HTTP_APP, [kibana, owa]],
    ["after", HTTP_APP + KIBANA, [owa, kibana]],
  ])("derived %s one that is there: one script of both", async (_, scripts, data) => {
    const { ports } = await hostWith(scripts);
    const apps = ports[0]?.scripts.filter(({ id }) => id === "http-app");
    expect(apps).toMatchObject([{ key: "http-app", data }]);
    expect(apps?.[0]?.output.split("\n").sort()).toEqual(["Kibana: path /, version 6.4.2", "OWA: path /owa"]);
  });

  test("tells the CPE of the application, with where it was found", async () => {
    expect((await hostWith(KIBANA)).cpes).toEqual([
      {
        type: "a",
        vendor: "elasticsearch",
        product: "kibana",
        version: "6.4.2",
        origins: ["ports{port:443, scripts.id:http-headers}"],
      },
    ]);
  });
});

const CERTIFICATE = `<script id="ssl-cert" output="x"><elem key="pem">${pemOf(SAN)}</elem></script>`;

test("names in a certificate are the host's, once, and only what is a host name", async () => {
  const known =
    '<hostname name="www.example.com" type="cert-san-dns"/><hostname name="www.example.com" type="PTR"/>';
  const { hostnames } = await hostWith(CERTIFICATE + CERTIFICATE, known);
  expect(hostnames).toEqual([
    { name: "www.example.com", type: "cert-san-dns" },
    { name: "www.example.com", type: "PTR" },
    { name: "www.example.com", type: "cert-subject-cn" },
    { name: "*.example.org", type: "cert-san-dns" },
    { name: "id.example.com", type: "cert-san-uri" },
    { name: "dir.example.com", type: "cert-san-dirname-cn" },
  ]);
});

test("keys that are values keep their dots", async () => {
  const table = '<table key="a.example.com"><elem key="status">pass</elem></table>';
  const { ports } = await hostWith(`<script id="fcrdns" output="PASS">${table}</script>`);
  expect(ports[0]?.scripts[0]?.data).toEqual([{ name: "a.example.com", status: "pass" }]);
});
