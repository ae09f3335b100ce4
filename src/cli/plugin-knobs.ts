/** Where plugins are named: each row is an option of the commands that load them, a variable and a key (settings.ts). */
export const PLUGIN_KNOBS = {
  plugin: "A plugin to load, beside those in your configuration folder; may be repeated (docs/plugins.md)",
  "access-plugin":
    "A plugin that restricts who sees what: nothing starts when it cannot be loaded; may be repeated",
} as const;

export type PluginKnob = keyof typeof PLUGIN_KNOBS;

export const PLUGIN_KNOB_NAMES = Object.keys(PLUGIN_KNOBS) as PluginKnob[];
