/** Code that runs in this process and is not ours: what fails outside of any call may be its fault. */

/** Real paths of the plugins that were run, also of those that are left out since. */
export const OTHERS_CODE = new Set<string>();
