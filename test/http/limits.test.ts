import { describe, expect, test } from "bun:test";
import { BodyRefused, readBody } from "../../src/http/body.ts";
import { InFlight } from "../../src/http/in-flight.ts";
import { RateLimit } from "../../src/http/rate-limit.ts";

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

describe("in flight", () => {
  test("bounded for all and for one", () => {
    const inFlight = new InFlight(8, 0.25);
    const leave = inFlight.enter("a")!;
    expect(inFlight.enter("a")).not.toBeNull();
    expect(inFlight.enter("a")).toBeNull();
    for (const other of ["b", "b", "c", "c", "d", "d"]) expect(inFlight.enter(other)).not.toBeNull();
    expect(inFlight.enter("e")).toBeNull();
    leave();
    leave();
    expect(inFlight.size).toBe(7);
    expect(inFlight.enter("a")).not.toBeNull();
  });

  test("everybody has room for one", () => {
    expect(new InFlight(2, 0.25).enter("a")).not.toBeNull();
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
});
