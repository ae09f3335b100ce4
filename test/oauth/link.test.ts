/** Links with which a user signs in once. */
import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Browser, EMAIL, type World, world } from "./world.ts";

const MAIN = resolve(import.meta.dir, "../../src/main.ts");
let place: World;
let browser: Browser;
beforeAll(async () => {
  place = await world();
});
afterAll(() => place.stop());
beforeEach(() => {
  browser = new Browser(place.origin);
});

const use = (token: string, next = "/"): Promise<Response> =>
  browser.submit("/sign-in/link", { token, next });

test("looked at as often as one likes, used once, also by several at the same time", async () => {
  const { token, email } = place.accounts.createLink("Ann@example.org");
  expect(email).toBe(EMAIL);
  for (let i = 0; i < 3; i++) {
    const page = await browser.ask(`/sign-in/link?token=${token}`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(EMAIL);
  }
  expect(browser.cookies.size).toBe(0);
  const answers = await Promise.all([use(token), use(token), use(token)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 400, 400]);
  expect(await (await browser.ask("/")).text()).toContain(EMAIL);
  expect((await browser.ask(`/sign-in/link?token=${token}`)).status).toBe(400);
});

test("leads on, within this server only", async () => {
  const to = async (next: string): Promise<string | null> =>
    (await use(place.accounts.createLink(EMAIL).token, next)).headers.get("location");
  expect(await to("/consent?request=x")).toBe("/consent?request=x");
  expect(await to("//evil.example")).toBe("/");
  const { token } = place.accounts.createLink(EMAIL);
  const page = await browser.ask(`/sign-in/link?${new URLSearchParams({ token, next: "//evil.example" })}`);
  expect(await page.text()).toContain('name="next" value="/"');
});

test("made up, expired, from another page", async () => {
  for (const token of ["", "x", "' or 1=1", "<script>"]) {
    expect((await use(token)).status).toBe(400);
    expect((await browser.ask(`/sign-in/link?${new URLSearchParams({ token })}`)).status).toBe(400);
  }
  const { token } = place.accounts.createLink(EMAIL);
  const headers = { origin: "https://evil.example" };
  expect((await browser.submit("/sign-in/link", { token, next: "/" }, headers)).status).toBe(403);
  place.accounts.database.run("update verification set expiresAt = '2020-01-01T00:00:00.000Z'");
  expect((await use(token)).status).toBe(400);
});

test("ends with the user, for good, and with the password", async () => {
  const first = place.accounts.createLink(EMAIL);
  place.accounts.setDisabled(EMAIL, true);
  expect((await use(first.token)).status).toBe(400);
  const second = place.accounts.createLink(EMAIL);
  expect((await use(second.token)).status).toBe(400);
  place.accounts.setDisabled(EMAIL, false);
  expect((await use(first.token)).status).toBe(400);
  const third = place.accounts.createLink(EMAIL);
  await place.accounts.setPassword(EMAIL, null);
  expect((await use(third.token)).status).toBe(400);
  expect((await use(place.accounts.createLink(EMAIL).token)).status).toBe(303);
});

test("nobody unknown gets one", () => {
  expect(() => place.accounts.createLink("eve@example.org")).toThrow("there is no user eve@example.org");
});

test("its token is not in the accounts file", () => {
  const { token } = place.accounts.createLink(EMAIL);
  expect(Buffer.from(place.accounts.database.serialize()).toString("latin1")).not.toContain(token);
});

test("gadwall user link prints one for the address that the server has", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gadwall-link-"));
  try {
    const run = async (args: readonly string[], more: Record<string, string> = {}) => {
      const child = Bun.spawn([process.execPath, MAIN, "user", ...args], {
        cwd: folder,
        env: { HOME: folder, GADWALL_DB: join(folder, "x.duckdb"), ...more },
        stdin: "ignore",
        stderr: "pipe",
      });
      const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
      return { stdout, stderr };
    };
    await run(["add", EMAIL]);
    const link = /^(\S+)\/sign-in\/link\?token=[\w-]{43}\n$/;
    const own = await run(["link", EMAIL]);
    expect(link.exec(own.stdout)![1]).toBe("http://127.0.0.1:9100");
    expect(own.stderr).toContain("within 15 minutes");
    const known = await run(["link", EMAIL], { GADWALL_PUBLIC_URL: "https://scans.example.org" });
    expect(link.exec(known.stdout)![1]).toBe("https://scans.example.org");
    const said = await run(["link", EMAIL, "--public-url", "http://localhost:1", "--json"]);
    expect(JSON.parse(said.stdout)).toMatchObject({
      email: EMAIL,
      url: expect.stringMatching(/^http:\/\/localhost:1\/sign-in/),
    });
    expect((await run(["link", "eve@example.org"])).stderr).toContain("there is no user eve@example.org");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
