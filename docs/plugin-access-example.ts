import type { Factory } from "gadwall";

/** Shows the network of site B only to the group `site-b`. */
const plugin: Factory = () => ({
  api: 1,
  access: (asker) => (asker?.groups.includes("site-b") ? "full" : "!net:198.51.100.0/24"),
});

export default plugin;
