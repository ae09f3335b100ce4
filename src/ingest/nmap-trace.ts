/** A `trace` element of nmap's XML, with its hops, to a record (spec ivre §7.2). */
import type { Trace } from "../model/scan.ts";
import { type Attributes, address, decimal, filled, MAX_PORT, type ReadInteger } from "./nmap-values.ts";

export class TraceReader {
  readonly trace: Trace = { hops: [] };
  readonly #integer: ReadInteger;

  constructor(a: Attributes, readInteger: ReadInteger) {
    this.#integer = readInteger;
    if (filled(a.proto) !== undefined) this.trace.protocol = a.proto;
    const port = readInteger(a.port, 0, MAX_PORT, "trace port");
    if (port !== undefined) this.trace.port = port;
  }

  hop(a: Attributes): void {
    const ttl = this.#integer(a.ttl, 0, 255, "hop TTL");
    if (ttl === undefined) return;
    const hop: Trace["hops"][number] = { ttl };
    const rtt = decimal(a.rtt);
    if (rtt !== undefined) hop.rtt = rtt;
    const addr = address(a.ipaddr);
    if (addr !== undefined) hop.addr = addr;
    if (filled(a.host) !== undefined) hop.host = a.host;
    this.trace.hops.push(hop);
  }
}
