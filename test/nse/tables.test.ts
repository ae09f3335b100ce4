/** Treatments that only give nmap's table another form. */
import { describe, expect, test } from "bun:test";
import type { Json } from "../../src/model/json.ts";
import { treat } from "../../src/nse/treatments.ts";

/** What is stored of a table; its keys with dots as nmap wrote them. */
function stored(id: string, data: Json, keys: Record<string, string> = {}): Json | undefined {
  const { scripts } = treat({ id, output: "text", data, keys: new Map(Object.entries(keys)) });
  expect(scripts).toHaveLength(1);
  expect(scripts[0]).toMatchObject({ id, output: "text", key: id });
  return scripts[0]!.data;
}

test("smb-enum-shares: shares in order of their names", () => {
  const data = {
    account_used: "guest",
    "\\\\192_0_2_1\\print$": { Type: "STYPE_DISKTREE", Comment: "Printer Drivers" },
    "\\\\192_0_2_1\\IPC$": { Type: "STYPE_IPC_HIDDEN", "Anonymous access": "READ/WRITE" },
  };
  const keys = {
    "\\\\192_0_2_1\\print$": "\\\\192.0.2.1\\print$",
    "\\\\192_0_2_1\\IPC$": "\\\\192.0.2.1\\IPC$",
  };
  expect(stored("smb-enum-shares", data, keys)).toEqual({
    account_used: "guest",
    shares: [
      { Share: "\\\\192.0.2.1\\IPC$", Type: "STYPE_IPC_HIDDEN", "Anonymous access": "READ/WRITE" },
      { Share: "\\\\192.0.2.1\\print$", Type: "STYPE_DISKTREE", Comment: "Printer Drivers" },
    ],
  });
});

test("rpcinfo: a program of each protocol", () => {
  const data = {
    "100000": {
      tcp: { port: "111", version: ["2", "3", "4"], addr: "0.0.0.0", owner: "superuser" },
      local: { addr: "/var/run/rpcbind.sock", version: ["3", "4"] },
    },
    "100003": { udp6: { port: "2049", version: ["3"] } },
  };
  expect(stored("rpcinfo", data)).toEqual([
    {
      program: 100000,
      protocol: "tcp",
      port: 111,
      version: ["2", "3", "4"],
      addr: "0.0.0.0",
      owner: "superuser",
    },
    { program: 100000, protocol: "local", addr: "/var/run/rpcbind.sock", version: ["3", "4"] },
    { program: 100003, protocol: "udp6", port: 2049, version: ["3"] },
  ]);
});

test("ms-sql-info: each instance with what is said of all", () => {
  const data = {
    "Windows server name": "WINXP",
    "192_0_2_1\\PROD": { "Instance name": "PROD", Version: { number: "8.00.760" }, "TCP port": "1278" },
    "192_0_2_1:1433": { Clustered: "No" },
  };
  const keys = { "192_0_2_1\\PROD": "192.0.2.1\\PROD", "192_0_2_1:1433": "192.0.2.1:1433" };
  expect(stored("ms-sql-info", data, keys)).toEqual([
    {
      Instance: "192.0.2.1\\PROD",
      "Windows server name": "WINXP",
      "Instance name": "PROD",
      Version: { number: "8.00.760" },
      "TCP port": "1278",
    },
    { Instance: "192.0.2.1:1433", "Windows server name": "WINXP", Clustered: "No" },
  ]);
});

test("s7-info: names for labels", () => {
  expect(
    stored("s7-info", {
      Module: "6ES7 315-2AG10-0AB0",
      "Basic Hardware": "6ES7 315-2AG10-0AB0",
      Version: "2.6.9",
      "System Name": "SIMATIC 300(1)",
      "Module Type": "CPU 315-2 DP",
      "Serial Number": "S C-X4U421302009",
      "Plant Identification": "",
      Copyright: "Original Siemens Equipment",
      "Object Name": "SimpleServer",
    }),
  ).toEqual({
    module: "6ES7 315-2AG10-0AB0",
    hardware: "6ES7 315-2AG10-0AB0",
    version: "2.6.9",
    system_name: "SIMATIC 300(1)",
    module_type: "CPU 315-2 DP",
    module_sn: "S C-X4U421302009",
    plant: "",
    copyright: "Original Siemens Equipment",
    "Object Name": "SimpleServer",
  });
});

