/** Greetings of FTP and mail servers. */
import { rows } from "./signature-row.ts";

export const FTP = rows("ftp", [
  [
    /^220[- ]\(vsFTPd ([\w.]+)\)/,
    { product: "vsftpd", version: "$1", ostype: "Unix", cpes: ["a:vsftpd:vsftpd:$1"] },
  ],
  [
    /^220[- ]ProFTPD ([\w.]+) Server/,
    { product: "ProFTPD", version: "$1", ostype: "Unix", cpes: ["a:proftpd:proftpd:$1"] },
  ],
  [/^220[- ]ProFTPD Server/, { product: "ProFTPD", ostype: "Unix", cpes: ["a:proftpd:proftpd"] }],
  [/^220-{1,12} ?Welcome to Pure-FTPd/, { product: "Pure-FTPd", cpes: ["a:pureftpd:pure-ftpd"] }],
  [
    /^220-FileZilla Server (?:version )?([\w.]+)/,
    {
      product: "FileZilla ftpd",
      version: "$1",
      ostype: "Windows",
      cpes: ["a:filezilla-project:filezilla_server:$1", "o:microsoft:windows"],
    },
  ],
  [
    /^220[- ]Microsoft FTP Service/,
    {
      product: "Microsoft ftpd",
      ostype: "Windows",
      cpes: ["a:microsoft:ftp_service", "o:microsoft:windows"],
    },
  ],
  [
    /^220[- ]Serv-U FTP Server v([\w.]+)/,
    { product: "Serv-U ftpd", version: "$1", ostype: "Windows", cpes: ["a:serv-u:serv-u:$1"] },
  ],
]);

export const SMTP = rows("smtp", [
  [
    /^220[- ](\S{1,255}) ESMTP Postfix(?: \(([^)\r\n]{1,60})\))?/,
    { product: "Postfix smtpd", hostname: "$1", extrainfo: "$2", cpes: ["a:postfix:postfix"] },
  ],
  [
    /^220[- ](\S{1,255}) ESMTP Exim ([\w.]+)/,
    { product: "Exim smtpd", version: "$2", hostname: "$1", cpes: ["a:exim:exim:$2"] },
  ],
  [
    /^220[- ](\S{1,255}) ESMTP Sendmail ([\w.]+)/,
    { product: "Sendmail", version: "$2", hostname: "$1", ostype: "Unix", cpes: ["a:sendmail:sendmail:$2"] },
  ],
  [
    /^220[- ](\S{1,255}) ESMTP OpenSMTPD/,
    { product: "OpenSMTPD", hostname: "$1", cpes: ["a:openbsd:opensmtpd"] },
  ],
  [
    /^220[- ](\S{1,255}) Microsoft ESMTP MAIL Service/,
    {
      product: "Microsoft Exchange smtpd",
      hostname: "$1",
      ostype: "Windows",
      cpes: ["a:microsoft:exchange_server", "o:microsoft:windows"],
    },
  ],
  [/^220[- ](\S{1,255}) ESMTP \S{1,80} - gsmtp/, { product: "Google gsmtp", hostname: "$1" }],
  [
    /^220[- ](\S{1,255}) ESMTP Haraka(?: ([\w.]+))?/,
    { product: "Haraka smtpd", version: "$2", hostname: "$1" },
  ],
  [/^220[- ](\S{1,255}) E?SMTP/, { hostname: "$1" }],
]);

export const MAIL = [
  ...rows("pop3", [
    [
      /^\+OK Dovecot (?:\(([^)\r\n]{1,40})\) )?ready/,
      { product: "Dovecot pop3d", extrainfo: "$1", cpes: ["a:dovecot:dovecot"] },
    ],
    [/^\+OK Hello there\./, { product: "Courier pop3d" }],
    [
      /^\+OK (\S{1,255}) Cyrus POP3 v?([\w.-]+)/,
      { product: "Cyrus pop3d", version: "$2", hostname: "$1", cpes: ["a:cmu:cyrus_imap_server:$2"] },
    ],
    [/^\+OK [^<\r\n]{0,200}<[\w.]+@([\w.-]+)>/, { hostname: "$1" }],
    [/^\+OK /, {}],
  ]),
  ...rows("imap", [
    [
      /^\* OK [^\r\n]{0,400}Dovecot (?:\(([^)\r\n]{1,40})\) )?ready/,
      { product: "Dovecot imapd", extrainfo: "$1", cpes: ["a:dovecot:dovecot"] },
    ],
    [
      /^\* OK [^\r\n]{0,400}Courier-IMAP ready/,
      { product: "Courier Imapd", cpes: ["a:double_precision_incorporated:courier-imap"] },
    ],
    [
      /^\* OK (?:\[[^\]\r\n]{0,400}\] )?(\S{1,255}) Cyrus IMAP v?([\w.-]+)/,
      { product: "Cyrus imapd", version: "$2", hostname: "$1", cpes: ["a:cmu:cyrus_imap_server:$2"] },
    ],
    [
      /^\* OK The Microsoft Exchange IMAP4 service is ready/,
      { product: "Microsoft Exchange imapd", ostype: "Windows", cpes: ["a:microsoft:exchange_server"] },
    ],
    [/^\* OK [^\r\n]{0,400}IMAP/, {}],
  ]),
];
