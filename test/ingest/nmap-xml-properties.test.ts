/** What must hold for any input: pieces do not matter, nothing throws, complete hosts are never lost. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { bytesOf, events, host, hostsOf, kinds, nmaprun, toJson } from "./read-events.ts";

/** Repeatable pseudo-random numbers (mulberry32): a failure can be run again. */
function randomness(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const full = await Bun.file(join(import.meta.dir, "golden", "full.xml")).bytes();
const odd = bytesOf(
  `${nmaprun(host('<hostnames><hostname name="é–𝒳\r\ny&amp;&#x1b;"/></hostnames>'))}\r\n` +
    `${nmaprun(host("\0")).replace(/<runstats[\s\S]*/, "<hos")}${nmaprun(host("", "192.0.2.2"))}tail`,
);

test.each([1, 2, 7, 64, 4096])("pieces of %d bytes give the same events", async (piece) => {
  for (const bytes of [full, odd])
    expect(toJson(await events(bytes, { piece }))).toEqual(toJson(await events(bytes)));
});

test("a file cut anywhere keeps every host that was complete", async () => {
  const hosts = Array.from({ length: 5 }, (_, i) => host("", `192.0.2.${i + 1}`));
  const text = nmaprun(hosts.join("\n"));
  const bytes = bytesOf(text);
  for (let at = text.indexOf("<nmaprun"); at < bytes.length - 1; at++) {
    const all = await events(bytes.subarray(0, at));
    const complete = text.slice(0, at).split("</host>").length - 1;
    expect(hostsOf(all).length).toBe(complete);
    if (all[0]?.kind !== "run") continue;
    expect(all.at(-2)).toMatchObject({ kind: "runEnd", run: { finished: false } });
    expect(all.at(-1)).toMatchObject({ kind: "broken", byte: at });
  }
});

test("damaged bytes never throw, and events stay well-formed", async () => {
  const random = randomness(2);
  for (let round = 0; round < 400; round++) {
    const bytes = (round % 2 === 0 ? full : odd).slice();
    for (let flips = 1 + random(8); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
    const all = await events(bytes, { piece: 1 + random(bytes.length) });
    let running = false;
    for (const event of all) {
      if (event.kind === "run" || event.kind === "runEnd") {
        expect(running).toBe(event.kind === "runEnd");
        running = !running;
      } else if (event.kind === "host" || event.kind === "down") {
        expect(running).toBe(true);
      } else if (event.kind === "broken") {
        expect(event.line).toBeGreaterThan(0);
        expect(event.byte).toBeGreaterThanOrEqual(0);
        expect(event.byte).toBeLessThanOrEqual(bytes.length);
      }
    }
    expect(running).toBe(false);
    expect(kinds(all).broken ?? 0).toBeLessThanOrEqual(20);
  }
});

test("pieces of documents in any order never throw", async () => {
  const random = randomness(3);
  const text = new TextDecoder().decode(full);
  const parts = text.split(/(?=<)/);
  for (let round = 0; round < 100; round++) {
    const mixed = Array.from({ length: 60 }, () => parts[random(parts.length)]).join("");
    await events(`<?xml version="1.0"?><nmaprun scanner="nmap">${mixed}`, { piece: 1 + random(500) });
  }
});
