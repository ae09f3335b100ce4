/**
 * The whole way of somebody who adds the server to a client: the client finds out what it needs and registers itself, the
 * user signs in and consents in a browser, the client gets tokens, refreshes and gives them back.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Browser } from "puppeteer-core";
import { post } from "../http/world.ts";
import { answerInBrowser, CHROMIUM, startBrowser } from "./browser.ts";
import { freePort, NGINX, type Nginx, OPENSSL, PUBLIC_NAME, startNginx } from "./nginx.ts";
import { Application, Callback } from "./oauth-client.ts";
import { describeWith } from "./programs.ts";
import { bearer, Place, type Served } from "./serving.ts";

const EMAIL = "ann@example.org";
const PASSWORD = "correct horse battery";

type Ask = Nginx["fetch"];

/** A client that connects with what an application has. */
interface Connection {
  /** Calls a tool; @throws when the server does not let it in. */
  count(): Promise<unknown>;
  close(): Promise<void>;
}

interface Kind {
  /** @throws after the user was asked. */
  connect(url: URL, application: Application, ask: Ask): Promise<Connection>;
  /** Turns the code into tokens. */
  finish(url: URL, application: Application, ask: Ask, answer: URLSearchParams): Promise<void>;
}

const COUNT = { name: "count", arguments: { purpose: "view", q: "port:22" } };

function modern(mode: "legacy" | "auto"): Kind {
  const transport = (url: URL, authProvider: Application, fetch: Ask) =>
    new ModernTransport(url, { authProvider, fetch });
  return {
    async connect(url, application, ask) {
      const client = new ModernClient({ name: "test", version: "1" }, { versionNegotiation: { mode } });
      await client.connect(transport(url, application, ask));
      expect(client.getProtocolEra()).toBe(mode === "legacy" ? "legacy" : "modern");
      return { count: () => client.callTool(COUNT), close: () => client.close() };
    },
    finish: (url, application, ask, answer) => transport(url, application, ask).finishAuth(answer),
  };
}

const KINDS: Record<string, Kind> = {
  "v1 SDK": {
    async connect(url, authProvider, fetch) {
      const client = new Client({ name: "test", version: "1" });
      await client.connect(new StreamableHTTPClientTransport(url, { authProvider, fetch }));
      return { count: () => client.callTool(COUNT), close: () => client.close() };
    },
    finish: (url, authProvider, fetch, answer) =>
      new StreamableHTTPClientTransport(url, { authProvider, fetch }).finishAuth(answer.get("code")!),
  },
  "v2 client, 2025 era": modern("legacy"),
  "v2 client, 2026 era": modern("auto"),
};

