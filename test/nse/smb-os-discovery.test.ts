import { expect, test } from "bun:test";
import { treat } from "../../src/nse/treatments.ts";

const smb = (data: never) => treat({ id: "smb-os-discovery", output: "\n  OS: …\n", data });

test("what SMB says stays, what NTLM says becomes ntlm-info", () => {
  const data = {
    os: "Windows Server (R) 2008 Standard 6001 Service Pack 1",
    lanmanager: "Windows Server (R) 2008 Standard 6.0",
    domain: "LAB\\x00",
    server: "SQL2008\\x00",
    date: "2011-04-20T13:34:06-05:00",
    fqdn: "Sql2008.lab.test.example\\x00",
    domain_dns: "lab.test.example",
    forest_dns: "test.example",
    cpe: "cpe:/o:microsoft:windows_2008::sp1",
  };
  expect(smb(data as never)).toEqual({
    scripts: [
      {
        id: "smb-os-discovery",
        output: "\n  OS: …\n",
        key: "smb-os-discovery",
        data: {
          os: "Windows Server (R) 2008 Standard 6001 Service Pack 1",
          lanmanager: "Windows Server (R) 2008 Standard 6.0",
          date: "2011-04-20T13:34:06-05:00",
          cpe: "cpe:/o:microsoft:windows_2008::sp1",
        },
      },
      {
        id: "ntlm-info",
        output:
          "\n  NetBIOS_Domain_Name: LAB\\x00\n  NetBIOS_Computer_Name: SQL2008\\x00\n  DNS_Computer_Name: Sql2008.lab.test.example\\x00\n  DNS_Domain_Name: lab.test.example\n  DNS_Tree_Name: test.example\n  Product_Version: 6.0.6001\n  NTLM_Version: 15\n  protocol: smb",
        key: "ntlm-info",
        data: {
          NetBIOS_Domain_Name: "LAB\\x00",
          NetBIOS_Computer_Name: "SQL2008\\x00",
          DNS_Computer_Name: "Sql2008.lab.test.example\\x00",
          DNS_Domain_Name: "lab.test.example",
          DNS_Tree_Name: "test.example",
          Product_Version: "6.0.6001",
          NTLM_Version: "15",
          protocol: "smb",
        },
      },
    ],
    hostnames: [{ name: "Sql2008.lab.test.example", type: "smb" }],
    cpes: ["cpe:/o:microsoft:windows_2008::sp1"],
  });
});

test("Samba's short name is no host name", () => {
  const { scripts, hostnames, cpes } = smb({
    os: "Windows 6.1",
    lanmanager: "Samba 4.17.12-Debian",
    server: "FILESRV\\x00",
    fqdn: "vm",
    domain_dns: "",
    workgroup: "LABGROUP\\x00",
  } as never);
  expect(scripts[1]?.data).toEqual({
    NetBIOS_Computer_Name: "FILESRV\\x00",
    DNS_Computer_Name: "vm",
    DNS_Domain_Name: "",
    Workgroup: "LABGROUP\\x00",
    NTLM_Version: "15",
    protocol: "smb",
  });
  expect(hostnames).toEqual([]);
  expect(cpes).toEqual([]);
});

test.each([
  ["Windows 10 Enterprise 17134", "10.0.17134"],
  ["Windows Server 2016 Standard 14393", "10.0.14393"],
  ["Windows Server 2008 R2 Standard 7601 Service Pack 1", "6.1.7601"],
  ["Windows 8.1 Pro 9600", "6.3.9600"],
  ["Windows Server 2003 3790 Service Pack 2", "5.2.3790"],
  ["Windows 5.1", "5.1.2600"],
  ["Windows 5.0", "5.0.2195"],
  ["Windows 6.1", undefined],
  ["Windows Server 2008", undefined],
  ["Windows 10 Enterprise 99999999", undefined],
  ["Unix", undefined],
  ["", undefined],
])("%p is version %p", (os, version) => {
  const { scripts } = smb({ os, server: "X" } as never);
  expect((scripts[1]!.data as { Product_Version?: string }).Product_Version).toBe(version as string);
});

test("nothing of NTLM, no ntlm-info", () => {
  expect(smb({ os: "Unix" } as never).scripts).toHaveLength(1);
});

test("what is no table, or has tables for texts, is not lost", () => {
  for (const data of [undefined, ["x"], { server: { a: "b" }, cpe: ["x"], os: ["y"] }])
    expect(smb(data as never).scripts[0]?.id).toBe("smb-os-discovery");
});
