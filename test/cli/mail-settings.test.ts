import { expect, test } from "bun:test";
import { mailSettings } from "../../src/cli/mail-settings.ts";
import { serverSettings } from "../../src/cli/server-settings.ts";

const ENV = {
  HOME: "/nowhere",
  GADWALL_OAUTH: "true",
  GADWALL_PUBLIC_URL: "https://scans.example.org",
  GADWALL_SMTP_URL: "smtp://ann:hunter2@mail.example.org",
  GADWALL_MAIL_FROM: "Gadwall@Example.org",
};

const given = (env: Record<string, string>) => mailSettings(serverSettings({ http: true }, env));

test("none, whole", () => {
  expect(given({ HOME: "/nowhere" })).toBeNull();
  expect(given(ENV)).toMatchObject({
    smtp: { host: "mail.example.org", auth: { user: "ann", pass: "hunter2" } },
    from: "gadwall@example.org",
    origin: "https://scans.example.org",
  });
});

test.each<[Record<string, string>, string]>([
  [{ GADWALL_MAIL_FROM: "" }, "are needed together"],
  [{ GADWALL_SMTP_URL: "" }, "are needed together"],
  [{ GADWALL_OAUTH: "false" }, "together with --oauth only"],
  [{ GADWALL_PUBLIC_URL: "" }, "needs --public-url"],
  [{ GADWALL_PUBLIC_URL: "https://scans.example.org/x" }, "leave out what follows the host"],
  [{ GADWALL_MAIL_FROM: "Gadwall <gadwall@example.org>" }, "is no e-mail address"],
  [{ GADWALL_MAIL_FROM: "a@example.org\r\nBcc: eve@example.org" }, "is no e-mail address"],
  [{ GADWALL_SMTP_URL: "mail.example.org" }, "is no address of a mail server"],
])("%j", (changed, sentence) => expect(() => given({ ...ENV, ...changed })).toThrow(sentence));
