/**
 * The tables of the database, as data: DDL, loading, copying into the view and deleting a host all read
 * this one list. docs/schema.md describes them to people.
 *
 * The schemas `nmap` (one host row per host and scan) and `view` (one host row per address) hold the same
 * host tables. Rows are loaded in host order, so zone maps do the work of indexes; there are no keys and no
 * ART indexes on purpose (they cost 4x on load).
 */

export type ColumnType =
  | "BIGINT"
  | "INTEGER"
  | "UINTEGER"
  | "UHUGEINT"
  | "DOUBLE"
  | "VARCHAR"
  | "BOOLEAN"
  | "TIMESTAMP"
  | "JSON"
  | "BLOB";

export type Columns = Readonly<Record<string, ColumnType>>;

/** Host tables: every one but `host` starts with the id of the host that its rows belong to. */
export const HOST_TABLES = {
  host: {
    id: "BIGINT",
    /** The import and scanner run it came from; null in the view. */
    import_id: "INTEGER",
    run_id: "INTEGER",
    /** 128 bits, IPv4 as ::ffff:a.b.c.d; null for a host known only by name or MAC. */
    addr: "UHUGEINT",
    /** The 32-bit address; null for IPv6. */
    v4: "UINTEGER",
    state: "VARCHAR",
    state_reason: "VARCHAR",
    state_reason_ttl: "INTEGER",
    starttime: "TIMESTAMP",
    endtime: "TIMESTAMP",
    timedout: "BOOLEAN",
    os_portused: "VARCHAR",
    os_portused_state: "VARCHAR",
    os_fingerprint: "VARCHAR",
    uptime: "BIGINT",
    distance: "INTEGER",
    /** Derived: number of open ports, over all protocols and of tcp and udp. */
    openports: "INTEGER",
    openports_tcp: "INTEGER",
    openports_udp: "INTEGER",
    /** Derived from the reference data. */
    country_code: "VARCHAR",
    country_name: "VARCHAR",
    city: "VARCHAR",
    as_num: "BIGINT",
    as_name: "VARCHAR",
  },
  source: { host_id: "BIGINT", value: "VARCHAR" },
  category: { host_id: "BIGINT", value: "VARCHAR" },
  address: { host_id: "BIGINT", type: "VARCHAR", value: "VARCHAR", vendor: "VARCHAR" },
  hostname: { host_id: "BIGINT", seq: "INTEGER", name: "VARCHAR", type: "VARCHAR" },
  /** Derived: the name itself and each parent up to the top-level domain; level = number of labels. */
  domain: { host_id: "BIGINT", hostname_seq: "INTEGER", level: "INTEGER", name: "VARCHAR" },
  port: {
    host_id: "BIGINT",
    /** Unique within the schema. */
    id: "BIGINT",
    protocol: "VARCHAR",
    /** -1 carries the host scripts. */
    port: "INTEGER",
    state_state: "VARCHAR",
    state_reason: "VARCHAR",
    state_reason_ttl: "INTEGER",
    state_reason_ip: "UHUGEINT",
    service_name: "VARCHAR",
    service_product: "VARCHAR",
    service_version: "VARCHAR",
    service_extrainfo: "VARCHAR",
    service_ostype: "VARCHAR",
    service_devicetype: "VARCHAR",
    service_hostname: "VARCHAR",
    service_tunnel: "VARCHAR",
    service_method: "VARCHAR",
    service_conf: "INTEGER",
    service_servicefp: "VARCHAR",
    service_rpcnum: "INTEGER",
    service_lowver: "INTEGER",
    service_highver: "INTEGER",
  },
  script: {
    host_id: "BIGINT",
    port_id: "BIGINT",
    /** Repeated from the port, so that questions about scripts need no join. */
    protocol: "VARCHAR",
    port: "INTEGER",
    seq: "INTEGER",
    id: "VARCHAR",
    output: "VARCHAR",
    /** The member name of the structured output: the script id or its alias (`vulns`, `ls` …). */
    key: "VARCHAR",
    data: "JSON",
  },
  /**
   * Derived: further structured output of a script result (that with the same port and `seq`) under another key; a
   * list, of which each element is a row.
   */
  script_more: {
    host_id: "BIGINT",
    port_id: "BIGINT",
    protocol: "VARCHAR",
    port: "INTEGER",
    seq: "INTEGER",
    id: "VARCHAR",
    key: "VARCHAR",
    element: "INTEGER",
    data: "JSON",
  },
  /** Pictures of what a port shows. */
  screenshot: {
    host_id: "BIGINT",
    port_id: "BIGINT",
    protocol: "VARCHAR",
    port: "INTEGER",
    /** `field`: there is a picture; `empty`: IVRE found it blank. */
    kind: "VARCHAR",
    /** The picture's `main.picture.id`; null where the input did not have it. */
    picture: "BIGINT",
  },
  /** Words that IVRE read in a picture. */
  screenword: {
    host_id: "BIGINT",
    port_id: "BIGINT",
    protocol: "VARCHAR",
    port: "INTEGER",
    seq: "INTEGER",
    value: "VARCHAR",
  },
  cpe: {
    host_id: "BIGINT",
    seq: "INTEGER",
    type: "VARCHAR",
    vendor: "VARCHAR",
    product: "VARCHAR",
    version: "VARCHAR",
  },
  cpe_origin: { host_id: "BIGINT", cpe_seq: "INTEGER", origin: "VARCHAR" },
  os_match: { host_id: "BIGINT", seq: "INTEGER", name: "VARCHAR", accuracy: "VARCHAR", line: "VARCHAR" },
  os_class: {
    host_id: "BIGINT",
    seq: "INTEGER",
    type: "VARCHAR",
    vendor: "VARCHAR",
    osfamily: "VARCHAR",
    osgen: "VARCHAR",
    accuracy: "VARCHAR",
  },
  trace: { host_id: "BIGINT", seq: "INTEGER", protocol: "VARCHAR", port: "INTEGER" },
  trace_hop: {
    host_id: "BIGINT",
    trace_seq: "INTEGER",
    seq: "INTEGER",
    ttl: "INTEGER",
    /** Milliseconds; null where the scanner printed "--". */
    rtt: "DOUBLE",
    addr: "UHUGEINT",
    host: "VARCHAR",
  },
  extraport: { host_id: "BIGINT", state: "VARCHAR", total: "INTEGER" },
  extrareason: {
    host_id: "BIGINT",
    state: "VARCHAR",
    reason: "VARCHAR",
    count: "INTEGER",
    protocol: "VARCHAR",
    ports: "VARCHAR",
  },
  /**
   * One row for each info entry of a tag; a tag without info has one row with a null info. `origin` says who
   * gave it: `import` (on the command line) or the name of the derive step that found the evidence.
   */
  tag: { host_id: "BIGINT", value: "VARCHAR", type: "VARCHAR", info: "VARCHAR", origin: "VARCHAR" },
} as const satisfies Record<string, Columns>;

