import { describe, expect, test } from "bun:test";
import type { Identity } from "../../src/accounts/identity.ts";
import { Admission } from "../../src/http/admission.ts";
import { Bodies, BodyRefused, readBody } from "../../src/http/body.ts";
import { InFlight } from "../../src/http/in-flight.ts";
import { RateLimit } from "../../src/http/rate-limit.ts";
import { Visit } from "../../src/http/visit.ts";

function visitOf(client: string, email?: string, request = new Request("http://localhost/mcp")): Visit {
  const visit = new Visit(request, { client, viaProxy: false });
  if (email !== undefined) visit.identity = { email } as Identity;
  return visit;
}

describe("rate limit", () => {
  const limited = (perMinute: number, clients?: number) => {
    const clock = { now: 0 };
    return { clock, limit: new RateLimit({ perMinute, clients, now: () => clock.now }) };
  };

  test("as many at once as a minute has, then the wait until the next", () => {
    const { clock, limit } = limited(240);
    for (let i = 0; i < 240; i++) expect(limit.take("a")).toBe(0);
    expect(limit.take("a")).toBe(1);
    clock.now += 249;
    expect(limit.take("a")).toBe(1);
    clock.now += 1;
    expect(limit.take("a")).toBe(0);
    expect(limit.take("a")).toBe(1);
  });

  test("Retry-After is computed", () => {
    const { clock, limit } = limited(2);
    limit.take("a");
    limit.take("a");
    expect(limit.take("a")).toBe(30);
    clock.now += 10_000;
    expect(limit.take("a")).toBe(20);
    clock.now += 20_000;
    expect(limit.take("a")).toBe(0);
  });

  test("any number a minute comes out exactly", () => {
    for (const perMinute of [1, 3, 7, 11, 59, 241, 999]) {
      const { limit } = limited(perMinute);
      let passed = 0;
      while (passed < 2000 && limit.take("a") === 0) passed++;
      expect(passed).toBe(perMinute);
    }
  });

  test("clients have nothing to do with each other", () => {
    const { limit } = limited(1);
    expect([limit.take("a"), limit.take("b"), limit.take("a")]).toEqual([0, 0, 60]);
  });

  test("nothing is saved up beyond a minute", () => {
    const { clock, limit } = limited(3);
    limit.take("a");
    clock.now += 3_600_000;
    expect([1, 2, 3, 4].map(() => limit.take("a") === 0)).toEqual([true, true, true, false]);
  });

  test("0 is no limit", () => {
    const { limit } = limited(0);
    for (let i = 0; i < 1000; i++) expect(limit.take("a")).toBe(0);
  });

  test("a flood of clients does not grow the memory", () => {
    const { clock, limit } = limited(1, 100);
    for (let i = 0; i < 1000; i++) limit.take(`client ${i}`);
    expect(limit.size).toBe(100);
    expect(limit.take("client 999")).toBe(60);
    clock.now += 60_000;
    limit.take("client 1000");
    expect(limit.size).toBe(1);
  });
});

