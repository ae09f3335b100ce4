/** What happens to sessions and streams as time goes by. */
import { describe, expect, test } from "bun:test";
import { Server } from "@modelcontextprotocol/server";
import type { Identity } from "../../src/accounts/identity.ts";
import { Sessions } from "../../src/http/sessions.ts";
import { Streams } from "../../src/http/streams.ts";
import { Visit } from "../../src/http/visit.ts";
import { INITIALIZE, post } from "./world.ts";

function made(heartbeat = 15_000) {
  const clock = { now: 0 };
  const sessions = new Sessions({
    most: 10,
    share: 1,
    idle: 1000,
    heartbeat,
    serve: () => new Server({ name: "test", version: "1" }, { capabilities: {} }),
    now: () => clock.now,
  });
  const ask = async (init: RequestInit, body?: unknown) => {
    const visit = new Visit(new Request("http://localhost/mcp", init), {
      client: "127.0.0.1",
      viaProxy: false,
    });
    return { visit, response: await sessions.handle(visit, body) };
  };
  const open = async () => {
    const { visit, response } = await ask(post(INITIALIZE), INITIALIZE);
    await response.text();
    visit.end();
    return { "Mcp-Session-Id": response.headers.get("mcp-session-id")! };
  };
  return { clock, sessions, ask, open };
}

describe("an idle session", () => {
  test("ends", async () => {
    const { clock, sessions, ask, open } = made();
    const id = await open();
    clock.now = 900;
    await sessions.sweep();
    const { response, visit } = await ask({ method: "GET", headers: { ...id, Accept: "text/plain" } });
    visit.end();
    expect(response.status).toBe(406);
    clock.now = 1800;
    await sessions.sweep();
    expect(sessions.size).toBe(1);
    clock.now = 2000;
    await sessions.sweep();
    expect(sessions.size).toBe(0);
    expect((await ask({ method: "GET", headers: id })).response.status).toBe(404);
  });

  test("is not one with an open stream", async () => {
    const { clock, sessions, ask, open } = made();
    const id = await open();
    const { visit, response } = await ask({ headers: { ...id, Accept: "text/event-stream" } });
    expect(response.status).toBe(200);
    clock.now = 100_000;
    await sessions.sweep();
    expect(sessions.size).toBe(1);
    visit.end();
    clock.now = 200_000;
    await sessions.sweep();
    expect(sessions.size).toBe(0);
  });
});

test("a stream that has nothing to say says so from time to time", async () => {
  const { ask, open, sessions } = made(5);
  const { response } = await ask({ headers: { ...(await open()), Accept: "text/event-stream" } });
  const reader = response.body!.getReader();
  for (let i = 0; i < 3; i++)
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(": keepalive\n\n");
  await sessions.close();
  expect((await reader.read()).done).toBe(true);
});

describe("streams", () => {
  const someone = (email: string): Visit => {
    const visit = new Visit(new Request("http://localhost/mcp"), { client: "127.0.0.1", viaProxy: false });
    visit.identity = { email } as Identity;
    return visit;
  };
  const endless = () => {
    let cancelled = false;
    const body = new ReadableStream({
      cancel: () => {
        cancelled = true;
      },
    });
    const response = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
    return { response, isCancelled: () => cancelled };
  };

  test("end for whoever is not welcome any more, and for nobody else", async () => {
    const streams = new Streams();
    const a = endless();
    const b = endless();
    const his = streams.watch(a.response, someone("a@example.org"));
    streams.watch(b.response, someone("b@example.org"));
    await streams.sweep(async ({ identity }) => identity?.email !== "a@example.org");
    expect(await his.text()).toBe(": open\n\n");
    expect([a.isCancelled(), b.isCancelled()]).toEqual([true, false]);
    expect(streams.size).toBe(1);
  });

  test("a client that goes away ends what was made for him", async () => {
    const streams = new Streams();
    const { response, isCancelled } = endless();
    const visit = someone("a@example.org");
    let ended = 0;
    visit.atEnd(() => ended++);
    await streams.watch(response, visit).body!.cancel();
    expect([isCancelled(), ended, streams.size]).toEqual([true, 1, 0]);
  });

  test("one that fails ends too", async () => {
    const streams = new Streams();
    const body = new ReadableStream({ start: (controller) => controller.error(new Error("broken")) });
    const response = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
    expect(await streams.watch(response, someone("a@example.org")).text()).toBe(": open\n\n");
    expect(streams.size).toBe(0);
  });

  test("what is no stream ends at once", () => {
    const streams = new Streams();
    const visit = someone("a@example.org");
    const response = Response.json({});
    expect(streams.watch(response, visit)).toBe(response);
    let ended = false;
    visit.atEnd(() => {
      ended = true;
    });
    expect(ended).toBe(true);
  });
});
