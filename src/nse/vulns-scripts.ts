/** Names of the NSE scripts that report through nmap's `vulns` library. */

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
