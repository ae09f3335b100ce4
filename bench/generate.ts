/**
 * Makes a big nmap XML document out of the project's own scans: host elements of fixtures/nmap, with other
 * addresses and names, in a fixed pseudo-random order. Services and scripts are real ones.
 */
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { random } from "./random.ts";

const FIXTURES = resolve(import.meta.dir, "../fixtures/nmap");

/** Real /12 blocks of several countries and networks, so that enrichment finds something to look up. */
const BLOCKS = [0x05090000, 0x17200000, 0x4e000000, 0x68100000, 0x91000000, 0xb2000000, 0xd4000000];

/** Host elements that are up and have an IPv4 address, without those of huge scans. */
function templates(): string[] {
  const found: string[] = [];
  for (const name of readdirSync(FIXTURES).sort()) {
    if (!name.endsWith(".xml")) continue;
    const text = readFileSync(join(FIXTURES, name), "utf8");
    for (const [element] of text.matchAll(/<host[ >][\s\S]*?<\/host>/g)) {
      const isUp = element.includes('state="up"') && element.includes('addrtype="ipv4"');
      if (isUp && element.includes("<port ") && element.length < 40_000) found.push(element);
    }
  }
  return found;
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/**
 * Writes a document with that many hosts, from the host `first` of an endless list on.
 * @returns its size in bytes.
 */
export function generate(path: string, hosts: number, first = 0): number {
  const next = random(42 + first);
  const models = templates().map((element) => ({
    element,
    address: /addr="([\d.]+)" addrtype="ipv4"/.exec(element)?.[1] ?? "",
  }));
  // Short and long templates in a proportion that gives about 2.3 kB a host, as large real scans have.
  const short = models.filter((model) => model.element.length <= 2300);
  const long = models.filter((model) => model.element.length > 2300);
  const mean = (list: typeof models): number =>
    list.reduce((sum, model) => sum + model.element.length, 0) / list.length;
  const share = Math.max(0, Math.min(1, (2300 - mean(short)) / (mean(long) - mean(short))));
  const start = 1_750_000_000;
  const file = openSync(path, "w");
  let bytes = 0;
  const write = (text: string): void => {
    bytes += writeSync(file, text);
  };
  write(
    `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" args="nmap -A" `,
  );
  write(`start="${start}" version="7.93" xmloutputversion="1.05">\n`);
  write(`<scaninfo type="syn" protocol="tcp" numservices="1000" services="1-1000"/>\n`);
  for (let i = first; i < first + hosts; i++) {
    const from = next() < share ? long : short;
    const model = from[Math.floor(next() * from.length)]!;
    const block = BLOCKS[i % BLOCKS.length]!;
    const address = dotted(block + Math.floor(i / BLOCKS.length));
    let element = model.element.replaceAll(`"${model.address}"`, `"${address}"`);
    element = element.replace(/starttime="\d+"/, `starttime="${start + (i >> 6)}"`);
    element = element.replace(/endtime="\d+"/, `endtime="${start + (i >> 6) + 60}"`);
    element = element.replace(/hostname name="([^".]+)/, `hostname name="h${i}`);
    write(`${element}\n`);
  }
  write(`<runstats><finished time="${start + 90_000}" elapsed="90000" exit="success"/>`);
  write(`<hosts up="${hosts}" down="0" total="${hosts}"/></runstats>\n</nmaprun>\n`);
  closeSync(file);
  return bytes;
}
