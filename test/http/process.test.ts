/** The process of `gadwall mcp-server --http`: how it starts, refuses and ends. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { INITIALIZE, post } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "gadwall-process-"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(args: string[], env: Record<string, string> = {}) {
  return Bun.spawn(
    [
      process.execPath,
      resolve(import.meta.dir, "../../src/main.ts"),
      "mcp-server",
      ...args,
      "--db",
      join(folder, "a.duckdb"),
    ],
    {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", HOME: folder, ...env },
      stdout: "pipe",
      stderr: "pipe",
    },
  );
}

test("serves, told by variables, and ends cleanly on SIGTERM with a session and its stream open", async () => {
  const child = run([], { GADWALL_HTTP: "1", GADWALL_PORT: "0", GADWALL_PATH: "/team", GADWALL_CORSE: "x" });
  let text = "";
  const reader = child.stderr.getReader();
  const decoder = new TextDecoder();
  while (!text.includes("serving MCP on")) text += decoder.decode((await reader.read()).value);
  expect(text).toContain("no user exists yet");
  expect(text).toContain("gadwall: WARNING: GADWALL_CORSE means nothing here. Did you mean GADWALL_CORS?\n");
  const url = /serving MCP on (\S+)/.exec(text)![1]!;
  expect(url).toEndWith("/team");
  const opened = await fetch(url, post(INITIALIZE));
  const id = opened.headers.get("mcp-session-id")!;
  await opened.text();
  const stream = await fetch(url, { headers: { Accept: "text/event-stream", "Mcp-Session-Id": id } });
  expect(stream.status).toBe(200);
  child.kill("SIGTERM");
  expect(await stream.text()).toBe(": open\n\n");
  expect(await child.exited).toBe(0);
  expect(await new Response(child.stdout).text()).toBe("");
});

test("an address that others reach is refused without users, with the ways out", async () => {
  const child = run(["--http", "--bind", "0.0.0.0", "--port", "0"]);
  expect(await child.exited).toBe(1);
  const said = await new Response(child.stderr).text();
  for (const way of ["gadwall user add", "--bind 127.0.0.1", "--allow-anonymous"])
    expect(said).toContain(way);
});

test("a secret on the command line is refused, also without its value", async () => {
  for (const args of [
    ["--openid-client-secret", "s3cret"],
    ["--smtp-url=smtp://u:s3cret@x"],
    ["--smtp-url"],
  ]) {
    const child = run(["--http", ...args]);
    expect(await child.exited).toBe(2);
    const said = await new Response(child.stderr).text();
    expect(said).toContain(
      "would show the secret to every user of this machine (ps): give it as the variable GADWALL_",
    );
    expect(said).not.toContain("s3cret");
  }
});

test("an option that means nothing on standard input and output is refused", async () => {
  const child = run(["--port", "1"]);
  expect(await child.exited).toBe(2);
});
