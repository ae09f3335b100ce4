/** Identifications of SSH servers and clients (RFC 4253 §4.2). */
import { rows } from "./signature-row.ts";

export const SSH = rows("ssh", [
  [
    /^SSH-([\d.]+)-OpenSSH_([\w.]+) Debian[-_ ]([^\r\n]{1,60})/,
    {
      product: "OpenSSH",
      version: "$2 Debian $3",
      extrainfo: "protocol $1",
      ostype: "Linux",
      cpes: ["a:openbsd:openssh:$2", "o:debian:debian_linux"],
    },
  ],
  [
    /^SSH-([\d.]+)-OpenSSH_([\w.]+) Ubuntu[-_ ]([^\r\n]{1,60})/,
    {
      product: "OpenSSH",
      version: "$2 Ubuntu $3",
      extrainfo: "Ubuntu Linux; protocol $1",
      ostype: "Linux",
      cpes: ["a:openbsd:openssh:$2", "o:canonical:ubuntu_linux"],
    },
  ],
  [
    /^SSH-([\d.]+)-OpenSSH_([\w.]+) FreeBSD[-_ ]([^\r\n]{1,60})/,
    {
      product: "OpenSSH",
      version: "$2",
      extrainfo: "FreeBSD $3; protocol $1",
      ostype: "FreeBSD",
      cpes: ["a:openbsd:openssh:$2", "o:freebsd:freebsd"],
    },
  ],
  [
    /^SSH-([\d.]+)-OpenSSH_for_Windows_([\w.]+)/,
    {
      product: "OpenSSH",
      version: "for_Windows_$2",
      extrainfo: "protocol $1",
      ostype: "Windows",
      cpes: ["a:openbsd:openssh:$2", "o:microsoft:windows"],
    },
  ],
  [
    /^SSH-([\d.]+)-OpenSSH_([\w.]+)/,
    { product: "OpenSSH", version: "$2", extrainfo: "protocol $1", cpes: ["a:openbsd:openssh:$2"] },
  ],
  [
    /^SSH-([\d.]+)-dropbear(?:_([\w.]+))?/,
    {
      product: "Dropbear sshd",
      version: "$2",
      extrainfo: "protocol $1",
      cpes: ["a:matt_johnston:dropbear_ssh_server:$2"],
    },
  ],
  [
    /^SSH-([\d.]+)-libssh[-_]([\d.]+)/,
    { product: "libssh", version: "$2", extrainfo: "protocol $1", cpes: ["a:libssh:libssh:$2"] },
  ],
  [
    /^SSH-([\d.]+)-Cisco-([\d.]+)/,
    { product: "Cisco SSH", version: "$2", extrainfo: "protocol $1", ostype: "IOS", cpes: ["o:cisco:ios"] },
  ],
  [
    /^SSH-([\d.]+)-ROSSSH/,
    {
      product: "MikroTik RouterOS sshd",
      extrainfo: "protocol $1",
      ostype: "Linux",
      devicetype: "router",
      cpes: ["o:mikrotik:routeros"],
    },
  ],
  [
    /^SSH-([\d.]+)-HUAWEI-([\w.]+)/,
    { product: "Huawei VRP sshd", version: "$2", extrainfo: "protocol $1", devicetype: "router" },
  ],
  [
    /^SSH-([\d.]+)-Comware-([\w.]+)/,
    { product: "HP Comware switch sshd", version: "$2", extrainfo: "protocol $1", devicetype: "switch" },
  ],
  [
    /^SSH-([\d.]+)-mod_sftp(?:\/([\w.]+))?/,
    { product: "ProFTPD mod_sftp", version: "$2", extrainfo: "protocol $1", cpes: ["a:proftpd:proftpd"] },
  ],
  [
    /^SSH-([\d.]+)-(?:SSHD-CORE|APACHE-SSHD)-([\w.]+)/,
    { product: "Apache Mina sshd", version: "$2", extrainfo: "protocol $1", cpes: ["a:apache:sshd:$2"] },
  ],
  [
    /^SSH-([\d.]+)-([\d.]+) FlowSsh: Bitvise SSH Server \(WinSSHD\) ?([\w.]+)?/,
    {
      product: "Bitvise WinSSHD",
      version: "$3",
      extrainfo: "FlowSsh $2; protocol $1",
      ostype: "Windows",
      cpes: ["o:microsoft:windows"],
    },
  ],
  [/^SSH-([\d.]+)-Go/, { product: "Golang x/crypto/ssh", extrainfo: "protocol $1" }],
  [/^SSH-([\d.]+)-/, { extrainfo: "protocol $1" }],
]);