describe("several requests at once", () => {
  const clock = { now: 0 };
  const limit = new RateLimit({ perMinute: 60, now: () => clock.now });

  test("pass all or not at all, and are told when they will", () => {
    expect(limit.take("a", 50)).toBe(0);
    expect(limit.take("a", 11)).toBe(1);
    // What was refused took nothing.
    expect(limit.take("a", 10)).toBe(0);
    expect(limit.wait("a", 30)).toBe(30);
    clock.now += 30_000;
    expect(limit.wait("a", 30)).toBe(0);
    expect(limit.take("a", 30)).toBe(0);
    expect(limit.take("a")).toBe(1);
  });

  test("whoever waits as long as he is told gets in with a batch", () => {
    const visit = visitOf("192.0.2.1");
    const admission = new Admission({ rateLimit: 10, maxConnections: 64 });
    for (let i = 0; i < 9; i++) expect(admission.enter(visit, { stranger: false })).toBeNull();
    visit.end();
    expect(admission.enter(visit, { stranger: false })).toBeNull();
    const refused = admission.batch(visit, 5)!;
    expect(refused.status).toBe(429);
    // All five, the one that his request was counted for included.
    expect(refused.headers.get("retry-after")).toBe("30");
  });

  test("a batch longer than ever passes is named for good", async () => {
    for (const [rateLimit, longest] of [
      [10, 10],
      [240, 100],
      [0, 100],
    ] as const) {
      const admission = new Admission({ rateLimit, maxConnections: 16 });
      const visit = visitOf("192.0.2.1");
      const refused = admission.batch(visit, longest + 1)!;
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([400, null]);
      expect(await refused.text()).toContain(`${longest} messages at most`);
      // One of them was let in with its request.
      expect(admission.enter(visit, { stranger: false })).toBeNull();
      expect(admission.batch(visit, longest)).toBeNull();
    }
  });
});

describe("in flight", () => {
  const shares = { one: 0.25, strangers: 0.5 };
  const known = { stranger: false };
  const stranger = { stranger: true };

  test("bounded for all and for one", () => {
    const inFlight = new InFlight(8, shares);
    const leave = inFlight.enter("a", known)!;
    expect(inFlight.enter("a", known)).not.toBeNull();
    expect(inFlight.enter("a", known)).toBeNull();
    for (const other of ["b", "b", "c", "c", "d", "d"]) expect(inFlight.enter(other, known)).not.toBeNull();
    expect(inFlight.enter("e", known)).toBeNull();
    leave();
    leave();
    expect(inFlight.size).toBe(7);
    expect(inFlight.enter("a", known)).not.toBeNull();
  });

  test("strangers, from however many networks, leave room for those who are known", () => {
    const inFlight = new InFlight(8, shares);
    const leaves = [1, 2, 3, 4].map((network) => inFlight.enter(`network ${network}`, stranger));
    expect(leaves).not.toContain(null);
    expect(inFlight.enter("network 5", stranger)).toBeNull();
    for (const user of ["a", "a", "b", "b"]) expect(inFlight.enter(user, known)).not.toBeNull();
    expect(inFlight.enter("c", known)).toBeNull();
    for (const leave of leaves) leave!();
    expect(inFlight.enter("network 5", stranger)).not.toBeNull();
  });

  test("everybody has room for one", () => {
    expect(new InFlight(2, shares).enter("a", known)).not.toBeNull();
    expect(new InFlight(1, shares).enter("a", stranger)).not.toBeNull();
  });
});

describe("admission", () => {
  test("50 users behind one address have their streams, each within his own share", () => {
    const admission = new Admission({ rateLimit: 0, maxConnections: 128 });
    const enter = (user: number) => admission.enter(visitOf("192.0.2.1", `u${user}`), { stranger: false });
    for (let user = 0; user < 50; user++) expect([enter(user), enter(user)]).toEqual([null, null]);
    expect(admission.size).toBe(100);
    const greedy = Array.from({ length: 28 }, () => enter(99)?.status);
    expect(greedy).toEqual(Array.from({ length: 28 }, () => undefined));
    expect(enter(99)?.status).toBe(503);
  });

  test("an IPv6 network counts as one: addresses of it are free", () => {
    const admission = new Admission({ rateLimit: 2, maxConnections: 16 });
    const status = (client: string) => admission.enter(visitOf(client), { stranger: true })?.status ?? 200;
    expect(["2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:1:3::1"].map(status)).toEqual([200, 200, 429]);
    expect(status("2001:db8:2::1")).toBe(200);
  });

  test("what is refused in any case is counted, and takes nothing from what is let in", () => {
    const admission = new Admission({ rateLimit: 2, maxConnections: 16 });
    const visit = visitOf("192.0.2.1");
    expect([1, 2, 3].map(() => admission.turnAway(visit)?.status)).toEqual([undefined, undefined, 429]);
    expect(admission.enter(visit, { stranger: false })).toBeNull();
  });
});

