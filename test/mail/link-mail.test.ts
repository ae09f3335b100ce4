/** Asking for a link on the sign-in page, up to signing in with the mail that comes. */
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SmtpOptions, smtpOptions } from "../../src/mail/smtp.ts";
import { OPENSSL } from "../e2e/nginx.ts";
import { describeWith } from "../e2e/programs.ts";
import { Browser, EMAIL, FROM, PUBLIC, type World, world } from "../oauth/world.ts";
import { linkIn, MailServer, type Manners, makeCertificate } from "./mail-server.ts";

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function mailServer(manners: Manners = {}): Promise<MailServer> {
  const server = await MailServer.start(manners);
  ends.push(() => server.stop());
  return server;
}

async function started(smtp: string | SmtpOptions): Promise<{ place: World; browser: Browser }> {
  const place = await world({ smtp: typeof smtp === "string" ? smtpOptions(smtp) : smtp });
  ends.push(() => place.stop());
  return { place, browser: new Browser(place.origin) };
}

const ask = (browser: Browser, email = EMAIL, next = "/"): Promise<Response> =>
  browser.submit("/sign-in/mail", { email, next });

async function told(place: World, part: string): Promise<string> {
  for (;;) {
    const line = place.lines.find((one) => one.includes(part));
    if (line !== undefined) return line;
    await Bun.sleep(10);
  }
}

test("the mail leads to being signed in, once, and on to where one wanted to go", async () => {
  const server = await mailServer();
  const { browser } = await started(server.url);
  const page = await (await browser.ask("/sign-in?next=/consent%3Frequest%3Dx")).text();
  expect(page).toContain('action="/sign-in/mail"');
  expect(page).not.toContain("<script");
  const answer = await ask(browser, "Ann@Example.org", "/consent?request=x");
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("Look at your mail");
  const mail = await server.mail();
  expect(mail).toMatchObject({ from: FROM, to: [EMAIL] });
  expect(Object.fromEntries(mail.headers)).toMatchObject({
    from: FROM,
    to: EMAIL,
    subject: "Sign in to scans.example.org",
    "auto-submitted": "auto-generated",
    "content-type": "text/plain; charset=utf-8",
  });
  expect(mail.headers.has("x-mailer")).toBe(false);
  expect(mail.text).toContain("Somebody at the address 127.0.0.1 asked");
  expect(mail.text).toContain("within 15 minutes. If you did not ask for it, do nothing.");
  const link = linkIn(mail);
  expect(link.origin).toBe(PUBLIC);
  const own = link.pathname + link.search;
  expect(await (await browser.ask(own)).text()).toContain('name="next" value="/consent?request=x"');
  const use = () =>
    browser.submit("/sign-in/link", {
      token: link.searchParams.get("token")!,
      next: link.searchParams.get("next")!,
    });
  const used = await use();
  expect([used.status, used.headers.get("location")]).toEqual([303, "/consent?request=x"]);
  expect(await (await browser.ask("/")).text()).toContain(EMAIL);
  expect((await use()).status).toBe(400);
});

test("the answer is the same whoever is asked for; mail comes only to users who may sign in", async () => {
  const server = await mailServer();
  const { place, browser } = await started(server.url);
  await place.accounts.addUser("bob@example.org");
  place.accounts.setDisabled("bob@example.org", true);
  const answers = new Set<string>();
  for (const email of ["eve@example.org", "bob@example.org", EMAIL]) {
    const response = await ask(browser, email);
    const headers = [...response.headers].filter(([name]) => name !== "date");
    answers.add(
      JSON.stringify([response.status, headers, await response.text()])
        .replaceAll(email, "EMAIL")
        .replaceAll(/\["content-length","\d+"\]/g, ""),
    );
  }
  expect([...answers]).toHaveLength(1);
  // The last one is Ann's; those before would have come first.
  await server.mail();
  await Bun.sleep(100);
  expect(server.mails.map(({ to }) => to)).toEqual([[EMAIL]]);
  const links = place.accounts.database.query(
    "select 1 from verification where identifier glob 'magic-link:*'",
  );
  expect(links.all()).toHaveLength(1);
});

test("a new link leaves the older one good", async () => {
  const server = await mailServer();
  const { browser } = await started(server.url);
  await ask(browser);
  const first = linkIn(await server.mail(1));
  await ask(browser);
  await server.mail(2);
  const token = first.searchParams.get("token")!;
  expect((await browser.submit("/sign-in/link", { token, next: "/" })).status).toBe(303);
});

test("three for an address, known or not", async () => {
  const server = await mailServer();
  const { browser } = await started(server.url);
  for (const email of [EMAIL, "eve@example.org"]) {
    for (let i = 0; i < 3; i++) expect((await ask(browser, email)).status).toBe(200);
    const refused = await ask(browser, email.toUpperCase());
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(800);
    expect(await refused.text()).toContain("Too many links were asked for: wait 15 minutes");
  }
  await server.mail(3);
  await Bun.sleep(100);
  expect(server.mails).toHaveLength(3);
});