export type HostTable = keyof typeof HOST_TABLES;
export const HOST_TABLE_NAMES = Object.keys(HOST_TABLES) as HostTable[];

/** Tables of schema `nmap` only: what was looked at and found down. */
export const NMAP_TABLES = {
  down_host: {
    import_id: "INTEGER",
    run_id: "INTEGER",
    addr: "UHUGEINT",
    v4: "UINTEGER",
    reason: "VARCHAR",
    starttime: "TIMESTAMP",
    endtime: "TIMESTAMP",
  },
} as const satisfies Record<string, Columns>;

/** Tables of schema `passive`. */
export const PASSIVE_TABLES = {
  /** One row for each different observation; counts and times are added up over `seen`. */
  record: {
    id: "BIGINT",
    /** MD5 over the upsert identity (addr, targetval, recontype, source, value, sensor, port). */
    key: "UHUGEINT",
    addr: "UHUGEINT",
    v4: "UINTEGER",
    targetval: "VARCHAR",
    recontype: "VARCHAR",
    source: "VARCHAR",
    value: "VARCHAR",
    sensor: "VARCHAR",
    port: "INTEGER",
    firstseen: "TIMESTAMP",
    lastseen: "TIMESTAMP",
    count: "BIGINT",
    /** Parsed extras (spec ivre §6.2), from the value. */
    infos: "JSON",
    /** Derived from infos. */
    service_name: "VARCHAR",
    service_product: "VARCHAR",
    service_version: "VARCHAR",
    /** Derived from the reference data. */
    country_code: "VARCHAR",
    country_name: "VARCHAR",
    as_num: "BIGINT",
    as_name: "VARCHAR",
  },
  /** What each import brought of a record. */
  seen: {
    record_id: "BIGINT",
    import_id: "INTEGER",
    firstseen: "TIMESTAMP",
    lastseen: "TIMESTAMP",
    count: "BIGINT",
  },
  /**
   * Derived: names that a record says, by where it says them: `answer` (name of a DNS answer), `target` (the
   * name it leads to: CNAME, NS, MX), `blacklist` (the DNS block list that was asked), `http-host`, `tls-sni`, `cert`.
   */
  name: { record_id: "BIGINT", origin: "VARCHAR", name: "VARCHAR" },
  /** Derived: each of those names and its parents; level = number of labels. */
  domain: { record_id: "BIGINT", origin: "VARCHAR", level: "INTEGER", name: "VARCHAR" },
} as const satisfies Record<string, Columns>;