describe("bodies", () => {
  const request = (body: string | ReadableStream<Uint8Array>, headers: Record<string, string> = {}) =>
    new Request("http://localhost/", { method: "POST", body, headers });
  const slow = (delays: number[]) =>
    new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const delay of delays) {
          await Bun.sleep(delay);
          controller.enqueue(new Uint8Array([120]));
        }
      },
    });

  test("within the bound", async () => {
    expect(new TextDecoder().decode(await readBody(request("12345"), 5, 1000))).toBe("12345");
    expect(await readBody(new Request("http://localhost/", { method: "POST" }), 5, 1000)).toHaveLength(0);
  });

  test.each([
    ["declared", () => request("123456", { "Content-Length": "6" })],
    ["not declared", () => request(slow([0, 0, 0, 0, 0, 0]))],
    ["declared too small", () => request("123456", { "Content-Length": "2" })],
  ])("too large, %s", async (_name, make) => {
    const refused = await readBody(make(), 5, 1000).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(BodyRefused);
    expect((refused as BodyRefused).status).toBe(413);
  });

  test("too slow, also drop by drop", async () => {
    const refused = await readBody(request(slow([0, 5, 5, 5, 100_000])), 100, 30).catch(
      (error: unknown) => error,
    );
    expect((refused as BodyRefused).status).toBe(408);
  });

  test("broken off", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
    const refused = await readBody(request(broken), 100, 1000).catch((error: unknown) => error);
    expect((refused as BodyRefused).status).toBe(499);
  });

  /** Bodies that come when the test says so. */
  const arriving = (bodies: Bodies, client: string, email?: string) => {
    let send: (text: string) => void = () => {};
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        send = (text) => {
          controller.enqueue(new TextEncoder().encode(text));
          controller.close();
        };
      },
    });
    const outcome = bodies.read(visitOf(client, email, request(body)), 100).then(
      (bytes) => new TextDecoder().decode(bytes),
      (error: unknown) => (error instanceof BodyRefused ? error.status : error),
    );
    return { outcome, send: (text: string) => send(text) };
  };

  test("slow ones of nobody known give way to those that come after, first of whoever has most", async () => {
    const bodies = new Bodies({ time: 60_000, strangers: 3 });
    const other = arriving(bodies, "192.0.2.9");
    const first = arriving(bodies, "2001:db8:1:1::1");
    const second = arriving(bodies, "2001:db8:1:2::1");
    const whole = arriving(bodies, "198.51.100.7");
    expect(await first.outcome).toBe(408);
    whole.send("whole");
    expect(await whole.outcome).toBe("whole");
    second.send("second");
    other.send("other");
    expect(await Promise.all([second.outcome, other.outcome])).toEqual(["second", "other"]);
  });

  test("of the same number the longest under way gives way", async () => {
    const bodies = new Bodies({ time: 60_000, strangers: 2 });
    const first = arriving(bodies, "192.0.2.1");
    const second = arriving(bodies, "192.0.2.2");
    const third = arriving(bodies, "192.0.2.3");
    expect(await first.outcome).toBe(408);
    second.send("b");
    third.send("c");
    expect(await Promise.all([second.outcome, third.outcome])).toEqual(["b", "c"]);
  });

  test("those of users give way to nobody", async () => {
    const bodies = new Bodies({ time: 60_000, strangers: 1 });
    const his = [1, 2, 3].map(() => arriving(bodies, "192.0.2.1", "a@example.org"));
    const stranger = arriving(bodies, "192.0.2.1");
    for (const one of [...his, stranger]) one.send("x");
    expect(await Promise.all([...his, stranger].map(({ outcome }) => outcome))).toEqual(["x", "x", "x", "x"]);
  });
});
