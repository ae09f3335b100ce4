/** `http-headers`: the header fields as a list, and the applications that are known by theirs. */
import type { Json } from "../model/json.ts";
import { type HeaderField, httpApps } from "./http-apps.ts";
import { tableOf, textOf } from "./table.ts";
import { asWritten, type Treatment } from "./treatment.ts";

/** More than any server sends; they would all be rows of the database. */
const MAX_FIELDS = 1000;

export const httpHeaders: Treatment = (result) => {
  const fields = result.data === undefined ? fieldsOf(result.output) : fieldsIn(result.data);
  if (result.data === undefined && fields.length === 0) return asWritten(result);
  const data = result.data ?? fields.map(({ name, value }): Json => ({ name, value }));
  const { script, cpes } = httpApps(fields);
  const { scripts } = asWritten({ ...result, data });
  return script === undefined ? { scripts } : { scripts: [...scripts, script], cpes };
};

/** The fields in nmap's text, which ends in the kind of request behind a blank line. */
function fieldsOf(output: string): HeaderField[] {
  const fields: HeaderField[] = [];
  for (const line of output.split("\n", MAX_FIELDS)) {
    const text = line.trim();
    if (text === "" && fields.length === 0) continue;
    if (text === "" || text.startsWith("(Request type: ")) break;
    const colon = text.indexOf(":");
    fields.push(
      colon < 0
        ? { name: text.toLowerCase(), value: null }
        : { name: text.slice(0, colon).trim().toLowerCase(), value: text.slice(colon + 1).trim() },
    );
  }
  return fields;
}

function fieldsIn(data: Json): HeaderField[] {
  return (Array.isArray(data) ? data : []).flatMap((element) => {
    const field = tableOf(element);
    const name = textOf(field?.name);
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: textOf(field?.value) ?? null }];
  });
}
