/**
 * Which script results say nothing, as a table (spec ivre §7.2): failures of the script itself, and the
 * phrases that scripts print for "nothing found". These texts are Nmap's, fixed in its scripts.
 */

/** Outputs that mean nothing whatever script they come from. */
const EMPTY_OUTPUTS: ReadonlySet<string> = new Set([
  "",
  "\n",
  "false",
  "TIMEOUT",
  "ERROR",
  "Unable to open connection",
]);

/** Lines that mean, whatever the script, that it failed. The MD5 of the empty string: it hashed nothing. */
const FAILURES =
  /^[ \t]*(?:ERROR: )?(?:Failed to (?:connect to|receive response from) server|Failed to send packet: ERROR|Script execution failed|Receiving packet: (?:ERROR|EOF))|^[ \t]*ERROR$|^[ \t]*(?:SMB|ERROR): .*TIMEOUT|(?:d41d8cd98f00b204e9800998ecf8427e|D41D8CD98F00B204E9800998ECF8427E)/m;

const NO_CREDENTIALS = /^\s*ERROR: No login credentials/m;

/** Per script: an output (trimmed of white space) that matches says that nothing was found. */
const NOTHING_FOUND: Readonly<Record<string, RegExp>> = {
  "ajp-methods": /^Failed to get a valid response for the OPTION request$/,
  "dns-nsec-enum": /^No NSEC records found|^Can't determine domain for host/,
  "dns-nsec3-enum": /^Can't determine domain for host/,
  fcrdns: /^FAIL \(No PTR record\)$/,
  firewalk: /^None found$/,
  "ftp-bounce": /^no banner$/,
  "http-comments-displayer": /^Couldn't find any comments\.$/,
  "http-csrf": /^Couldn't find any CSRF vulnerabilities\.$/,
  "http-devframework": /^Couldn't determine the underlying framework or CMS\./,
  "http-dombased-xss": /^Couldn't find any DOM based XSS\.$/,
  "http-drupal-enum": /^Nothing found amongst the top/,
  "http-errors": /^Couldn't find any error pages\.$/,
  "http-feed": /^Couldn't find any feeds\.$/,
  "http-fileupload-exploiter": /^Couldn't find a file-type field\.$/,
  "http-headers": /^\(Request type: [A-Z]+\)$/,
  "http-jsonp-detection": /^Couldn't find any JSONP endpoints\.$/,
  "http-mobileversion-checker": /^No mobile version detected\.$/,
  "http-referer-checker": /^Couldn't find any cross-domain scripts\.$/,
  "http-stored-xss": /^Couldn't find any stored XSS vulnerabilities\.$/,
  "http-wordpress-enum": /^Nothing found amongst the top/,
  ipidseq: /^Unknown$/,
  "ldap-search": /^(?:ERROR: )?Failed to bind/i,
  "mongodb-databases": /^(?:ERROR: )?No Bson data returned/,
  "ms-sql-config": NO_CREDENTIALS,
  "ms-sql-dump-hashes": NO_CREDENTIALS,
  "ms-sql-hasdbaccess": NO_CREDENTIALS,
  "ms-sql-query": NO_CREDENTIALS,
  "ms-sql-tables": NO_CREDENTIALS,
  "ms-sql-xp-cmdshell": NO_CREDENTIALS,
  "ndmp-version": /^ERROR: Failed to get host information from server$/,
  "p2p-conficker": /Host is CLEAN or ports are blocked/,
  "ssl-date": /^(?:TLS|SSL) randomness does not represent time$/,
};

/** True when a script result is to be dropped: it failed, or found nothing. */
export function saysNothing(id: string, output: string): boolean {
  if (EMPTY_OUTPUTS.has(output)) return true;
  if (Object.hasOwn(NOTHING_FOUND, id) && NOTHING_FOUND[id]!.test(output.trim())) return true;
  return FAILURES.test(output);
}
