/** Links by mail, through the executable. */
import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { linkIn, MailServer, type Manners, makeCertificate } from "../mail/mail-server.ts";
import { Browser, EMAIL, FROM, PUBLIC } from "../oauth/world.ts";
import { OPENSSL } from "./nginx.ts";
import { describeWith } from "./programs.ts";
import { Place, type Served, until } from "./serving.ts";

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Started {
  mails: MailServer;
  served: Served;
  browser: Browser;
}

async function started(
  manners: Manners,
  urlOf: (server: MailServer) => string,
  env: Record<string, string> = {},
): Promise<Started> {
  const mails = await MailServer.start(manners);
  ends.push(() => mails.stop());
  const place = new Place({
    GADWALL_SMTP_URL: urlOf(mails),
    GADWALL_MAIL_FROM: FROM,
    GADWALL_PUBLIC_URL: PUBLIC,
    ...env,
  });
  ends.push(() => place.remove());
  await place.addUser(EMAIL);
  const served = await place.serve("--oauth");
  return { mails, served, browser: new Browser(new URL(served.url).origin) };
}

/** As if a proxy were in front that browsers call by its public name. */
const submit = ({ browser }: Started, path: string, fields: Record<string, string>): Promise<Response> =>
  browser.submit(path, fields, { origin: PUBLIC });

const ask = (all: Started, email = EMAIL, next = "/"): Promise<Response> =>
  submit(all, "/sign-in/mail", { email, next });

test("from the page by mail to where one wanted to go", async () => {
  const all = await started({}, ({ url }) => url);
  const { browser, mails } = all;
  expect(await (await browser.ask("/sign-in?next=/account")).text()).toContain("Send me a link");
  const known = await ask(all, EMAIL, "/account");
  const unknown = await ask(all, "eve@example.org", "/account");
  expect([known.status, unknown.status]).toEqual([200, 200]);
  const link = linkIn(await mails.mail());
  expect(link.origin).toBe(PUBLIC);
  expect(await (await browser.ask(link.pathname + link.search)).text()).toContain(EMAIL);
  const { token, next } = Object.fromEntries(link.searchParams) as { token: string; next: string };
  const used = await submit(all, "/sign-in/link", { token, next });
  expect([used.status, used.headers.get("location")]).toEqual([303, "/account"]);
  expect(await (await browser.ask("/account")).text()).toContain(`signed in as <strong>${EMAIL}`);
  expect((await submit(all, "/sign-in/link", { token, next })).status).toBe(400);
  for (let i = 0; i < 2; i++) expect((await ask(all)).status).toBe(200);
  expect((await ask(all)).status).toBe(429);
  await mails.mail(3);
  expect(mails.mails.map(({ to }) => to)).toEqual([[EMAIL], [EMAIL], [EMAIL]]);
  expect(all.served.said()).not.toContain(token);
});

test("a mail on its way is sent when the server ends", async () => {
  const all = await started({}, ({ url }) => url);
  expect((await ask(all)).status).toBe(200);
  expect(await all.served.stop()).toBe(0);
  expect(all.mails.mails).toHaveLength(1);
});

test("half of the settings is refused, and the secret on the command line", async () => {
  const place = new Place();
  ends.push(() => place.remove());
  await place.addUser(EMAIL);
  const refused = async (...options: string[]): Promise<string> => {
    const { code, stderr } = await place.run(["mcp-server", "--http", "--oauth", "--port", "0", ...options]);
    expect(code).toBe(2);
    return stderr;
  };
  expect(await refused("--mail-from", FROM)).toContain("smtp-url and mail-from are needed together");
  expect(await refused("--smtp-url", "smtp://localhost")).toContain("the variable GADWALL_SMTP_URL");
});

describeWith([OPENSSL], "a mail server with a certificate of one's own authority", () => {
  test("is refused, unless NODE_EXTRA_CA_CERTS names it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gadwall-mail-"));
    ends.push(() => rmSync(folder, { recursive: true }));
    const { cert, key } = makeCertificate(folder, "DNS:localhost");
    const tls = { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };
    const urlOf = ({ port }: MailServer): string => `smtp://ann:hunter2@localhost:${port}`;
    const careful = await started({ tls }, urlOf, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect((await ask(careful)).status).toBe(200);
    await until(() => careful.served.said().includes("no link was sent to"));
    expect(careful.mails.commands.at(-1)).toBe("STARTTLS");
    const trusting = await started({ tls }, urlOf, { NODE_EXTRA_CA_CERTS: cert });
    expect((await ask(trusting)).status).toBe(200);
    expect((await trusting.mails.mail()).to).toEqual([EMAIL]);
  });
});
