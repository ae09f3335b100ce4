/** Turning scan records into rows of schema `nmap`. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { formatAddress, toV4 } from "../model/ip.ts";
import type { Json } from "../model/json.ts";
import type { DownHost, Host, Port, Run, Screenshot, Script } from "../model/scan.ts";
import type { Cell } from "./columns.ts";
import { jsonText } from "./json-text.ts";
import { RowWriter } from "./rows.ts";
import { portsOnce } from "./same-port.ts";
import { type Columns, HOST_TABLES, MAIN_TABLES, NMAP_TABLES } from "./tables.ts";

/** The tables that the loader fills; the other host tables are derived by SQL. */
const LOADED = {
  host: ["nmap", HOST_TABLES.host],
  source: ["nmap", HOST_TABLES.source],
  category: ["nmap", HOST_TABLES.category],
  tag: ["nmap", HOST_TABLES.tag],
  address: ["nmap", HOST_TABLES.address],
  hostname: ["nmap", HOST_TABLES.hostname],
  port: ["nmap", HOST_TABLES.port],
  script: ["nmap", HOST_TABLES.script],
  screenshot: ["nmap", HOST_TABLES.screenshot],
  screenword: ["nmap", HOST_TABLES.screenword],
  cpe: ["nmap", HOST_TABLES.cpe],
  cpe_origin: ["nmap", HOST_TABLES.cpe_origin],
  os_match: ["nmap", HOST_TABLES.os_match],
  os_class: ["nmap", HOST_TABLES.os_class],
  trace: ["nmap", HOST_TABLES.trace],
  trace_hop: ["nmap", HOST_TABLES.trace_hop],
  extraport: ["nmap", HOST_TABLES.extraport],
  extrareason: ["nmap", HOST_TABLES.extrareason],
  down_host: ["nmap", NMAP_TABLES.down_host],
  picture: ["main", MAIN_TABLES.picture],
  run: ["main", MAIN_TABLES.run],
  scaninfo: ["main", MAIN_TABLES.scaninfo],
  target: ["main", MAIN_TABLES.target],
  run_script: ["main", MAIN_TABLES.run_script],
} as const satisfies Record<string, readonly [string, Columns]>;
type Loaded = keyof typeof LOADED;

/** Where a loaded record belongs. */
export interface Origin {
  importId: number;
  runId: number;
}

/** Counts on from the largest id in use. */
async function nextId(connection: DuckDBConnection, table: string, column: string): Promise<number> {
  const result = await connection.runAndReadAll(`SELECT coalesce(max("${column}"), 0) + 1 FROM ${table}`);
  return Number(result.getRows()[0]?.[0]);
}

/** Bytes in a row of `main.picture`; a multiple of 3, so that the Base64 of the pieces is that of the whole. */
const PICTURE_PIECE = 12_288;

/** Bytes of pictures after which they are handed over: what waits in an appender counts on no memory limit. */
const WAITING_PICTURES = 16 * 1024 * 1024;

export class ScanLoader {
  readonly #writers: Record<Loaded, RowWriter>;
  /** Bytes of pictures that were not handed over yet. */
  #waiting = 0;
  #hostId: number;
  #portId: number;
  #runId: number;
  #pictureId: number;

  private constructor(
    writers: Record<Loaded, RowWriter>,
    ids: Record<"host" | "port" | "run" | "picture", number>,
  ) {
    this.#writers = writers;
    this.#hostId = ids.host;
    this.#portId = ids.port;
    this.#runId = ids.run;
    this.#pictureId = ids.picture;
  }

  static async open(connection: DuckDBConnection): Promise<ScanLoader> {
    const writers: Partial<Record<Loaded, RowWriter>> = {};
    for (const [table, [schema, columns]] of Object.entries(LOADED)) {
      writers[table as Loaded] = await RowWriter.open(connection, schema, table, columns);
    }
    return new ScanLoader(writers as Record<Loaded, RowWriter>, {
      host: await nextId(connection, "nmap.host", "id"),
      port: await nextId(connection, "nmap.port", "id"),
      run: await nextId(connection, "main.run", "id"),
      picture: await nextId(connection, "main.picture", "id"),
    });
  }

  /** The id that the next host will get. */
  get nextHostId(): number {
    return this.#hostId;
  }

  /** A fresh id for a run; its row is written at its end by `run`. */
  newRun(): number {
    return this.#runId++;
  }

