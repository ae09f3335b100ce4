/** One nmaprun document to scan events: the builder behind the XML parser. Pure; keeps one host at a time. */
import type { Run, ScanEvent } from "../model/scan.ts";
import type { Findings } from "../nse/treatment.ts";
import { treat } from "../nse/treatments.ts";
import type { ParseLimits } from "./limits.ts";
import { HostReader } from "./nmap-host.ts";
import { type Attributes, decimal, filled, integer, seconds } from "./nmap-values.ts";
import { ScriptReader } from "./script-table.ts";

/** The document is no nmap run, or more than the limits allow: reading it stops for good. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** Facts of the run itself (targets, scaninfo, run scripts) kept at most: more is an attack on memory. */
const MAX_RUN_FACTS = 200_000;

const MAX_INT = 2_147_483_647;

export class NmapDocument {
  /** True while an nmaprun element is open. */
  running = false;
  /** Set while text matters (inside `cpe` and `elem`). */
  wantsText = false;
  text = "";

  readonly #limits: ParseLimits;
  readonly #emit: (event: ScanEvent) => void;
  readonly #warn: (message: string) => void;
  #run: Run;
  #runFacts = 0;
  #ended = false;
  #hosts: { count: number };
  #host: HostReader | null = null;
  #script: ScriptReader | null = null;
  #scriptOf: "host" | "port" | "pre" | "post" | null = null;
  #inHostScripts = false;
  #depth = 0;
  /** Depth of the host and of the script being read: elements of the same name inside them do not end them. */
  #hostDepth = 0;
  #scriptDepth = 0;
  /** Depth of an element all of whose content is ignored (`hosthint`, `output`); 0 for none. */
  #ignoredFrom = 0;

  /** `hosts` is shared by all documents of a file, since the cap is on the file. */
  constructor(
    limits: ParseLimits,
    hosts: { count: number },
    emit: (event: ScanEvent) => void,
    warn: (message: string) => void,
  ) {
    this.#limits = limits;
    this.#hosts = hosts;
    this.#emit = emit;
    this.#warn = warn;
    this.#run = { scanner: "nmap", finished: false, scaninfo: [], targets: [], scripts: [] };
  }

  get inHost(): boolean {
    return this.#host !== null;
  }

  /** Throws Refusal. */
  open(name: string, a: Attributes): void {
    const depth = ++this.#depth;
    if (depth > this.#limits.maxDepth) {
      throw new Refusal(
        `elements are nested more than ${this.#limits.maxDepth} deep, which nmap never does; if the file is right, raise --max-depth`,
      );
    }
    if (this.#ignoredFrom > 0) return;
    if (this.#script !== null) {
      this.#openInScript(name, a);
      return;
    }
    if (name === "script") {
      this.#openScript(a);
      return;
    }
    if (this.#host !== null) {
      if (name === "hostscript") this.#inHostScripts = true;
      else if (name === "cpe") this.#startText();
      else this.#host.open(name, a);
      return;
    }
    switch (name) {
      case "nmaprun":
        if (depth === 1) {
          this.#openRun(a);
          return;
        }
        return;
      case "host":
        if (++this.#hosts.count > this.#limits.maxHosts) {
          throw new Refusal(
            `there are more than ${this.#limits.maxHosts} hosts in this file; to read more, raise --max-hosts`,
          );
        }
        this.#host = new HostReader(a, this.#warn);
        this.#hostDepth = depth;
        return;
      case "hosthint":
      case "output":
        this.#ignoredFrom = depth;
        return;
      case "prescript":
        this.#scriptOf = "pre";
        return;
      case "postscript":
        this.#scriptOf = "post";
        return;
      case "scaninfo":
        this.#scaninfo(a);
        return;
      case "target":
        this.#target(a);
        return;
      case "finished":
        this.#finished(a);
        return;
      case "hosts":
        this.#hostCounts(a);
        return;
    }
    if (depth === 1) throw new Refusal(`this is a ${name} document, not nmap's nmaprun`);
  }

  close(name: string): void {
    const depth = this.#depth--;
    if (this.#ignoredFrom > 0) {
      if (depth === this.#ignoredFrom) this.#ignoredFrom = 0;
      return;
    }
    if (this.#script !== null) {
      this.#closeInScript(name, depth);
      return;
    }
    if (this.#host !== null) {
      this.#closeInHost(name, depth);
      return;
    }
    if (name === "prescript" || name === "postscript") this.#scriptOf = null;
    else if (name === "nmaprun" && depth === 1) this.#endRun(this.#ended && this.#run.exit !== "error");
  }

  /** The document broke off: what is known of the run is told. The host being read is lost, no other. */
  abort(): void {
    this.#host = null;
    if (this.running) this.#endRun(false);
  }

  #openRun(a: Attributes): void {
    const scanner = filled(a.scanner) ?? "nmap";
    if (scanner === "masscan") {
      throw new Refusal("this is masscan's XML (-oX), which gadwall does not read yet; scan with nmap -oX");
    }
    const run = this.#run;
    run.scanner = scanner;
    if (filled(a.version) !== undefined) run.version = a.version;
    if (filled(a.args) !== undefined) run.args = a.args;
    const start = seconds(a.start);
    if (start !== undefined) run.start = start;
    else if (filled(a.start) !== undefined)
      this.#warn(`the start "${a.start}" of the run is no time in seconds: left out`);
    this.running = true;
    this.#emit({ kind: "run" });
  }

  #endRun(finished: boolean): void {
    this.running = false;
    this.#run.finished = finished;
    this.#emit({ kind: "runEnd", run: this.#run });
  }

