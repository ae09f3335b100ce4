/**
 * Our improvements over IVRE that change what is derived from records; each can be switched off by people who
 * compare. They are part of the recipe (refresh.ts): switching one derives everything anew.
 */
export interface DeriveOptions {
  /** Look up country and AS. */
  geo: boolean;
  /** In the view, the newest scan that looked at a port decides on it; otherwise as IVRE merges (spec ivre §8.2). */
  closeUnlisted: boolean;
  /** What `vulners` and `vulscan` list counts as vulnerabilities. */
  vulnersAsVulns: boolean;
}
