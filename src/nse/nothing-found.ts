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

/** Scripts over SMB that got no answer print what nmap's library says, and nothing else. */
const NO_SMB = /^(?:ERROR: )?Could not negotiate a connection:/;

const NO_CREDENTIALS = /^[ \t]*ERROR: No login credentials/m;

const NO_SMB2 = /^Couldn't establish a SMBv2 connection\.$/;
const NO_SSH = /^Failed to connect to ssh server$/;
const SWITCHED_OFF = /^\*TEMPORARILY DISABLED\*/;

/** Per script: an output (trimmed of white space) that matches says that nothing was found. */
const NOTHING_FOUND: Readonly<Record<string, RegExp>> = {
  "ajp-methods": /^Failed to get a valid response for the OPTION request$/,
  "dns-brute": /^Can't guess domain of /,
  "dns-fuzz": /^Server didn't response to our probe/,
  "dns-nsec-enum": /^No NSEC records found|^Can't determine domain for host /,
  "dns-nsec3-enum": /^DNSSEC NSEC3 not supported|^Can't determine domain for host/,
  "eap-info": /^no valid scan methods provided$|^please specify an interface with -e$/,
  fcrdns: /^FAIL \(No PTR record\)$/,
  firewalk: /^None found$/,
  "ftp-bounce": /^no banner$/,
  "hostmap-robtex": SWITCHED_OFF,
  "http-comments-displayer": /^Couldn't find any comments\.$/,
  "http-csrf": /^Couldn't find any CSRF vulnerabilities\.$/,
  "http-devframework": /^Couldn't determine the underlying framework or CMS\./,
  "http-dombased-xss": /^Couldn't find any DOM based XSS\.$/,
  "http-drupal-enum": /^Nothing found amongst the top/,
  "http-errors": /^Couldn't find any error pages\.$/,
  "http-feed": /^Couldn't find any feeds\.$/,
  "http-fileupload-exploiter":
    /^(?:\s*(?:Couldn't find a file-type field|Failed to upload and execute a payload)\.)+$/,
  "http-headers": /^\(Request type: [A-Z]+\)$/,
  "http-jsonp-detection": /^Couldn't find any JSONP endpoints\.$/,
  "http-malware-host": /^Host appears to be clean$/,
  "http-mobileversion-checker": /^No mobile version detected\.$/,
  "http-referer-checker": /^Couldn't find any cross-domain scripts\.$/,
  "http-robtex-shared-ns": SWITCHED_OFF,
  "http-stored-xss": /^Couldn't find any stored XSS vulnerabilities\.$/,
  "http-userdir-enum": /^Didn't find any users!$/,
  "http-wordpress-enum": /^Nothing found amongst the top/,
  "http-wordpress-users": /^\[Error\] Wordpress installation was not found/,
  ipidseq: /^Unknown$/,
  "ldap-search": /^(?:ERROR: )?Failed to bind/i,
  "mcafee-epo-agent": /^ePO Agent not found$/,
  "mongodb-databases": /^(?:ERROR: )?No Bson data returned/,
  "ms-sql-config": NO_CREDENTIALS,
  "ms-sql-dump-hashes": NO_CREDENTIALS,
  "ms-sql-hasdbaccess": NO_CREDENTIALS,
  "ms-sql-query": NO_CREDENTIALS,
  "ms-sql-tables": NO_CREDENTIALS,
  "ms-sql-xp-cmdshell": NO_CREDENTIALS,
  "ndmp-version": /^ERROR: Failed to get host information from server$/,
  "nfs-showmount": /^No NFS mounts available$/,
  "omp2-enum-targets": /^No valid account available!$/,
  "oracle-enum-users": /^Failed to find any valid user accounts$/,
  "p2p-conficker": /Host is CLEAN or ports are blocked/,
  "path-mtu": /^Error: Unable to determine PMTU/,
  "pjl-ready-message": /^No response from printer: /,
  "smb-brute": /^No accounts found$/,
  "smb-enum-users": /^Couldn't find any account names, sorry!$/,
  "smb-protocols": /^No dialects accepted\. /,
  "smb2-capabilities": NO_SMB2,
  "smb2-security-mode": NO_SMB2,
  "smtp-enum-users": /^Couldn't find any accounts$/,
  "sniffer-detect": /^Unknown \(tests: /,
  "ssh-auth-methods": NO_SSH,
  "ssh-brute": NO_SSH,
  "ssh-run": NO_SSH,
  "ssl-date": /^(?:TLS|SSL) randomness does not represent time$/,
  "targets-asn": /^targets-asn\.asn is a mandatory parameter$/,
  "tor-consensus-checker": /^Couln't connect to Tor dir authorities$|not found in Tor consensus$/,
  "vtam-enum": /^Not VTAM or 'logon applid' command not accepted\. /,
  "whois-domain": /^You should provide a domain name\.$/,
  "whois-ip": /^Could not format results for display\.$/,
};

/** True when a script result is to be dropped: it failed, or found nothing. */
export function saysNothing(id: string, output: string): boolean {
  if (EMPTY_OUTPUTS.has(output)) return true;
  const text = output.trim();
  if (Object.hasOwn(NOTHING_FOUND, id) && NOTHING_FOUND[id]!.test(text)) return true;
  return NO_SMB.test(text) || FAILURES.test(output);
}
