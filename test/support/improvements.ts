/** Our improvements over IVRE switched off: what the specification says and nothing more. */
import type { DeriveOptions } from "../../src/view/options.ts";

export const IMPROVEMENTS_OFF: DeriveOptions = { geo: false, closeUnlisted: false, vulnersAsVulns: false };
