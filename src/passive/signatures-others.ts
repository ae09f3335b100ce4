/** First bytes of other servers: databases, remote control, media, chat. */
import { rows } from "./signature-row.ts";

export const OTHERS = [
  ...rows("mysql", [
    [
      /^.\0\0\0\n(?:5\.5\.5-)?([\d.]+-MariaDB[\w.:~+-]{0,60})\0/s,
      { product: "MySQL", version: "$1", cpes: ["a:mariadb:mariadb:$1"] },
    ],
    [/^.\0\0\0\n([\d.]+[\w.~+-]{0,60})\0/s, { product: "MySQL", version: "$1", cpes: ["a:mysql:mysql:$1"] }],
    [
      /^.\0\0\0\xff..(?:#HY000)?Host '?[^\r\n]{1,255} is not allowed to connect to this (MySQL|MariaDB) server/s,
      { product: "$1", extrainfo: "unauthorized" },
    ],
  ]),
  ...rows("vnc", [
    [
      /^RFB 003\.889\n/,
      { product: "Apple remote desktop vnc", ostype: "Mac OS X", cpes: ["o:apple:mac_os_x"] },
    ],
    [/^RFB 00(\d)\.00(\d)\n/, { product: "VNC", extrainfo: "protocol $1.$2" }],
  ]),
  ...rows("telnet", [
    [
      /^\xff\xfd.\xff\xfd \xff\xfd#\xff\xfd'/,
      { product: "Linux telnetd", ostype: "Linux", cpes: ["o:linux:linux_kernel"] },
    ],
    [
      /^[^A-Za-z]{0,60}User Access Verification/,
      { product: "Cisco router telnetd", ostype: "IOS", devicetype: "router", cpes: ["o:cisco:ios"] },
    ],
    [
      /^[^A-Za-z]{0,60}MikroTik v([\w.]+)/,
      {
        product: "MikroTik router config telnetd",
        version: "$1",
        devicetype: "router",
        cpes: ["o:mikrotik:routeros:$1"],
      },
    ],
    [/^[^A-Za-z]{0,60}([\w.-]{1,64}) login: $/, { hostname: "$1" }],
    [/^\xff[\xfb-\xfe]/, {}],
  ]),
  ...rows("redis", [
    [
      /^-NOAUTH Authentication required/,
      { product: "Redis key-value store", extrainfo: "authentication required", cpes: ["a:redislabs:redis"] },
    ],
    [
      /^-DENIED Redis is running in protected mode/,
      { product: "Redis key-value store", extrainfo: "protected mode", cpes: ["a:redislabs:redis"] },
    ],
    [
      /^\$\d+\r\n# Server\r\nredis_version:([\w.]+)/,
      { product: "Redis key-value store", version: "$1", cpes: ["a:redislabs:redis:$1"] },
    ],
  ]),
  ...rows("rtsp", [
    [
      /^RTSP\/1\.0 \d{3} (?:[^\r\n]{0,200}\r\n){1,20}?Server: GStreamer RTSP server/,
      { product: "GStreamer rtspd" },
    ],
    [/^RTSP\/1\.0 \d{3} (?:[^\r\n]{0,200}\r\n){1,20}?Server: ([^\r\n]{1,80})\r\n/, { product: "$1" }],
    [/^RTSP\/1\.0 \d{3} /, {}],
  ]),
  ...rows("sip", [
    [
      /^SIP\/2\.0 \d{3} (?:[^\r\n]{0,200}\r\n){1,30}?(?:Server|User-Agent): (?:Asterisk PBX ?|FPBX-[\w.]{1,20}\()([\w.~-]{1,60})?/i,
      { product: "Asterisk PBX", version: "$1", devicetype: "PBX", cpes: ["a:digium:asterisk"] },
    ],
    [
      /^SIP\/2\.0 \d{3} (?:[^\r\n]{0,200}\r\n){1,30}?(?:Server|User-Agent): ([^\r\n]{1,80})\r\n/i,
      { product: "$1" },
    ],
    [/^SIP\/2\.0 \d{3} /, {}],
  ]),
  ...rows("nntp", [
    [
      /^20[01] [^\r\n]{0,200}(?:InterNetNews|NNRP)[^\r\n]{0,60}?INN ([\d.]{3,12})?/,
      { product: "InterNetNews (INN)", version: "$1" },
    ],
  ]),
  ...rows("irc", [[/^:(\S{1,255}) NOTICE (?:AUTH|\*) :/, { hostname: "$1" }]]),
  ...rows("rsync", [[/^@RSYNCD: ([\d.]+)/, { extrainfo: "protocol version $1" }]]),
  ...rows("xmpp", [[/^<(?:\?xml[^>]{0,80}\?><)?stream:stream /, {}]]),
  ...rows("amqp", [[/^AMQP[^ -~]{3,4}/, { product: "Advanced Message Queue Protocol" }]]),
];
