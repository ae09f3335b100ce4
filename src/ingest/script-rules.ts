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

/** Scripts whose tables are nmap's printing lay-out and not data (spec ivre §7.2). */
export const UNSTRUCTURED: ReadonlySet<string> = new Set(["xmpp-info", "sslv2", "sslv2-drown"]);

const VULNS_CVES_HTTP =
  "2006-3392 2009-3960 2010-2861 2011-3192 2011-3368 2012-1823 2013-0156 2013-6786 2013-7091 2014-2126 2014-2127 2014-2128 2014-2129 2014-3704 2014-8877 2015-1427 2015-1635 2017-1001000 2017-5638 2017-5689 2017-8917";

/** Scripts that report through nmap's `vulns` library (spec ivre §2.4). */
export const VULNS_FAMILY: ReadonlySet<string> = new Set([
  ..."afp-path-vuln clamav-exec distcc-cve2004-2687 ftp-libopie ftp-vsftpd-backdoor ftp-vuln-cve2010-4221".split(
    " ",
  ),
  ..."http-avaya-ipoffice-users http-cross-domain-policy http-dlink-backdoor http-frontpage-login".split(" "),
  ..."http-huawei-hg5xx-vuln http-iis-short-name-brute http-method-tamper http-phpmyadmin-dir-traversal".split(
    " ",
  ),
  ..."http-phpself-xss http-sap-netweaver-leak http-shellshock http-slowloris-check".split(" "),
  ..."http-tplink-dir-traversal http-vuln-misfortune-cookie http-vuln-wnr1000-creds".split(" "),
  ...VULNS_CVES_HTTP.split(" ").map((cve) => `http-vuln-cve${cve}`),
  ..."ipmi-cipher-zero mysql-vuln-cve2012-2122 qconn-exec rdp-vuln-ms12-020 realvnc-auth-bypass".split(" "),
  ..."rmi-vuln-classloader rsa-vuln-roca samba-vuln-cve-2012-1182 smb-double-pulsar-backdoor".split(" "),
  ..."conficker cve-2017-7494 cve2009-3103 ms06-025 ms07-029 ms08-067 ms10-054 ms10-061 ms17-010 regsvc-dos webexec"
    .split(" ")
    .map((name) => `smb-vuln-${name}`),
  ..."smb2-vuln-uptime smtp-vuln-cve2011-1720 smtp-vuln-cve2011-1764 ssl-ccs-injection ssl-dh-params".split(
    " ",
  ),
  ..."ssl-heartbleed ssl-poodle sslv2-drown supermicro-ipmi-conf tls-ticketbleed".split(" "),
]);