  /** False, with one warning, once a run claims an absurd number of facts. */
  #roomForFact(): boolean {
    if (++this.#runFacts === MAX_RUN_FACTS + 1) {
      this.#warn(
        `the run lists more than ${MAX_RUN_FACTS} targets and other facts of its own: the rest is left out`,
      );
    }
    return this.#runFacts <= MAX_RUN_FACTS;
  }

  #scaninfo(a: Attributes): void {
    if (!this.#roomForFact()) return;
    const info: Run["scaninfo"][number] = {
      type: a.type ?? "",
      protocol: a.protocol ?? "",
      services: a.services ?? "",
    };
    const count = integer(a.numservices, 0, MAX_INT);
    if (count !== undefined) info.numservices = count;
    this.#run.scaninfo.push(info);
  }

  #target(a: Attributes): void {
    const specification = filled(a.specification);
    if (specification === undefined || !this.#roomForFact()) return;
    const target: Run["targets"][number] = { specification };
    if (filled(a.status) !== undefined) target.status = a.status;
    if (filled(a.reason) !== undefined) target.reason = a.reason;
    this.#run.targets.push(target);
  }

  #finished(a: Attributes): void {
    this.#ended = true;
    const run = this.#run;
    const end = seconds(a.time);
    if (end !== undefined) run.end = end;
    const elapsed = decimal(a.elapsed);
    if (elapsed !== undefined) run.elapsed = elapsed;
    if (filled(a.exit) !== undefined) run.exit = a.exit;
    if (filled(a.summary) !== undefined) run.summary = a.summary;
    if (filled(a.errormsg) !== undefined) run.errormsg = a.errormsg;
  }

  #hostCounts(a: Attributes): void {
    const run = this.#run;
    const up = integer(a.up, 0, Number.MAX_SAFE_INTEGER);
    if (up !== undefined) run.hostsUp = up;
    const down = integer(a.down, 0, Number.MAX_SAFE_INTEGER);
    if (down !== undefined) run.hostsDown = down;
    const total = integer(a.total, 0, Number.MAX_SAFE_INTEGER);
    if (total !== undefined) run.hostsTotal = total;
  }

  #startText(): void {
    this.wantsText = true;
    this.text = "";
  }

  #openScript(a: Attributes): void {
    const id = filled(a.id);
    if (id === undefined) {
      this.#warn("a script without id: left out");
      this.#ignoredFrom = this.#depth;
      return;
    }
    this.#script = new ScriptReader(id, a.output ?? "");
    this.#scriptDepth = this.#depth;
  }

  #openInScript(name: string, a: Attributes): void {
    if (name === "table") {
      this.#script!.openTable(a.key);
    } else if (name === "elem") {
      this.#script!.openElem(a.key);
      this.#startText();
    }
  }

  #closeInScript(name: string, depth: number): void {
    const script = this.#script!;
    if (name === "elem") {
      script.closeElem(this.text);
      this.wantsText = false;
    } else if (name === "table") {
      script.closeTable();
    } else if (depth === this.#scriptDepth) {
      this.#script = null;
      const findings = treat(script.finish());
      if (this.#host !== null) this.#host.script(findings, this.#inHostScripts);
      else if (this.#scriptOf === "pre" || this.#scriptOf === "post")
        this.#runScripts(findings, this.#scriptOf);
    }
  }

  #runScripts({ scripts }: Findings, phase: "pre" | "post"): void {
    for (const script of scripts) if (this.#roomForFact()) this.#run.scripts.push({ ...script, phase });
  }

  #closeInHost(name: string, depth: number): void {
    const host = this.#host!;
    switch (name) {
      case "host": {
        if (depth !== this.#hostDepth) return;
        this.#host = null;
        const record = host.finish();
        if (record === null) return;
        this.#emit(
          "host" in record ? { kind: "host", host: record.host } : { kind: "down", host: record.down },
        );
        return;
      }
      case "hostscript":
        this.#inHostScripts = false;
        return;
      case "cpe":
        host.cpe(this.text);
        this.wantsText = false;
        return;
      default:
        host.close(name);
    }
  }
}
