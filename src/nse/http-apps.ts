/** Web applications that say in a header field what they are (spec ivre §7.2). */
import type { Script } from "../model/scan.ts";

export interface HeaderField {
  /** Lower case. */
  name: string;
  /** Null for the status line. */
  value: string | null;
}

interface Application {
  name: string;
  /** Any of these fields says that it is this application. */
  fields: readonly string[];
  /** The field that holds the version. */
  version: string;
  /** Without the version. */
  cpe: string;
}

const APPLICATIONS: readonly Application[] = [
  {
    name: "SharePoint",
    fields: ["microsoftsharepointteamservices"],
    version: "microsoftsharepointteamservices",
    cpe: "cpe:/a:microsoft:sharepoint_server",
  },
  {
    name: "Kibana",
    fields: ["kbn-name", "kbn-version"],
    version: "kbn-version",
    cpe: "cpe:/a:elasticsearch:kibana",
  },
];

/** What was asked for, unless the scan was told otherwise. */
const PATH = "/";

const VERSION = /^\d+(?:\.\d+)*/;

/** The `http-app` script that header fields stand for, undefined when none of them names an application. */
export function httpApps(fields: readonly HeaderField[]): { script?: Script; cpes: string[] } {
  const apps = APPLICATIONS.flatMap(({ name, fields: named, version: versionField, cpe }) => {
    if (!fields.some((field) => named.includes(field.name))) return [];
    const version = fields.find((field) => field.name === versionField)?.value ?? "";
    const number = VERSION.exec(version)?.[0];
    return {
      text: `${name}: path ${PATH}${version === "" ? "" : `, version ${version}`}`,
      data: { path: PATH, application: name, ...(version === "" ? {} : { version }) },
      cpe: number === undefined ? cpe : `${cpe}:${number}`,
    };
  });
  if (apps.length === 0) return { cpes: [] };
  return {
    script: {
      id: "http-app",
      output: apps.map(({ text }) => text).join("\n"),
      key: "http-app",
      data: apps.map(({ data }) => data),
    },
    cpes: apps.map(({ cpe }) => cpe),
  };
}
