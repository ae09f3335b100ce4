import { describe, expect, test } from "bun:test";
import type { Identity } from "../../src/accounts/identity.ts";
import { REFUSALS_LISTED } from "../../src/http/limits.ts";
import { Log } from "../../src/http/log.ts";
import { Visit } from "../../src/http/visit.ts";

function made(json = false) {
  const clock = { now: Date.parse("2026-11-20T10:00:00Z") };
  const lines: string[] = [];
  const log = new Log({ json, tell: (line) => void lines.push(line), now: () => clock.now });
  const visit = (client: string, email?: string) => {
    const made = new Visit(new Request("http://localhost/mcp"), { client, viaProxy: false });
    if (email !== undefined) made.identity = { email } as Identity;
    return made;
  };
  const ask = (status: number, times: number, client = "192.0.2.1", email?: string) => {
    for (let i = 0; i < times; i++) log.request(visit(client, email), status, 1);
  };
  return { clock, lines, log, ask, visit };
}

describe("refusals", () => {
  test.each([401, 403, 404, 429, 503])("%s again and again is some lines and then a number", (status) => {
    const { clock, lines, log, ask } = made();
    ask(status, REFUSALS_LISTED + 200);
    expect(lines).toHaveLength(REFUSALS_LISTED);
    log.sweep();
    expect(lines).toHaveLength(REFUSALS_LISTED);
    clock.now += 60_000;
    log.sweep();
    expect(lines.slice(REFUSALS_LISTED)).toEqual([
      "2026-11-20T10:01:00.000Z 192.0.2.1 - 200 more refusals within a minute",
    ]);
    // The next minute has lines again.
    ask(status, 1);
    expect(lines).toHaveLength(REFUSALS_LISTED + 2);
  });

  test("the number comes before what the next minute brings, and at the end", () => {
    const { clock, lines, log, ask } = made();
    ask(429, REFUSALS_LISTED + 1);
    clock.now += 61_000;
    ask(429, REFUSALS_LISTED + 2);
    expect(lines[REFUSALS_LISTED]).toEndWith("1 more refusals within a minute");
    log.flush();
    expect(lines.at(-1)).toEndWith("2 more refusals within a minute");
    log.flush();
    expect(lines).toHaveLength(2 * REFUSALS_LISTED + 2);
  });

  test("hide nothing that others ask, nor what was answered", () => {
    const { lines, ask } = made();
    ask(403, 1000);
    ask(200, 100);
    ask(500, 100);
    ask(429, 1, "192.0.2.1", "ann@example.org");
    ask(403, 1, "192.0.2.2");
    expect(lines).toHaveLength(REFUSALS_LISTED + 202);
  });

  test("are counted by IPv6 network, and by user", () => {
    const { lines, log, ask } = made(true);
    for (let i = 1; i <= REFUSALS_LISTED + 3; i++) ask(403, 1, `2001:db8:1:${i}::1`);
    ask(429, REFUSALS_LISTED + 5, "192.0.2.1", "ann@example.org");
    log.flush();
    const time = "2026-11-20T10:00:00.000Z";
    expect(lines.slice(-2).map((line) => JSON.parse(line))).toEqual([
      { time, client: "2001:db8:1::/48", user: null, refusals: 3 },
      { time, client: "192.0.2.1", user: "ann@example.org", refusals: 5 },
    ]);
  });

  test("of more networks than are told apart are counted together", () => {
    const { lines, log, ask } = made();
    for (let i = 0; i < 5000; i++) ask(403, 1, `10.0.${i >> 8}.${i & 255}`);
    expect(lines).toHaveLength(1000 + REFUSALS_LISTED);
    log.flush();
    expect(lines.at(-1)).toEndWith(`others - ${4000 - REFUSALS_LISTED} more refusals within a minute`);
  });
});

test("troubles of the server are not told for each request either", () => {
  const { clock, lines, log } = made();
  for (let i = 0; i < REFUSALS_LISTED + 7; i++) log.trouble("gadwall: cannot read the accounts");
  clock.now += 60_000;
  log.sweep();
  expect(lines).toHaveLength(REFUSALS_LISTED + 1);
  expect(lines.at(-1)).toBe("gadwall: 7 more lines like the last ones within a minute");
});

test("each message of a batch has a line", () => {
  const { lines, log, visit } = made();
  const batch = visit("192.0.2.1");
  batch.asked = [
    { method: "tools/call", tool: "count" },
    { method: "tools/list", tool: null },
  ];
  log.request(batch, 200, 3);
  expect(lines.map((line) => line.split(" ").slice(-2))).toEqual([
    ["tools/call", "count"],
    ["3ms", "tools/list"],
  ]);
});
