/** Logs of Windows networking: ntlm and smb_mapping. */
import { type Pair, writePairs } from "../passive/pairs.ts";
import { defineLog, type Fact, openPort } from "./zeek-kind.ts";

const SMB_PORTS: ReadonlySet<number> = new Set([139, 445]);

export const NTLM = defineLog({
  name: "ntlm",
  marks: [
    ["server_nb_computer_name"],
    ["server_dns_computer_name"],
    ["domainname", "hostname"],
    ["username", "domainname"],
  ],
  columns: {
    "id.orig_h": "address",
    "id.resp_h": "address",
    "id.resp_p": "port",
    username: "text",
    hostname: "text",
    domainname: "text",
    server_nb_computer_name: "text",
    server_dns_computer_name: "text",
    server_tree_name: "text",
  },
  needs: ["id.orig_h", "id.resp_h", "id.resp_p"],
  read(row) {
    const port = row["id.resp_p"];
    // The log does not say in which protocol the messages travelled.
    const source = port !== undefined && SMB_PORTS.has(port) ? "tcp-SMB" : "tcp-NTLM";
    const message = (
      at: { addr: bigint | undefined; port?: number },
      recontype: string,
      pairs: Pair[],
    ): Fact[] => {
      const value = writePairs(pairs);
      return value === "" || at.addr === undefined ? [] : [{ ...at, recontype, source, value }];
    };
    return [
      ...message({ addr: row["id.orig_h"] }, "NTLM_AUTHENTICATE", [
        ["NetBIOS_Domain_Name", row.domainname ?? ""],
        ["User_Name", row.username ?? ""],
        ["Workstation", row.hostname ?? ""],
      ]),
      ...message({ addr: row["id.resp_h"], port }, "NTLM_CHALLENGE", [
        ["NetBIOS_Computer_Name", row.server_nb_computer_name ?? ""],
        ["DNS_Computer_Name", row.server_dns_computer_name ?? ""],
        ["DNS_Tree_Name", row.server_tree_name ?? ""],
      ]),
    ];
  },
});

export const SMB_MAPPING = defineLog({
  name: "smb_mapping",
  marks: [["share_type"]],
  columns: { "id.resp_h": "address", "id.resp_p": "port", path: "text", share_type: "text" },
  needs: ["id.resp_h", "id.resp_p"],
  read({ "id.resp_h": addr, "id.resp_p": port, path, share_type: type }) {
    if (addr === undefined || port === undefined) return [];
    const facts: Fact[] = [openPort(addr, port)];
    if (path) facts.push({ addr, port, recontype: "SMB_SHARE", ...(type && { source: type }), value: path });
    return facts;
  },
});
