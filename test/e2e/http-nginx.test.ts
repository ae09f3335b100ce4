/** The executable behind Debian's nginx with TLS, configured as docs/deploy.md says. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernTransport,
} from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { documentPaths } from "../../src/http/bearer.ts";
import { PAGE_PATHS } from "../../src/web/pages.ts";
import { INITIALIZE, post } from "../http/world.ts";
import { documentedPaths, freePort, NGINX, type Nginx, OPENSSL, PUBLIC_NAME, startNginx } from "./nginx.ts";
import { describeWith } from "./programs.ts";
import { bearer, Place, type Served, until } from "./serving.ts";

describeWith([NGINX, OPENSSL], "behind nginx", () => {
  const place = new Place();
  let served: Served;
  let nginx: Nginx;
  let key = "";
  let endpoint: URL;

  beforeAll(async () => {
    await place.importScan();
    await place.addUser("ann@example.org");
    key = await place.createKey("ann@example.org");
    const port = await freePort();
    served = await place.serve("--oauth", "--public-url", `https://${PUBLIC_NAME}:${port}`);
    nginx = await startNginx(place.folder, port, served.port);
    endpoint = new URL("/mcp", nginx.origin);
  });
  afterAll(async () => {
    await nginx?.stop();
    await place.remove();
  });

  const count = { name: "count", arguments: { purpose: "view", q: "port:22" } };

  test("the v1 SDK by the public name", async () => {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(
      new StreamableHTTPClientTransport(endpoint, {
        requestInit: { headers: bearer(key) },
        fetch: nginx.fetch,
      }),
    );
    expect(await client.callTool(count)).toMatchObject({ structuredContent: { result: 2 } });
    await client.close();
  });

  test.each(["legacy", "auto"] as const)("the v2 client by the public name, %s", async (mode) => {
    const client = new ModernClient({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    await client.connect(
      new ModernTransport(endpoint, { requestInit: { headers: bearer(key) }, fetch: nginx.fetch }),
    );
    expect(await client.callTool(count)).toMatchObject({ structuredContent: { result: 2 } });
    await client.close();
  });

  test("streams are not held back", async () => {
    const opened = await nginx.fetch(endpoint, post(INITIALIZE, bearer(key)));
    await opened.text();
    const session = opened.headers.get("mcp-session-id")!;
    const stream = await nginx.fetch(endpoint, {
      headers: { ...bearer(key), Accept: "text/event-stream", "Mcp-Session-Id": session },
    });
    expect(stream.headers.get("content-type")).toStartWith("text/event-stream");
    const reader = stream.body!.getReader();
    // It is open and says no more than this: a proxy that fills its buffer first would say nothing.
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(": open\n\n");
    await reader.cancel();
    const ended = { method: "DELETE", headers: { ...bearer(key), "Mcp-Session-Id": session } };
    expect((await nginx.fetch(endpoint, ended)).status).toBe(200);
  });

  test("whoever has no key is sent to documents under the public name", async () => {
    const response = await nginx.fetch(endpoint, post(INITIALIZE));
    expect(response.status).toBe(401);
    const document = /resource_metadata="([^"]+)"/.exec(response.headers.get("www-authenticate")!)![1]!;
    expect(document).toBe(`${nginx.origin}/.well-known/oauth-protected-resource/mcp`);
    for (const url of [document, `${nginx.origin}/.well-known/oauth-protected-resource`])
      expect(await (await nginx.fetch(url)).json()).toMatchObject({
        resource: endpoint.href,
        authorization_servers: [nginx.origin],
      });
    const issuer = (await (
      await nginx.fetch(`${nginx.origin}/.well-known/oauth-authorization-server`)
    ).json()) as Record<string, unknown>;
    expect(issuer).toMatchObject({ issuer: nginx.origin });
    for (const [name, url] of Object.entries(issuer))
      if (name.endsWith("_endpoint")) expect(url).toStartWith(`${nginx.origin}/`);
  });

  test("every page that the server has is let through, and nothing else is", async () => {
    const documents = documentPaths("/mcp");
    expect(documentedPaths().toSorted()).toEqual(["/mcp", ...documents, ...PAGE_PATHS].toSorted());
    for (const page of PAGE_PATHS) {
      const seen = served.said().length;
      await (await nginx.fetch(nginx.origin + page, { redirect: "manual" })).text();
      await until(() => served.said().slice(seen).includes(` GET ${page} `));
    }
    const seen = served.said().length;
    for (const page of ["/metrics", "/healthz", "/readyz", "/mcp/x", "/sign-in/email", "/api/auth/session"])
      expect((await nginx.fetch(nginx.origin + page)).status).toBe(404);
    expect(served.said().slice(seen)).toBe("");
  });

  test("what a client says of itself does not change under which name it is answered", async () => {
    const headers = {
      "X-Forwarded-Host": "evil.example",
      "X-Forwarded-Proto": "http",
      Forwarded: "host=evil.example",
    };
    const response = await nginx.fetch(endpoint, post(INITIALIZE, headers));
    expect(response.headers.get("www-authenticate")).toContain(`resource_metadata="${nginx.origin}/`);
  });

  test("forged names end at nginx or at the server", async () => {
    const foreign = await nginx.fetch(
      endpoint,
      post(INITIALIZE, { ...bearer(key), Origin: "https://evil.example" }),
    );
    expect(foreign.status).toBe(403);
    const here = await fetch(served.url, post(INITIALIZE, { ...bearer(key), Host: "evil.example" }));
    expect(here.status).toBe(403);
  });

  test("what a query says stands in no log, and goes to nobody else", async () => {
    const pages = ["/sign-in/link?token=", "/sign-in/openid/callback?state=x&code=", "/authorize?state="];
    const ask = async (page: string): Promise<Response> => {
      const headers = { Referer: `${nginx.origin}/sign-in/link?token=S3CRET` };
      const response = await nginx.fetch(`${nginx.origin}${page}S3CRET`, { headers, redirect: "manual" });
      await response.text();
      return response;
    };
    // Forms need it on this server, and nobody else gets it.
    expect((await ask(pages[0]!)).headers.get("referrer-policy")).toBe("same-origin");
    for (const page of pages) expect((await ask(page)).status).toBeLessThan(500);
    await served.stop();
    // What cannot be passed on is what nginx would complain of, with all that was asked.
    for (const page of pages) expect((await ask(page)).status).toBe(502);
    const logged = (path: string) => (line: string) =>
      line.includes(`"GET ${path}`) && line.includes('" 502 ');
    for (const page of pages)
      await until(() =>
        nginx
          .logs()
          .access.split("\n")
          .some(logged(page.split("?", 1)[0]!)),
      );
    const { access, error } = nginx.logs();
    expect(access + error + served.said()).not.toContain("S3CRET");
  });
});