test("from another site, and what is no address of one line", async () => {
  const server = await mailServer();
  const { browser } = await started(server.url);
  const foreign = { origin: "https://evil.example" };
  expect((await browser.submit("/sign-in/mail", { email: EMAIL }, foreign)).status).toBe(403);
  for (const email of [
    "",
    "ann",
    `${EMAIL}\r\nBcc: eve@example.org`,
    `${EMAIL},eve@example.org`,
    `<${EMAIL}>`,
  ]) {
    const refused = await ask(browser, email);
    expect([email, refused.status]).toEqual([email, 400]);
    expect(await refused.text()).toContain("This is no e-mail address");
  }
  await ask(browser, EMAIL, "//evil.example");
  const mail = await server.mail();
  expect(server.mails).toHaveLength(1);
  expect(linkIn(mail).searchParams.has("next")).toBe(false);
});

test("without a mail server there is no form and no page", async () => {
  const place = await world();
  ends.push(() => place.stop());
  const browser = new Browser(place.origin);
  expect(await (await browser.ask("/sign-in")).text()).not.toContain("/sign-in/mail");
  expect((await ask(browser)).status).toBe(404);
});

test("a server that is down, refuses or says nothing does not hurt the page", async () => {
  const gone = await MailServer.start();
  const { url } = gone;
  gone.stop();
  const down = await started(url);
  expect((await ask(down.browser)).status).toBe(200);
  expect(await told(down.place, "no link was sent to")).toContain(EMAIL);

  const hostile = await mailServer({ answers: { RCPT: "550-\u001b[31mno\u001b[0m\r\n550 \u202enever" } });
  const refused = await started(hostile.url);
  expect((await ask(refused.browser)).status).toBe(200);
  const line = await told(refused.place, "no link was sent to");
  expect(line).toContain("550");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what shall not be there
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);

  const silent = await mailServer({ answers: { "": null } });
  const { place, browser } = await started(silent.url);
  for (let i = 0; i < 5; i++) {
    await place.accounts.addUser(`user${i}@example.org`);
    expect((await ask(browser, `user${i}@example.org`)).status).toBe(200);
  }
  while (silent.most < 3) await Bun.sleep(10);
  await Bun.sleep(100);
  expect(silent.most).toBe(3);
  // Nobody waits for the rest.
  silent.stop();
});

test("a link that a mail server repeats is not told", async () => {
  const server = await mailServer({
    answers: { ".": (text) => `554 rejected: ${/token=\S+/.exec(text)![0]}` },
  });
  const { place, browser } = await started(server.url);
  await ask(browser);
  expect(await told(place, "no link was sent to")).toMatch(/554 rejected: token=…/);
});

describeWith([OPENSSL], "a server with TLS", () => {
  let folder = "";
  let files = { cert: "", key: "" };
  let tls = files;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "gadwall-mail-"));
    files = makeCertificate(folder, "DNS:localhost,IP:127.0.0.1");
    tls = { cert: readFileSync(files.cert, "utf8"), key: readFileSync(files.key, "utf8") };
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** As another machine's server is spoken to, with a password. */
  const encrypted = ({ port }: MailServer, ca?: string): SmtpOptions => {
    const options = smtpOptions(`smtp://ann:hunter2@localhost:${port}`);
    return { ...options, tls: { ...options.tls, ...(ca !== undefined && { ca }) } };
  };

  test("its certificate must be good: neither password nor mail is sent otherwise", async () => {
    const server = await mailServer({ tls });
    const { place, browser } = await started(encrypted(server));
    await ask(browser);
    expect(await told(place, "no link was sent to")).toMatch(/self.signed/i);
    expect(server.commands).toEqual([expect.stringContaining("EHLO"), "STARTTLS"]);
    const foreign = makeCertificate(mkdtempSync(join(folder, "x")), "DNS:mail.example.org");
    const other = await mailServer({
      tls: { cert: readFileSync(foreign.cert, "utf8"), key: readFileSync(foreign.key, "utf8") },
    });
    const misnamed = await started(encrypted(other, readFileSync(foreign.cert, "utf8")));
    await ask(misnamed.browser);
    expect(await told(misnamed.place, "no link was sent to")).toMatch(/altnames|hostname/i);
    expect(other.commands).toEqual([expect.stringContaining("EHLO"), "STARTTLS"]);
  });

  test("one that is good gets both, after STARTTLS", async () => {
    const server = await mailServer({ tls });
    const { browser } = await started(encrypted(server, tls.cert));
    await ask(browser);
    expect(linkIn(await server.mail()).origin).toBe(PUBLIC);
    expect(server.commands.map((line) => line.split(" ")[0])).toEqual(
      expect.arrayContaining(["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"]),
    );
  });

  test("one that offers no STARTTLS gets neither", async () => {
    const server = await mailServer();
    const { place, browser } = await started(encrypted(server));
    await ask(browser);
    expect(await told(place, "no link was sent to")).toContain("STARTTLS");
    expect(server.commands.map((line) => line.split(" ")[0])).toEqual(["EHLO", "STARTTLS"]);
  });

  test("a password that it repeats is not told", async () => {
    const server = await mailServer({ tls, answers: { AUTH: (line) => `535 no: ${line} hunter2` } });
    const { place, browser } = await started(encrypted(server, tls.cert));
    await ask(browser);
    expect(await told(place, "no link was sent to")).toContain("535 no: AUTH PLAIN … …");
  });
});
