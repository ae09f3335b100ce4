/** software.log: what Zeek found out about programs, told in the records that a sensor would have written. */
import type { Json } from "../model/json.ts";
import { defineLog, type Fact, openPort } from "./zeek-kind.ts";

/** Servers of which nothing but the open port is kept: the version was not read from a banner. */
const SERVERS: ReadonlySet<string> = new Set([
  "FTP::SERVER",
  "MYSQL::SERVER",
  "MySQL::SERVER",
  "SMTP::MAIL_SERVER",
  "SMTP::WEBMAIL_SERVER",
]);

/** The policy prefixes what it took from this field. */
const SHAREPOINT = "SharePoint/";

export const SOFTWARE = defineLog({
  name: "software",
  marks: [["software_type"], ["unparsed_version"]],
  columns: {
    host: "address",
    host_p: "port",
    software_type: "text",
    name: "text",
    "version.major": "text",
    "version.minor": "text",
    "version.minor2": "text",
    "version.minor3": "text",
    "version.addl": "text",
    unparsed_version: "text",
  },
  needs: ["host", "software_type", "unparsed_version"],
  read(row) {
    const { host: addr, host_p: port, software_type: type = "", name, unparsed_version: value } = row;
    if (addr === undefined || !value) return [];
    const at = { addr, ...(port !== undefined && { port }) };
    const header = (source: string, text: string): Fact[] =>
      text === "" ? [] : [{ ...at, recontype: "HTTP_SERVER_HEADER", source, value: text }];
    // Zeek cuts the protocol version off an SSH banner, so what it read there is kept beside it.
    const ssh = (recontype: string, where: { addr: bigint; port?: number }): Fact[] => {
      const numbers = [
        row["version.major"],
        row["version.minor"],
        row["version.minor2"],
        row["version.minor3"],
      ];
      const version = numbers.filter((part) => part !== undefined).join(".") + (row["version.addl"] ?? "");
      const infos: { [key: string]: Json } = { service_name: "ssh" };
      if (name) infos.service_product = name;
      if (version !== "") infos.service_version = version;
      return [{ ...where, recontype, value, infos }];
    };
    switch (type) {
      case "HTTP::SERVER":
        return header("SERVER", value);
      case "HTTP::APPSERVER":
        return value.startsWith(SHAREPOINT)
          ? header("MICROSOFTSHAREPOINTTEAMSERVICES", value.slice(SHAREPOINT.length))
          : header("X-POWERED-BY", value);
      case "HTTP::WEB_APPLICATION":
        return header("X-GENERATOR", value);
      case "HTTP::BROWSER":
        return [{ addr, recontype: "HTTP_CLIENT_HEADER", source: "USER-AGENT", value }];
      case "HTTP::BROWSER_PLUGIN": {
        const flash = /^(?:AdobeAIR-)?Flash\/(.+)$/.exec(value)?.[1];
        if (flash === undefined) return [];
        return [{ addr, recontype: "HTTP_CLIENT_HEADER", source: "X-FLASH-VERSION", value: flash }];
      }
      case "SSH::SERVER":
        return ssh("SSH_SERVER", at);
      case "SSH::CLIENT":
        return ssh("SSH_CLIENT", { addr });
      default:
        return SERVERS.has(type) && port !== undefined ? [openPort(addr, port)] : [];
    }
  },
});
