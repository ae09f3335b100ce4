import { describe, expect, test } from "bun:test";
import { bytesOf } from "../../src/passive/escape.ts";
import type { Seen } from "../../src/passive/signature-row.ts";
import { SIGNATURES } from "../../src/passive/signature-table.ts";
import { recognise } from "../../src/passive/signatures.ts";

/** What is seen (escaped as in a log), and what it is: name, product, version, the rest as it comes. */
type Example = readonly [text: string, name: string, product?: string, version?: string, rest?: object];

const EXAMPLES: Record<Seen, readonly Example[]> = {
  "http-server": [
    ["openresty/1.19.9.1", "http", "OpenResty web app server", "1.19.9.1"],
    ["nginx/1.18.0 (Ubuntu)", "http", "nginx", "1.18.0", { extrainfo: "Ubuntu" }],
    ["nginx/1.25.3", "http", "nginx", "1.25.3"],
    ["nginx", "http", "nginx"],
    ["Tengine", "http", "Tengine httpd"],
    ["Apache-Coyote/1.1", "http", "Apache Tomcat/Coyote JSP engine", "1.1"],
    ["Apache Tomcat/9.0.31", "http", "Apache Tomcat", "9.0.31"],
    [
      "Apache/2.4.6 (CentOS) OpenSSL/1.0.2k-fips PHP/5.4.16",
      "http",
      "Apache httpd",
      "2.4.6",
      { extrainfo: "(CentOS) OpenSSL/1.0.2k-fips PHP/5.4.16" },
    ],
    ["Apache/2.4.41", "http", "Apache httpd", "2.4.41"],
    ["Apache", "http", "Apache httpd"],
    ["Microsoft-IIS/10.0", "http", "Microsoft IIS httpd", "10.0", { ostype: "Windows" }],
    [
      "Microsoft-HTTPAPI/2.0",
      "http",
      "Microsoft HTTPAPI httpd",
      "2.0",
      { extrainfo: "SSDP/UPnP", ostype: "Windows" },
    ],
    ["Kestrel", "http", "Microsoft Kestrel httpd"],
    ["lighttpd/1.4.59", "http", "lighttpd", "1.4.59"],
    ["Caddy", "http", "Caddy httpd"],
    ["Jetty(9.4.48.v20220622)", "http", "Jetty", "9.4.48.v20220622"],
    ["LiteSpeed", "http", "LiteSpeed httpd"],
    ["gunicorn/20.0.4", "http", "Gunicorn", "20.0.4"],
    ["uvicorn", "http", "Uvicorn"],
    ["Werkzeug/2.0.1 Python/3.9.5", "http", "Werkzeug httpd", "2.0.1", { extrainfo: "Python 3.9.5" }],
    ["SimpleHTTP/0.6 Python/3.11.2", "http", "BaseHTTPServer", "0.6", { extrainfo: "Python 3.11.2" }],
    ["TornadoServer/6.1", "http", "Tornado httpd", "6.1"],
    ["TwistedWeb/22.4.0", "http", "TwistedWeb httpd", "22.4.0"],
    ["CherryPy/18.6.1", "http", "CherryPy wsgiserver", "18.6.1"],
    ["WEBrick/1.6.0 (Ruby/2.7.0/2019-12-25)", "http", "WEBrick httpd", "1.6.0", { extrainfo: "Ruby 2.7.0" }],
    ["thin 1.6.2 codename Doc Brown", "http", "Thin httpd", "1.6.2"],
    ["GoAhead-Webs", "http", "GoAhead WebServer"],
    ["Boa/0.94.14rc21", "http", "Boa httpd", "0.94.14rc21"],
    ["mini_httpd/1.19 19dec2003", "http", "mini_httpd", "1.19"],
    ["thttpd/2.25b 29dec2003", "http", "thttpd", "2.25b"],
    ["cloudflare", "http", "Cloudflare http proxy"],
    [
      "AkamaiGHost",
      "http",
      "AkamaiGHost",
      undefined,
      { extrainfo: "Akamai's HTTP Acceleration/Mirror service" },
    ],
    ["AmazonS3", "http", "Amazon S3 httpd"],
    ["awselb/2.0", "http", "AWS Elastic Load Balancing", "2.0"],
    ["squid/4.10", "http", "Squid http proxy", "4.10"],
    ["Varnish", "http", "Varnish http accelerator"],
    ["envoy", "http", "Envoy"],
    ["Cowboy", "http", "Cowboy httpd"],
    ["MiniServ/1.890", "http", "MiniServ", "1.890", { extrainfo: "Webmin httpd" }],
    ["CUPS/2.3 IPP/2.1", "http", "CUPS", "2.3"],
    ["WebLogic Server 12.2.1", "http", "Oracle WebLogic Server", "12.2.1"],
    ["WildFly/10", "http", "JBoss WildFly", "10"],
  ],
  ssh: [
    [
      "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u1",
      "ssh",
      "OpenSSH",
      "9.2p1 Debian 2+deb12u1",
      { extrainfo: "protocol 2.0", ostype: "Linux" },
    ],
    [
      "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.6",
      "ssh",
      "OpenSSH",
      "8.9p1 Ubuntu 3ubuntu0.6",
      { extrainfo: "Ubuntu Linux; protocol 2.0", ostype: "Linux" },
    ],
    [
      "SSH-2.0-OpenSSH_7.9 FreeBSD-20200214",
      "ssh",
      "OpenSSH",
      "7.9",
      { extrainfo: "FreeBSD 20200214; protocol 2.0", ostype: "FreeBSD" },
    ],
    [
      "SSH-2.0-OpenSSH_for_Windows_8.1",
      "ssh",
      "OpenSSH",
      "for_Windows_8.1",
      { extrainfo: "protocol 2.0", ostype: "Windows" },
    ],
    ["SSH-2.0-OpenSSH_9.6", "ssh", "OpenSSH", "9.6", { extrainfo: "protocol 2.0" }],
    ["SSH-2.0-dropbear_2019.78", "ssh", "Dropbear sshd", "2019.78", { extrainfo: "protocol 2.0" }],
    ["SSH-2.0-libssh_0.9.6", "ssh", "libssh", "0.9.6", { extrainfo: "protocol 2.0" }],
    ["SSH-2.0-Cisco-1.25", "ssh", "Cisco SSH", "1.25", { extrainfo: "protocol 2.0", ostype: "IOS" }],
    [
      "SSH-2.0-ROSSSH",
      "ssh",
      "MikroTik RouterOS sshd",
      undefined,
      { extrainfo: "protocol 2.0", ostype: "Linux", devicetype: "router" },
    ],
    [
      "SSH-2.0-HUAWEI-1.5",
      "ssh",
      "Huawei VRP sshd",
      "1.5",
      { extrainfo: "protocol 2.0", devicetype: "router" },
    ],
    [
      "SSH-2.0-Comware-5.20",
      "ssh",
      "HP Comware switch sshd",
      "5.20",
      { extrainfo: "protocol 2.0", devicetype: "switch" },
    ],
    ["SSH-2.0-mod_sftp/0.9.9", "ssh", "ProFTPD mod_sftp", "0.9.9", { extrainfo: "protocol 2.0" }],
    ["SSH-2.0-APACHE-SSHD-2.8.0", "ssh", "Apache Mina sshd", "2.8.0", { extrainfo: "protocol 2.0" }],
    [
      "SSH-2.0-8.49 FlowSsh: Bitvise SSH Server (WinSSHD) 8.49",
      "ssh",
      "Bitvise WinSSHD",
      "8.49",
      { extrainfo: "FlowSsh 8.49; protocol 2.0", ostype: "Windows" },
    ],
    ["SSH-2.0-Go", "ssh", "Golang x/crypto/ssh", undefined, { extrainfo: "protocol 2.0" }],
    ["SSH-2.0-PUTTY", "ssh", undefined, undefined, { extrainfo: "protocol 2.0" }],
  ],
  banner: [
    ["SSH-2.0-OpenSSH_9.6\\x0d\\x0a", "ssh", "OpenSSH", "9.6", { extrainfo: "protocol 2.0" }],
    ["220 (vsFTPd 3.0.3)\\x0d\\x0a", "ftp", "vsftpd", "3.0.3", { ostype: "Unix" }],
    [
      "220 ProFTPD 1.3.5e Server (Debian) [::ffff:192.0.2.1]\\x0d\\x0a",
      "ftp",
      "ProFTPD",
      "1.3.5e",
      { ostype: "Unix" },
    ],
    ["220 ProFTPD Server (Debian) [192.0.2.1]\\x0d\\x0a", "ftp", "ProFTPD", undefined, { ostype: "Unix" }],
    ["220---------- Welcome to Pure-FTPd [privsep] [TLS] ----------\\x0d\\x0a", "ftp", "Pure-FTPd"],
    ["220-FileZilla Server 1.2.0\\x0d\\x0a", "ftp", "FileZilla ftpd", "1.2.0", { ostype: "Windows" }],
    ["220 Microsoft FTP Service\\x0d\\x0a", "ftp", "Microsoft ftpd", undefined, { ostype: "Windows" }],
    ["220 Serv-U FTP Server v15.1 ready...\\x0d\\x0a", "ftp", "Serv-U ftpd", "15.1", { ostype: "Windows" }],
    [
      "220 mail.example.com ESMTP Postfix (Debian/GNU)\\x0d\\x0a",
      "smtp",
      "Postfix smtpd",
      undefined,
      { hostname: "mail.example.com", extrainfo: "Debian/GNU" },
    ],
    [
      "220 mx.example.org ESMTP Exim 4.94.2 Thu, 1 Jan 1970 00:00:00 +0000\\x0d\\x0a",
      "smtp",
      "Exim smtpd",
      "4.94.2",
      { hostname: "mx.example.org" },
    ],
    [
      "220 mx.example.org ESMTP Sendmail 8.15.2/8.15.2; Thu, 1 Jan 1970 00:00:00 +0000\\x0d\\x0a",
      "smtp",
      "Sendmail",
      "8.15.2",
      { hostname: "mx.example.org", ostype: "Unix" },
    ],
    [
      "220 mx.example.org ESMTP OpenSMTPD\\x0d\\x0a",
      "smtp",
      "OpenSMTPD",
      undefined,
      { hostname: "mx.example.org" },
    ],
    [
      "220 ex.example.org Microsoft ESMTP MAIL Service ready at Thu, 1 Jan 1970 00:00:00 +0000\\x0d\\x0a",
      "smtp",
      "Microsoft Exchange smtpd",
      undefined,
      { hostname: "ex.example.org", ostype: "Windows" },
    ],
    [
      "220 mx.google.com ESMTP 000000000000000.0 - gsmtp\\x0d\\x0a",
      "smtp",
      "Google gsmtp",
      undefined,
      { hostname: "mx.google.com" },
    ],
    [
      "220 mx.example.org ESMTP Haraka 2.8.27 ready\\x0d\\x0a",
      "smtp",
      "Haraka smtpd",
      "2.8.27",
      { hostname: "mx.example.org" },
    ],
    ["220 mx.example.org ESMTP\\x0d\\x0a", "smtp", undefined, undefined, { hostname: "mx.example.org" }],
    ["+OK Dovecot (Ubuntu) ready.\\x0d\\x0a", "pop3", "Dovecot pop3d", undefined, { extrainfo: "Ubuntu" }],
    ["+OK Hello there.\\x0d\\x0a", "pop3", "Courier pop3d"],
    [
      "+OK mail.example.org Cyrus POP3 v2.4.17 server ready\\x0d\\x0a",
      "pop3",
      "Cyrus pop3d",
      "2.4.17",
      { hostname: "mail.example.org" },
    ],
    [
      "+OK POP3 <000000.0000000000@mx.example.org>\\x0d\\x0a",
      "pop3",
      undefined,
      undefined,
      { hostname: "mx.example.org" },
    ],
    ["+OK ready\\x0d\\x0a", "pop3"],
    [
      "* OK [CAPABILITY IMAP4rev1 STARTTLS] Dovecot (Debian) ready.\\x0d\\x0a",
      "imap",
      "Dovecot imapd",
      undefined,
      { extrainfo: "Debian" },
    ],
    ["* OK [CAPABILITY IMAP4rev1] Courier-IMAP ready. Copyright 1998\\x0d\\x0a", "imap", "Courier Imapd"],
    [
      "* OK [CAPABILITY IMAP4] mail.example.org Cyrus IMAP v2.4.17 server ready\\x0d\\x0a",
      "imap",
      "Cyrus imapd",
      "2.4.17",
      { hostname: "mail.example.org" },
    ],
    [
      "* OK The Microsoft Exchange IMAP4 service is ready.\\x0d\\x0a",
      "imap",
      "Microsoft Exchange imapd",
      undefined,
      { ostype: "Windows" },
    ],
    ["* OK IMAP4 server ready\\x0d\\x0a", "imap"],
    ["Z\\x00\\x00\\x00\\x0a5.5.5-10.3.22-MariaDB-1\\x00", "mysql", "MySQL", "10.3.22-MariaDB-1"],
    ["J\\x00\\x00\\x00\\x0a5.7.33-0ubuntu0.16.04.1\\x00", "mysql", "MySQL", "5.7.33-0ubuntu0.16.04.1"],
    [
      "G\\x00\\x00\\x00\\xffj\\x04Host '192.0.2.1' is not allowed to connect to this MariaDB server",
      "mysql",
      "MariaDB",
      undefined,
      { extrainfo: "unauthorized" },
    ],
    ["RFB 003.889\\x0a", "vnc", "Apple remote desktop vnc", undefined, { ostype: "Mac OS X" }],
    ["RFB 003.008\\x0a", "vnc", "VNC", undefined, { extrainfo: "protocol 3.8" }],
    [
      "\\xff\\xfd\\x18\\xff\\xfd \\xff\\xfd#\\xff\\xfd'",
      "telnet",
      "Linux telnetd",
      undefined,
      { ostype: "Linux" },
    ],
    [
      "\\xff\\xfb\\x01\\xff\\xfb\\x03\\x0d\\x0a\\x0d\\x0aUser Access Verification\\x0d\\x0a",
      "telnet",
      "Cisco router telnetd",
      undefined,
      { ostype: "IOS", devicetype: "router" },
    ],
    [
      "\\xff\\xfb\\x01\\x0d\\x0aMikroTik v6.48.6 (long-term)\\x0d\\x0aLogin: ",
      "telnet",
      "MikroTik router config telnetd",
      "6.48.6",
      { devicetype: "router" },
    ],
    ["\\xff\\xfd\\x01\\x0d\\x0acam1 login: ", "telnet", undefined, undefined, { hostname: "cam1" }],
    ["\\xff\\xfd\\x01\\xff\\xfd\\x1f", "telnet"],
    [
      "-NOAUTH Authentication required.\\x0d\\x0a",
      "redis",
      "Redis key-value store",
      undefined,
      { extrainfo: "authentication required" },
    ],
    [
      "-DENIED Redis is running in protected mode because",
      "redis",
      "Redis key-value store",
      undefined,
      { extrainfo: "protected mode" },
    ],
    [
      "$3000\\x0d\\x0a# Server\\x0d\\x0aredis_version:6.0.16\\x0d\\x0a",
      "redis",
      "Redis key-value store",
      "6.0.16",
    ],
    [
      "RTSP/1.0 200 OK\\x0d\\x0aCSeq: 1\\x0d\\x0aServer: GStreamer RTSP server\\x0d\\x0a\\x0d\\x0a",
      "rtsp",
      "GStreamer rtspd",
    ],
    [
      "RTSP/1.0 200 OK\\x0d\\x0aServer: Hipcam RealServer/V1.0\\x0d\\x0a\\x0d\\x0a",
      "rtsp",
      "Hipcam RealServer/V1.0",
    ],
    ["RTSP/1.0 401 Unauthorized\\x0d\\x0a\\x0d\\x0a", "rtsp"],
    [
      "SIP/2.0 200 OK\\x0d\\x0aVia: x\\x0d\\x0aServer: Asterisk PBX 13.19.1\\x0d\\x0a\\x0d\\x0a",
      "sip",
      "Asterisk PBX",
      "13.19.1",
      { devicetype: "PBX" },
    ],
    [
      "SIP/2.0 404 Not Found\\x0d\\x0aUser-Agent: kamailio (5.4.3)\\x0d\\x0a\\x0d\\x0a",
      "sip",
      "kamailio (5.4.3)",
    ],
    ["SIP/2.0 200 OK\\x0d\\x0a\\x0d\\x0a", "sip"],
    [
      "200 news.example.org InterNetNews NNRP server INN 2.6.3 ready\\x0d\\x0a",
      "nntp",
      "InterNetNews (INN)",
      "2.6.3",
    ],
    [
      ":irc.example.org NOTICE AUTH :*** Looking up your hostname...\\x0d\\x0a",
      "irc",
      undefined,
      undefined,
      { hostname: "irc.example.org" },
    ],
    ["@RSYNCD: 31.0\\x0a", "rsync", undefined, undefined, { extrainfo: "protocol version 31.0" }],
    ["<?xml version='1.0'?><stream:stream xmlns='jabber:client'>", "xmpp"],
    ["AMQP\\x00\\x00\\x09\\x01", "amqp", "Advanced Message Queue Protocol"],
  ],
};

