/** What model/text.ts replaces and JSON would write as it is: DEL, C1 controls, zero-width, bidi, tags … */
const UNSAFE =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/**
 * JSON that is safe to look at and says exactly the same: what is unsafe is written as \uXXXX.
 * @param value plain JSON data.
 */
export function toJson(value: object | string | number | boolean | null): string {
  return JSON.stringify(value).replace(UNSAFE, (characters) =>
    Array.from({ length: characters.length }, (_, i) => `\\u${hex(characters.charCodeAt(i))}`).join(""),
  );
}

function hex(unit: number): string {
  return unit.toString(16).padStart(4, "0");
}
