/** What a name may be, for messages. */
export const FEED_NAME_RULE =
  "letters, digits, _ . and - only, at most 128, a letter or digit first, and no .. in it";

/** Also names that FireHOL uses no more (`bi_apache-404_0_1d`); nothing that could be a path. */
const NAME = /^(?!.*\.\.)[A-Za-z0-9][\w.-]{0,127}$/;

/** Whether a text can be the name of a feed, see FEED_NAME_RULE. */
export function isFeedName(text: string): boolean {
  return NAME.test(text);
}

/** A maintainer as fetch_analysis names it: lower case, everything but a-z and 0-9 as single hyphens. */
export function maintainerSlug(maintainer: string): string {
  const slug = maintainer
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== "")
    .join("-");
  return slug === "" ? "unknown" : slug;
}
