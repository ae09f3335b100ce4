import { describe, expect, test } from "bun:test";
import { treat } from "../../src/nse/treatments.ts";

const listed = (id: string, output: string, data?: never) => treat({ id, output, data }).scripts[0];

/** Of each volume: its name and [filename, size] of its files. */
function brief(id: string, output: string): unknown {
  const { key, data } = listed(id, output)!;
  expect(key).toBe("ls");
  const { volumes } = data as {
    volumes: { volume: string; files: { filename: string; size?: number }[] }[];
  };
  return volumes.map(({ volume, files }) => [volume, ...files.map(({ filename, size }) => [filename, size])]);
}

describe("from nmap's table", () => {
  test("sizes and sums are numbers; a directory has no size", () => {
    const data = {
      volumes: [
        {
          volume: "\\\\192.0.2.1\\c$\\",
          files: [
            { size: "94720", time: "2007-02-18 00:31:38", filename: "msizap.exe" },
            { size: "<DIR>", time: "2007-12-02 00:55:01", filename: "Program Files" },
          ],
          info: ["maxfiles limit reached (2)"],
        },
      ],
      total: { files: "2", bytes: "94720" },
    };
    expect(treat({ id: "smb-ls", output: "Volume …", data }).scripts).toEqual([
      {
        id: "smb-ls",
        output: "Volume …",
        key: "ls",
        data: {
          volumes: [
            {
              volume: "\\\\192.0.2.1\\c$\\",
              files: [
                { size: 94720, time: "2007-02-18 00:31:38", filename: "msizap.exe" },
                { time: "2007-12-02 00:55:01", filename: "Program Files" },
              ],
              info: ["maxfiles limit reached (2)"],
            },
          ],
          total: { files: 2, bytes: 94720 },
        },
      },
    ]);
  });

  test("a server's rounded sizes are numbers, too", () => {
    const files = ["1.5K", "2M", "12.0 K", "-", "large"].map((size) => ({ filename: "f", size }));
    const { data } = treat({ id: "http-ls", output: "x", data: { volumes: [{ volume: "/", files }] } })
      .scripts[0]!;
    expect(data).toEqual({
      volumes: [
        {
          volume: "/",
          files: [
            { filename: "f", size: 1536 },
            { filename: "f", size: 2_097_152 },
            { filename: "f", size: 12_288 },
            { filename: "f" },
            { filename: "f" },
          ],
        },
      ],
    });
  });

  test.each<[string, never]>([
    ["a list", ["a"] as never],
    ["something else", { a: "b" } as never],
    ["volumes that are none", { volumes: "x", total: ["1"] } as never],
    ["files that are none", { volumes: ["x", { files: "y" }, { files: ["z", null] }] } as never],
  ])("%s is kept", (_, data) => {
    expect(listed("nfs-ls", "x", data)?.key).toBe("ls");
  });
});