describeWith([CHROMIUM, NGINX, OPENSSL], "OAuth", () => {
  const place = new Place();
  const callback = new Callback();
  let browser: Browser;
  let nginx: Nginx;
  /** The server as clients call it. */
  const servers: Record<string, { url: URL; ask: Ask }> = {};

  beforeAll(async () => {
    await place.importScan();
    await place.addUser(EMAIL, [], PASSWORD);
    const port = await freePort();
    const direct = await place.serve("--oauth");
    servers["on this machine"] = { url: new URL(direct.url), ask: fetch };
    const behind: Served = await place.serve("--oauth", "--public-url", `https://${PUBLIC_NAME}:${port}`);
    nginx = await startNginx(place.folder, port, behind.port);
    servers["behind nginx"] = { url: new URL("/mcp", nginx.origin), ask: nginx.fetch };
    browser = await startBrowser(join(place.folder, "profile"));
  });
  afterAll(async () => {
    await browser?.close();
    await nginx?.stop();
    await callback.stop();
    await place.remove();
  });

  const form = (fields: Record<string, string>): RequestInit => ({
    method: "POST",
    body: new URLSearchParams(fields).toString(),
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });

  describe.each(["on this machine", "behind nginx"])("%s", (where) => {
    test.each(Object.keys(KINDS))("%s: from nothing to tokens, and back", async (name) => {
      const { connect, finish } = KINDS[name]!;
      const { url, ask } = servers[where]!;
      const status = async (token: string) =>
        (await ask(url, post({ jsonrpc: "2.0", id: 1, method: "ping" }, bearer(token)))).status;
      let consent = "";
      let asked: URL | undefined;
      const application = new Application(callback.url, async (page) => {
        asked = page;
        consent = await answerInBrowser(browser, page, { email: EMAIL, password: PASSWORD, answer: "allow" });
      });

      await expect(connect(url, application, ask)).rejects.toThrow();
      expect(asked!.origin + asked!.pathname).toBe(`${url.origin}/authorize`);
      expect(asked!.searchParams.get("code_challenge_method")).toBe("S256");
      expect(asked!.searchParams.get("resource")).toBe(url.href);
      expect(consent).toContain("Test <b>client</b>");
      expect(consent).toContain(EMAIL);
      const answer = await callback.next();
      expect(answer.get("state")).toBe("state-of-the-application");
      expect(answer.get("iss")).toBe(url.origin);

      await finish(url, application, ask, answer);
      const first = { ...application.kept! };
      expect(first.access_token).toStartWith("gadwall_oat_");
      expect(first.refresh_token).toStartWith("gadwall_ort_");
      const connection = await connect(url, application, ask);
      expect(await connection.count()).toMatchObject({ structuredContent: { result: 2 } });

      // What has expired is refreshed by the client itself, without asking anybody.
      application.kept = { ...first, access_token: "gadwall_oat_expired" };
      asked = undefined;
      expect(await connection.count()).toMatchObject({ structuredContent: { result: 2 } });
      expect(asked).toBeUndefined();
      const second = { ...application.kept! };
      expect(second.access_token).not.toBe(first.access_token);
      expect(second.refresh_token).not.toBe(first.refresh_token);
      expect(await status(first.access_token)).toBe(401);
      expect(await status(second.access_token)).toBe(400);
      await connection.close();

      const client_id = application.information!.client_id;
      const revoked = await ask(`${url.origin}/revoke`, form({ token: second.refresh_token!, client_id }));
      expect(revoked.status).toBe(200);
      expect(await status(second.access_token)).toBe(401);
      const again = { grant_type: "refresh_token", refresh_token: second.refresh_token!, client_id };
      expect((await ask(`${url.origin}/token`, form(again))).status).toBe(400);
    });

    test("who is refused by the user gets no code", async () => {
      const { url, ask } = servers[where]!;
      const application = new Application(callback.url, async (page) => {
        await answerInBrowser(browser, page, { email: EMAIL, password: PASSWORD, answer: "deny" });
      });
      await expect(KINDS["v1 SDK"]!.connect(url, application, ask)).rejects.toThrow();
      const answer = await callback.next();
      expect(answer.get("error")).toBe("access_denied");
      expect(answer.has("code")).toBe(false);
    });
  });

  test("the suite of the protocol's makers is content with it, but for what it does not offer", async () => {
    const { url } = servers["on this machine"]!;
    const port = await freePort();
    const registered = await fetch(`${url.origin}/register`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        redirect_uris: [`http://127.0.0.1:${port}/callback`],
        token_endpoint_auth_method: "none",
      }),
    });
    const { client_id } = (await registered.json()) as { client_id: string };
    const results = join(place.folder, "conformance");
    const suite = resolve(import.meta.dir, "../../node_modules/conformance-0.2/dist/index.js");
    const options = ["--url", url.origin, "--client-id", client_id, "--resource", url.href, "-p", `${port}`];
    const child = Bun.spawn([process.execPath, suite, "authorization", ...options, "-o", results], {
      cwd: place.folder,
      stdin: "ignore",
      stderr: "ignore",
    });
    let said = "";
    let answered: Promise<string> | undefined;
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += chunk;
      const page = /^(http:\S+\/authorize\?\S+)\n/m.exec(said)?.[1];
      if (page !== undefined)
        answered ??= answerInBrowser(browser, new URL(page), {
          email: EMAIL,
          password: PASSWORD,
          answer: "allow",
        });
    }
    expect(await answered).toContain(EMAIL);
    const found = readdirSync(results).flatMap(
      (folder) =>
        JSON.parse(readFileSync(join(results, folder, "checks.json"), "utf8")) as {
          id: string;
          status: string;
        }[],
    );
    expect(found.map(({ id, status }) => `${id} ${status}`).toSorted()).toEqual([
      "authorization-code-grant SUCCESS",
      "authorization-server-metadata SUCCESS",
      // Client ID Metadata Documents: fetching what a client names is a risk of its own.
      "authorization-server-metadata-cimd WARNING",
    ]);
  });

  test("a token of one name is refused under another, and disabling the user ends it", async () => {
    const { url, ask } = servers["on this machine"]!;
    const { connect, finish } = KINDS["v1 SDK"]!;
    const application = new Application(callback.url, async (page) => {
      await answerInBrowser(browser, page, { email: EMAIL, password: PASSWORD, answer: "allow" });
    });
    await expect(connect(url, application, ask)).rejects.toThrow();
    await finish(url, application, ask, await callback.next());
    const token = application.kept!.access_token;
    const status = async ({ url, ask }: { url: URL; ask: Ask }) =>
      (await ask(url, post({ jsonrpc: "2.0", id: 1, method: "ping" }, bearer(token)))).status;
    expect(await status(servers["on this machine"]!)).toBe(400);
    // The same accounts, another audience.
    expect(await status(servers["behind nginx"]!)).toBe(401);
    expect(await place.run(["user", "disable", EMAIL])).toMatchObject({ code: 0 });
    expect(await status(servers["on this machine"]!)).toBe(401);
  });
});