/** Tables of schema `main`: where the data came from. */
export const MAIN_TABLES = {
  /** Settings of the file itself: `schema_version`, versions of the derive steps and reference data. */
  meta: { key: "VARCHAR", value: "VARCHAR" },
  import: {
    id: "INTEGER",
    path: "VARCHAR",
    sha256: "VARCHAR",
    /** Bytes of the file as it lies on disk. */
    bytes: "BIGINT",
    format: "VARCHAR",
    /** `imported` or `partial`. */
    status: "VARCHAR",
    message: "VARCHAR",
    source: "VARCHAR",
    sensor: "VARCHAR",
    imported_at: "TIMESTAMP",
    hosts: "BIGINT",
    down_hosts: "BIGINT",
    /** Passive observations. */
    observations: "BIGINT",
  },
  import_category: { import_id: "INTEGER", value: "VARCHAR" },
  import_tag: { import_id: "INTEGER", value: "VARCHAR", type: "VARCHAR", info: "VARCHAR" },
  /**
   * Pictures (JPEG, PNG, GIF), cut into pieces: DuckDB handles 2048 rows at a time, which must fit into memory.
   * Both host schemas refer to them.
   */
  picture: { import_id: "INTEGER", id: "BIGINT", seq: "INTEGER", data: "BLOB" },
  run: {
    id: "INTEGER",
    import_id: "INTEGER",
    scanner: "VARCHAR",
    version: "VARCHAR",
    args: "VARCHAR",
    starttime: "TIMESTAMP",
    endtime: "TIMESTAMP",
    exit: "VARCHAR",
    finished: "BOOLEAN",
    elapsed: "DOUBLE",
    summary: "VARCHAR",
    errormsg: "VARCHAR",
    hosts_up: "INTEGER",
    hosts_down: "INTEGER",
    hosts_total: "INTEGER",
  },
  scaninfo: {
    run_id: "INTEGER",
    type: "VARCHAR",
    protocol: "VARCHAR",
    numservices: "INTEGER",
    /** nmap's list of ports, e.g. "1-1024,8080". */
    services: "VARCHAR",
  },
  target: { run_id: "INTEGER", specification: "VARCHAR", status: "VARCHAR", reason: "VARCHAR" },
  run_script: {
    run_id: "INTEGER",
    phase: "VARCHAR",
    seq: "INTEGER",
    id: "VARCHAR",
    output: "VARCHAR",
    key: "VARCHAR",
    data: "JSON",
  },
} as const satisfies Record<string, Columns>;

export const ACTIVE_SCHEMAS = ["nmap", "view"] as const;