describe("modbus-discover", () => {
  const units = {
    "sid 0x64": {
      "Slave ID data": "\\xFA\\xFFPM710",
      "Device identification": "Schneider Electric PM710 v03.110",
    },
    "sid 0x96": { error: "GATEWAY TARGET DEVICE FAILED TO RESPONSE" },
  };

  test("from nmap's table", () => {
    expect(stored("modbus-discover", units)).toEqual({
      ...units,
      deviceid: "Schneider Electric PM710 v03.110",
    });
  });

  test("from the text of older scripts", () => {
    const output =
      "\n  Positive response for sid = 0x64\n    SLAVE ID DATA: \\xFA\\xFFPM710PowerMeter\n    DEVICE IDENTIFICATION: Schneider Electric PM710 v03.110\n";
    expect(treat({ id: "modbus-discover", output }).scripts[0]?.data).toEqual({
      deviceid: "Schneider Electric PM710 v03.110",
    });
  });

  test("a device that does not say", () => {
    const { "sid 0x64": _, ...others } = units;
    expect(stored("modbus-discover", others)).toEqual(others);
    expect(treat({ id: "modbus-discover", output: "x" }).scripts).toEqual([
      { id: "modbus-discover", output: "x" },
    ]);
  });
});

describe("mongodb-databases", () => {
  const read = (output: string) => treat({ id: "mongodb-databases", output }).scripts[0];

  test("the answer, its lists in order", () => {
    const output = [
      "",
      "  ok = 1",
      "  databases",
      "    1",
      "      empty = true",
      "      sizeOnDisk = 1",
      "      name = local",
      "    0",
      "      empty = false",
      "      sizeOnDisk = 83886080",
      "      name = a = b",
      "      shards",
      "        shard1 = 5",
      "  totalSize = 83886081",
      "  note =",
    ].join("\n");
    expect(read(output)?.data).toEqual({
      ok: 1,
      databases: [
        { empty: false, sizeOnDisk: 83_886_080, name: "a = b", shards: [{ name: "shard1", size: 5 }] },
        { empty: true, sizeOnDisk: 1, name: "local" },
      ],
      totalSize: 83_886_081,
      note: "",
    });
  });

  test("a refusal is data, a sentence is not, No Bson data is nothing", () => {
    expect(read("\n  ok = 0\n  errmsg = not authorized")?.data).toEqual({ ok: 0, errmsg: "not authorized" });
    expect(read("something\n  else")).toEqual({ id: "mongodb-databases", output: "something\n  else" });
    expect(read("\n  ERROR: No Bson data returned")).toBeUndefined();
  });

  test("names like those of objects' own members are only names; any depth is read", () => {
    expect(JSON.stringify(read("\n  __proto__ = x\n  constructor\n    prototype = y")?.data)).toBe(
      '{"__proto__":"x","constructor":{"prototype":"y"}}',
    );
    const deep = Array.from({ length: 2000 }, (_, depth) => `${" ".repeat(depth)}x`).join("\n");
    expect(read(`${deep}\n${" ".repeat(2000)}a = b`)?.data).toBeDefined();
  });
});

describe("snmp-info", () => {
  const macs = (engineIDFormat: string, engineIDData: string) =>
    treat({ id: "snmp-info", output: "x", data: { engineIDFormat, engineIDData } }).addresses;

  test("an engine id of a MAC address", () => {
    expect(macs("mac", "00:D4:8c:00:11:22")).toEqual([{ type: "mac", value: "00:d4:8c:00:11:22" }]);
    expect(macs("octets", "00d48c00112233")).toEqual([{ type: "mac", value: "00:d4:8c:00:11:22" }]);
  });

  test.each([
    ["mac", "00:00:00:00:00:00"],
    ["mac", "01:d4:8c:00:11:22"],
    ["mac", "00:d4"],
    ["octets", "00d48c00112234"],
    ["text", "00:d4:8c:00:11:22"],
  ])("%s %s is none", (format, data) => {
    expect(macs(format, data)).toEqual([]);
  });

  test("the script is kept as it is", () => {
    const data = { engineIDFormat: "mac", engineIDData: "00:d4:8c:00:11:22", snmpEngineBoots: "6" };
    expect(stored("snmp-info", data)).toEqual(data);
  });
});

test.each(["smb-enum-shares", "rpcinfo", "ms-sql-info", "s7-info", "modbus-discover", "snmp-info"])(
  "%s with anything else in its table keeps that",
  (id) => {
    for (const data of [["x"], ["x", ["y"]], "text", 5, null, { a: null }])
      expect(stored(id, data)).toEqual(data);
  },
);