for (const [seen, examples] of Object.entries(EXAMPLES) as [Seen, readonly Example[]][]) {
  describe(seen, () => {
    for (const [text, name, product, version, rest] of examples) {
      test(text, () => {
        const told = { name, ...(product && { product }), ...(version && { version }), ...rest };
        expect(recognise(seen, bytesOf(text), "builtin")?.service).toEqual(told);
      });
    }
  });
}

describe("the table", () => {
  test("has an example for every row", () => {
    const unseen = (["http-server", "ssh", "banner"] as const).flatMap((seen) =>
      SIGNATURES[seen]
        .filter((row) => {
          const examples = seen === "banner" ? [...EXAMPLES.banner, ...EXAMPLES.ssh] : EXAMPLES[seen];
          const texts = examples.map(([text]) => bytesOf(text));
          return !texts.some((text) => SIGNATURES[seen].find(({ pattern }) => pattern.test(text)) === row);
        })
        .map(({ pattern }) => String(pattern)),
    );
    expect(unseen).toEqual([]);
  });

  test("recognises at least sixty programs", () => {
    const products = Object.values(SIGNATURES).flatMap((rows) => rows.map(({ product }) => product));
    expect(
      new Set(products.filter((product) => product && !product.startsWith("$"))).size,
    ).toBeGreaterThanOrEqual(60);
  });

  test("does not name what it does not know", () => {
    expect(recognise("http-server", "Zorg", "builtin")).toBeNull();
    expect(recognise("banner", "", "builtin")).toBeNull();
  });

  test("gives CPEs with the version where there is one", () => {
    expect(recognise("http-server", "nginx/1.18.0", "builtin")?.cpes).toEqual([
      "cpe:/a:igor_sysoev:nginx:1.18.0",
    ]);
  });
});