  host(host: Host, origin: Origin): void {
    const id = BigInt(this.#hostId++);
    const { os } = host;
    this.#writers.host.add(
      id,
      origin.importId,
      origin.runId,
      host.addr,
      host.addr === undefined ? null : toV4(host.addr),
      host.state,
      host.reason,
      host.reasonTtl,
      host.starttime,
      host.endtime,
      host.timedout,
      os?.portused?.port,
      os?.portused?.state,
      os?.fingerprint,
      host.uptime,
      host.distance,
    );
    for (const value of host.sources ?? []) this.#writers.source.add(id, value);
    for (const value of host.categories ?? []) this.#writers.category.add(id, value);
    for (const { value, type, info } of host.tags ?? []) {
      for (const entry of info ?? [null]) this.#writers.tag.add(id, value, type ?? "info", entry, "import");
    }
    for (const address of host.addresses) {
      this.#writers.address.add(id, address.type, address.value, address.vendor);
    }
    host.hostnames.forEach((name, seq) => {
      this.#writers.hostname.add(id, seq, name.name, name.type);
    });
    for (const port of portsOnce(host.ports)) this.#port(id, port, origin.importId);
    host.cpes.forEach((cpe, seq) => {
      this.#writers.cpe.add(id, seq, cpe.type, cpe.vendor, cpe.product, cpe.version);
      for (const origin of cpe.origins) this.#writers.cpe_origin.add(id, seq, origin);
    });
    os?.matches.forEach((match, seq) => {
      this.#writers.os_match.add(id, seq, match.name, match.accuracy, match.line);
    });
    os?.classes.forEach((osclass, seq) => {
      const { type, vendor, osfamily, osgen, accuracy } = osclass;
      this.#writers.os_class.add(id, seq, type, vendor, osfamily, osgen, accuracy);
    });
    host.traces.forEach((trace, traceSeq) => {
      this.#writers.trace.add(id, traceSeq, trace.protocol, trace.port);
      trace.hops.forEach((hop, seq) => {
        this.#writers.trace_hop.add(id, traceSeq, seq, hop.ttl, hop.rtt, hop.addr, hop.host);
      });
    });
    for (const extra of host.extraports) {
      this.#writers.extraport.add(id, extra.state, extra.total);
      for (const reason of extra.reasons) {
        this.#writers.extrareason.add(
          id,
          extra.state,
          reason.reason,
          reason.count,
          reason.protocol,
          reason.ports,
        );
      }
    }
  }

  #port(hostId: bigint, port: Port, importId: number): void {
    const id = BigInt(this.#portId++);
    const { service } = port;
    this.#writers.port.add(
      hostId,
      id,
      port.protocol,
      port.port,
      port.state,
      port.reason,
      port.reasonTtl,
      port.reasonIp,
      service?.name,
      service?.product,
      service?.version,
      service?.extrainfo,
      service?.ostype,
      service?.devicetype,
      service?.hostname,
      service?.tunnel,
      service?.method,
      service?.conf,
      service?.servicefp,
      service?.rpcnum,
      service?.lowver,
      service?.highver,
    );
    port.scripts.forEach((script: Script, seq) => {
      this.#writers.script.add(
        hostId,
        id,
        port.protocol,
        port.port,
        seq,
        script.id,
        script.output,
        script.key,
        jsonText(script.data),
      );
    });
    if (port.screenshot !== undefined)
      this.#screenshot([hostId, id, port.protocol, port.port], port.screenshot, importId);
  }

  #screenshot(at: readonly Cell[], { kind, data, words }: Screenshot, importId: number): void {
    const picture = data === undefined ? null : this.#picture(data, importId);
    if (kind !== undefined) this.#writers.screenshot.add(...at, kind, picture);
    words?.forEach((word, seq) => {
      this.#writers.screenword.add(...at, seq, word);
    });
  }

  /** Stores a picture. @returns its id. */
  #picture(data: Uint8Array, importId: number): number {
    const id = this.#pictureId++;
    for (let from = 0, seq = 0; from < data.length; from += PICTURE_PIECE, seq++)
      this.#writers.picture.add(importId, id, seq, data.subarray(from, from + PICTURE_PIECE));
    this.#waiting += data.length;
    if (this.#waiting >= WAITING_PICTURES) {
      this.#writers.picture.flush();
      this.#waiting = 0;
    }
    return id;
  }

  down(host: DownHost, origin: Origin): void {
    this.#writers.down_host.add(
      origin.importId,
      origin.runId,
      host.addr,
      host.addr === undefined ? null : toV4(host.addr),
      host.reason,
      host.starttime,
      host.endtime,
    );
  }

  /** Writes what a run says of itself. */
  run(run: Run, origin: Origin): void {
    this.#writers.run.add(
      origin.runId,
      origin.importId,
      run.scanner,
      run.version,
      run.args,
      run.start,
      run.end,
      run.exit,
      run.finished,
      run.elapsed,
      run.summary,
      run.errormsg,
      run.hostsUp,
      run.hostsDown,
      run.hostsTotal,
    );
    for (const info of run.scaninfo) {
      this.#writers.scaninfo.add(origin.runId, info.type, info.protocol, info.numservices, info.services);
    }
    for (const target of run.targets) {
      this.#writers.target.add(origin.runId, target.specification, target.status, target.reason);
    }
    run.scripts.forEach((script, seq) => {
      const { phase, id, output, key } = script;
      this.#writers.run_script.add(origin.runId, phase, seq, id, output, key, jsonText(script.data));
    });
  }

  /** Hands over what is buffered: statements of the same connection see the rows afterwards. */
  flush(): void {
    for (const writer of Object.values(this.#writers)) writer.flush();
  }

  /** Hands everything over; the loader cannot be used afterwards. */
  close(): void {
    for (const writer of Object.values(this.#writers)) writer.close();
  }
}

/** How a record is shown by `import --test`: plain JSON with textual addresses, pictures in Base64. */
export function plain(host: Host): Json {
  return JSON.parse(
    JSON.stringify(host, (_key, value: unknown) => {
      if (typeof value === "bigint") return formatAddress(value);
      return value instanceof Uint8Array ? value.toBase64() : value;
    }),
  ) as Json;
}
