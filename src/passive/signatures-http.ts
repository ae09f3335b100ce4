/** What web servers call themselves in the Server header. */
import { rows } from "./signature-row.ts";

export const HTTP = rows("http", [
  [
    /^openresty(?:\/([\d.]+))?/,
    { product: "OpenResty web app server", version: "$1", cpes: ["a:openresty:ngx_openresty:$1"] },
  ],
  [
    /^nginx\/([\d.]+)(?: \(([^)]+)\))?/,
    { product: "nginx", version: "$1", extrainfo: "$2", cpes: ["a:igor_sysoev:nginx:$1"] },
  ],
  [/^nginx$/, { product: "nginx", cpes: ["a:igor_sysoev:nginx"] }],
  [/^Tengine(?:\/([\d.]+))?/, { product: "Tengine httpd", version: "$1", cpes: ["a:alibaba:tengine:$1"] }],
  [
    /^Apache-Coyote\/([\d.]+)/,
    {
      product: "Apache Tomcat/Coyote JSP engine",
      version: "$1",
      cpes: ["a:apache:coyote_http_connector:$1"],
    },
  ],
  [
    /^Apache Tomcat(?:\/([\w.-]+))?/,
    { product: "Apache Tomcat", version: "$1", cpes: ["a:apache:tomcat:$1"] },
  ],
  [
    /^Apache\/([\w.-]+) (.{1,200})/,
    { product: "Apache httpd", version: "$1", extrainfo: "$2", cpes: ["a:apache:http_server:$1"] },
  ],
  [/^Apache(?:\/([\w.-]+))?$/, { product: "Apache httpd", version: "$1", cpes: ["a:apache:http_server:$1"] }],
  [
    /^Microsoft-IIS\/([\d.]+)/,
    {
      product: "Microsoft IIS httpd",
      version: "$1",
      ostype: "Windows",
      cpes: ["a:microsoft:internet_information_services:$1", "o:microsoft:windows"],
    },
  ],
  [
    /^Microsoft-HTTPAPI\/([\d.]+)/,
    {
      product: "Microsoft HTTPAPI httpd",
      version: "$1",
      extrainfo: "SSDP/UPnP",
      ostype: "Windows",
      cpes: ["o:microsoft:windows"],
    },
  ],
  [/^Kestrel/, { product: "Microsoft Kestrel httpd" }],
  [/^lighttpd(?:\/([\w.-]+))?/, { product: "lighttpd", version: "$1", cpes: ["a:lighttpd:lighttpd:$1"] }],
  [/^Caddy(?:\/([\w.-]+))?/, { product: "Caddy httpd", version: "$1", cpes: ["a:caddyserver:caddy:$1"] }],
  [/^Jetty\(([^)]{1,60})\)/i, { product: "Jetty", version: "$1", cpes: ["a:eclipse:jetty:$1"] }],
  [
    /^LiteSpeed(?:\/([\w.]+))?/,
    { product: "LiteSpeed httpd", version: "$1", cpes: ["a:litespeedtech:litespeed_web_server:$1"] },
  ],
  [/^gunicorn(?:\/([\w.]+))?/, { product: "Gunicorn", version: "$1", cpes: ["a:gunicorn:gunicorn:$1"] }],
  [/^uvicorn/, { product: "Uvicorn" }],
  [
    /^Werkzeug\/([\w.]+)(?: Python\/([\w.]+))?/,
    {
      product: "Werkzeug httpd",
      version: "$1",
      extrainfo: "Python $2",
      cpes: ["a:palletsprojects:werkzeug:$1"],
    },
  ],
  [
    /^(?:BaseHTTP|SimpleHTTP)\/([\d.]+) Python\/([\w.]+)/,
    {
      product: "BaseHTTPServer",
      version: "$1",
      extrainfo: "Python $2",
      cpes: ["a:python:basehttpserver:$1"],
    },
  ],
  [
    /^TornadoServer\/([\w.]+)/,
    { product: "Tornado httpd", version: "$1", cpes: ["a:tornadoweb:tornado:$1"] },
  ],
  [
    /^TwistedWeb\/([\w.]+)/,
    { product: "TwistedWeb httpd", version: "$1", cpes: ["a:twistedmatrix:twistedweb:$1"] },
  ],
  [
    /^CherryPy\/([\w.]+)/,
    { product: "CherryPy wsgiserver", version: "$1", cpes: ["a:cherrypy:cherrypy:$1"] },
  ],
  [
    /^WEBrick\/([\w.]+)(?: \(Ruby\/([\w.]+))?/,
    { product: "WEBrick httpd", version: "$1", extrainfo: "Ruby $2", cpes: ["a:ruby-lang:webrick:$1"] },
  ],
  [/^thin(?: ([\w.]+))?/i, { product: "Thin httpd", version: "$1" }],
  [
    /^GoAhead-(?:Webs|http)(?:\/([\w.]+))?/i,
    { product: "GoAhead WebServer", version: "$1", cpes: ["a:embedthis:goahead:$1"] },
  ],
  [/^Boa\/([\w.]+)/, { product: "Boa httpd", version: "$1", cpes: ["a:boa:boa:$1"] }],
  [/^mini_httpd\/([\w.]+)/, { product: "mini_httpd", version: "$1", cpes: ["a:acme:mini_httpd:$1"] }],
  [/^thttpd\/([\w.]+)/, { product: "thttpd", version: "$1", cpes: ["a:acme:thttpd:$1"] }],
  [/^cloudflare/, { product: "Cloudflare http proxy" }],
  [/^AkamaiGHost/, { product: "AkamaiGHost", extrainfo: "Akamai's HTTP Acceleration/Mirror service" }],
  [/^AmazonS3/, { product: "Amazon S3 httpd" }],
  [/^awselb\/([\d.]+)/, { product: "AWS Elastic Load Balancing", version: "$1" }],
  [
    /^squid(?:\/([\w.-]+))?/,
    { product: "Squid http proxy", version: "$1", cpes: ["a:squid-cache:squid:$1"] },
  ],
  [/^Varnish/i, { product: "Varnish http accelerator", cpes: ["a:varnish-cache:varnish"] }],
  [/^envoy/, { product: "Envoy" }],
  [/^Cowboy/, { product: "Cowboy httpd" }],
  [
    /^MiniServ\/([\d.]+)/,
    { product: "MiniServ", version: "$1", extrainfo: "Webmin httpd", cpes: ["a:webmin:webmin:$1"] },
  ],
  [/^CUPS\/([\d.]+)/, { product: "CUPS", version: "$1", cpes: ["a:apple:cups:$1"] }],
  [
    /^(?:Oracle-)?WebLogic Server ?([\w.]+)?/i,
    { product: "Oracle WebLogic Server", version: "$1", cpes: ["a:oracle:weblogic_server:$1"] },
  ],
  [
    /^WildFly(?:\/([\w.]+))?/,
    { product: "JBoss WildFly", version: "$1", cpes: ["a:redhat:jboss_wildfly_application_server:$1"] },
  ],
]);