describe("from the text", () => {
  test("nfs-ls, all columns", () => {
    const output = [
      "",
      "  Volume /mnt/nfs/files",
      "  access: Read Lookup NoModify NoExtend NoDelete NoExecute",
      "  PERMISSION  UID   GID   SIZE   TIME              FILENAME",
      "  -rw-------  1000  1002  23606  2010-06-17 12:28  my notes",
      "  lrwxrwxrwx  1000  1002  8      2010-06-10 08:34  symlink -> ../a b",
      "",
    ].join("\n");
    expect(listed("nfs-ls", output)).toEqual({
      id: "nfs-ls",
      output,
      key: "ls",
      data: {
        total: { files: 2, bytes: 23614 },
        volumes: [
          {
            volume: "/mnt/nfs/files",
            files: [
              {
                permission: "-rw-------",
                uid: "1000",
                gid: "1002",
                size: 23606,
                time: "2010-06-17 12:28",
                filename: "my notes",
              },
              {
                permission: "lrwxrwxrwx",
                uid: "1000",
                gid: "1002",
                size: 8,
                time: "2010-06-10 08:34",
                filename: "symlink",
                linktarget: "../a b",
              },
            ],
          },
        ],
      },
    });
  });

  test("smb-ls, several volumes, one without files, one with sums", () => {
    const sum = "0123456789abcdef0123456789abcdef01234567";
    const output = [
      "Volume \\\\192.0.2.1\\c$\\",
      "  maxfiles limit reached (2)",
      "SIZE   TIME                 FILENAME",
      "<DIR>  2007-12-02 00:53:39  Documents and Settings",
      "94720  2007-02-18 00:31:38  msizap.exe",
      "",
      "Volume \\\\192.0.2.1\\empty",
      "  ERROR: Could not read",
      "",
      "Volume \\\\192.0.2.1\\sums",
      "SIZE  TIME                 FILENAME  CHECKSUM",
      `5     2007-02-18 00:31:38  a  file   ${sum}`,
    ].join("\n");
    expect(brief("smb-ls", output)).toEqual([
      ["\\\\192.0.2.1\\c$\\", ["Documents and Settings", undefined], ["msizap.exe", 94720]],
      ["\\\\192.0.2.1\\empty"],
      ["\\\\192.0.2.1\\sums", ["a  file", 5]],
    ]);
    expect(JSON.stringify(listed("smb-ls", output))).toContain(`"checksum":"${sum}"`);
  });

  test("smb-ls before nmap had the library", () => {
    const output =
      "\n  Directory of \\\\192.0.2.1\\c$\\\n    2007-12-02 00:20:09  0      AUTOEXEC.BAT\n    2007-12-02 00:53:39  <DIR>  My Files\n";
    expect(brief("smb-ls", output)).toEqual([
      ["\\\\192.0.2.1\\c$\\", ["AUTOEXEC.BAT", 0], ["My Files", undefined]],
    ]);
  });

  test("nfs-ls and afp-ls before nmap had the library", () => {
    const nfs = [
      "  Arguments:",
      "    maxfiles: 10 (file listing output limited)",
      "",
      "  NFS Export: /srv",
      "  NFS Access: Read Lookup",
      "    PERMISSION  UID   GID   SIZE  MODIFICATION TIME  FILENAME",
      "    -rw-r--r--  0     0     5     2010-06-10 11:32   rootfile",
      "  NFS Export: /home",
      "    PERMISSION  UID   GID   SIZE  DATE               FILENAME",
      "    drwx------  1000  100   16    2010-02-05 17:05   lost+found",
    ].join("\n");
    expect(brief("nfs-ls", nfs)).toEqual([
      ["/srv", ["rootfile", 5]],
      ["/home", ["lost+found", 16]],
    ]);
    const afp = [
      "",
      "  Macintosh HD",
      "    PERMISSION  UID  GID  SIZE   TIME              FILENAME",
      "    -rw-r--r--  501  80   15364  2010-06-13 17:52  .DS_Store",
      "",
      "  Patrik Karlsson's Public Folder",
      "    PERMISSION  UID  GID  SIZE  TIME              FILENAME",
      "    drwx-wx-wx  501  20   0     2009-06-19 04:01  Drop Box",
      "  Information retrieved as: patrik",
    ].join("\n");
    expect(brief("afp-ls", afp)).toEqual([
      ["Macintosh HD", [".DS_Store", 15364]],
      ["Patrik Karlsson's Public Folder", ["Drop Box", 0]],
    ]);
  });

  test("a text without files has no data", () => {
    for (const output of ["Mount failed", "\n  Volume /\n  access: Read\n", "SIZE  TIME  FILENAME\n"])
      expect(listed("nfs-ls", output)).toEqual({ id: "nfs-ls", output });
  });

  test("long lines of white space and headings are read in no time", () => {
    const spaces = " ".repeat(300_000);
    for (const line of [
      `Volume x\nSIZE  FILENAME\n5${spaces}\rx`,
      `Volume x\n2007-12-02 00:20:09${spaces}0${spaces}\rx`,
    ])
      expect(listed("smb-ls", line)).toBeDefined();
    expect(listed("ftp-anon", `x\n-rw-r--r--${spaces}1${spaces}0${spaces}0`)).toBeDefined();
  });
});

describe("ftp-anon", () => {
  test("the forms of ls -l", () => {
    const output = [
      "Anonymous FTP login allowed (FTP code 230)",
      "-rw-r--r--   1 1170     924            31 Mar 28  2001 .banner",
      "drwxr-srwt   2 1170     924          2048 Jul 19 18:48 incoming [NSE: writeable]",
      "lrwxrwxrwx    1 0        0              11 Nov 20 22:56 pub -> /srv/ftp/pub\r",
      "-rw-r--r--   1 owner    1024 Jan 14  2002 no group",
      "-rw-r--r--  1 ftp ftp 7 2020-01-02 03:04 iso",
      "drwxr-xr-x   2 0 0 4096 Jan 14  2002 ..",
      "Only 6 shown. Use --script-args ftp-anon.maxlist=-1 to see all.",
    ].join("\n");
    expect(listed("ftp-anon", output)?.data).toEqual({
      total: { files: 5, bytes: 3121 },
      volumes: [
        {
          volume: "/",
          files: [
            {
              permission: "-rw-r--r--",
              uid: "1170",
              gid: "924",
              size: 31,
              time: "Mar 28  2001",
              filename: ".banner",
            },
            {
              permission: "drwxr-srwt",
              uid: "1170",
              gid: "924",
              size: 2048,
              time: "Jul 19 18:48",
              filename: "incoming",
            },
            {
              permission: "lrwxrwxrwx",
              uid: "0",
              gid: "0",
              size: 11,
              time: "Nov 20 22:56",
              filename: "pub",
              linktarget: "/srv/ftp/pub",
            },
            {
              permission: "-rw-r--r--",
              uid: "owner",
              size: 1024,
              time: "Jan 14  2002",
              filename: "no group",
            },
            {
              permission: "-rw-r--r--",
              uid: "ftp",
              gid: "ftp",
              size: 7,
              time: "2020-01-02 03:04",
              filename: "iso",
            },
          ],
        },
      ],
    });
  });

  test("the form of MS-DOS", () => {
    const output =
      "Anonymous FTP login allowed (FTP code 230)\n02-06-15  01:33PM       <DIR>          aspnet_client\n02-26-2018  08:33PM               689 iis start.htm";
    expect(brief("ftp-anon", output)).toEqual([["/", ["aspnet_client", undefined], ["iis start.htm", 689]]]);
  });

  test("an empty or refused listing has no data", () => {
    for (const output of [
      "Anonymous FTP login allowed (FTP code 230)",
      "Anonymous FTP login allowed (FTP code 230)\nCan't get directory listing: TIMEOUT",
    ])
      expect(listed("ftp-anon", output)).toEqual({ id: "ftp-anon", output });
  });
});
