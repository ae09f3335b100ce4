/**
 * Names of services for machines without nmap: those of Debian's netbase (/etc/services) and of the system ports
 * (below 1024) of the IANA Service Name and Transport Protocol Port Number Registry
 * (https://www.iana.org/assignments/service-names-port-numbers). Generated; sorted by code point.
 */
export const SERVICE_NAMES: readonly string[] = `
3com-amp3 3com-tsmux 914c-g 9pfs CAIlic Clearcase acap acas accessbuilder accessnetwork aci acmaint-dbd
acmaint-transd acp acr-nema aed-512 afpovertcp afs3-bos afs3-callback afs3-fileserver afs3-kaserver
afs3-prserver afs3-rmtsys afs3-update afs3-vlserver afs3-volser agentx alpes amanda amandaidx amidxtape
ampr-rcmd amqp amqps anet ansanotify ansatrader aodv apertus-ldp apex-edge apex-mesh appleqtc appleqtcsrvr
applix arcisdms ariel1 ariel2 ariel3 arns as-servermap asa asf-rmcp asf-secure-rmcp asia asip-webadmin
asipregistry asp at-3 at-5 at-7 at-8 at-echo at-nbp at-rtmp at-zis audit auditd aurora-cmgr aurp auth
authentication avian babel bacula-dir bacula-fd bacula-sd banyan-rpc banyan-vip bbs bdp bftp bgmp bgp bgpd
bgs-nsi bh611 bhevent bhfhs bhmds biff binkp bl-idm bmpp bnet bootpc bootps borland-dsj busboy
cab-protocol cableport-ax cadlock cadlock2 cadview-3d cal canna cdc cfdptkt cfengine chargen chshell
cimplex cisco-fna cisco-sccp cisco-sys cisco-tdp cisco-tna citadel cl-1 clc-build-daemon clearcase
cloanto-net-1 cmd cmip-agent cmip-man codaauth2 codasrv codasrv-se collaborator commerce compaq-evm
compressnet comsat comscm con conference connendp contentserver corba-iiop corba-iiop-ssl corerjd courier
covia creativepartnr creativeserver crs cryptoadmin csi-sgwp cso csync2 ctf custix cvc-hostd cvspserver
cybercash cycleserv cycleserv2 daap dasp datametrics datasurfsrv datasurfsrvsec datex-asn daytime db-lsp
dbase dcap dcp dctp ddm-dfm ddm-rdb ddm-ssl dec-dlm decap decauth decbsrv decladebug decvms-sysmgt
dei-icda deos device devshr-nts dhcp-failover dhcp-failover2 dhcpv6-client dhcpv6-server dicom dict
digital-vrc dircproxy direct discard disclose distcc dixie dlep dls dls-mon dn6-nlm-aud dn6-smm-red
dna-cml dnsix domain domain-s dpsi dsETOS dsf dsfgw dsp dsp3270 dtag-ste-sb dtk dwr echo efs elcsd
embl-ndt emfis-cntl emfis-data entomb entrust-aaas entrust-aams entrust-ash entrust-kmsh entrust-sps
entrusttime epmap epmd epp erpc escp-ip esro-emsdp esro-gen eudora-set exec exp1 exp2 eyelink
f5-globalsite f5-iquery fatserv fax fcp fcp-udp fido finger flexlm fln-spx font-service freeciv fsp fspd
ftp ftp-agent ftp-data ftps ftps-data fujitsu-dev fxp gacp garcon gdoi gdomap gds-db gds_db genie
genrad-mux ggf-ncp ginad gist git gnunet gnutella-rtr gnutella-svc go-login gopher gppitnp gpsd graphics
gris groupwise gsidcap gsiftp gsigatekeeper gss-http gss-xlicen ha-cluster hap hassle hcp-wismar hdap
hello-port hems hkp hmmp-ind hmmp-op hostname hp-alarm-mgr hp-collector hp-managed-node hprop http
http-alt http-mgmt http-rpc-epmap https hybrid-pop hylafax hyper-g hyperwave-isp iafdbase iafserver iasd
iax ibm-app ibm-db2 icad-el iclcnet-locate iclcnet-svinfo icp icpv2 ideafarm-door ideafarm-panic ident
idfp idxp ieee-mms ieee-mms-ssl igmpv3lite iiop imap imap2 imap3 imaps imsp inbusiness infoseek ingres-net
ingreslock intecourier integra-sme intrinsa ipcd ipcserver ipdd ipp iprop ipsec-nat-t ipx irc irc-serv
ircd ircs-u iris-beep iris-lwz iris-xpc iris-xpcs is99c is99s isakmp iscsi iscsi-target isi-gl isisd isns
iso-ill iso-ip iso-tp0 iso-tsap iso-tsap-c2 itm-mcell-s jabber-client jabber-server jargon k-block kamanda
kdc kerberos kerberos-adm kerberos-iv kerberos-master kerberos-sec kerberos4 kerberos5 kerberos_master
kermit keyserver kink kis klogin knet-cmp kpasswd krb-prop krb5 krb5_prop krb_prop krcmd kryptolan kshell
l2f l2tp lanserver ldap ldaps ldp legent-1 legent-2 link ljk-login lmp loadav loc-srv locus-con locus-map
login lotusnote lotusnotes lrrd mac-srvr-admin macon-tcp macon-udp magenta-logic mail mailbox-lm mailq
maitrd manet masqdialer matip-type-a matip-type-b mbap mbap-s mcidas mcns-sec mdbs-daemon mdc-portmapper
mdns mdqs mecomm meregister meta5 metagram meter mfcobol mftp micom-pfs microsoft-ds mit-dov mit-ml-dev
mobileip-agent mobilip-mn moira-db moira-update moira-ureg moira_db moira_update moira_ureg mon mondex
monitor mortgageware mpm mpm-flags mpm-snd mpp mptn mrm ms-rome ms-shuttle ms-sql-m ms-sql-s ms-wbt-server
msdp msexch-routing msg-auth msg-icp msp mtn multiling-http multiplex mumps munin mylex-mapd mysql
mysql-proxy name namp nas nbd nbp nced ncld ncp ndsauth nest-protocol netbios-dgm netbios-ns netbios-ssn
netconf-beep netconf-ssh netconfsoapbeep netconfsoaphttp netcp netgw netnews netrcs netrjs-1 netrjs-2
netrjs-3 netrjs-4 netsc-dev netsc-prod netstat netviewdm1 netviewdm2 netviewdm3 netwall netware-ip
new-rwho nextstep nfs nicname nip nlogin nmap nmsp nnsp nntp nntps notify novastorbakcup npmp-gui
npmp-local npmp-trap npp nqs nrpe ns nsca nsiiops nss-routing nsw-fe ntalk ntp ntske null nut nxedit obex
objcall ocbinder ocs-amu ocs-cmu ocserver odmr ohimsrv old-radacct old-radius olsr omginitialrefs omniorb
omserv onmux oob-ws-http oob-ws-https opalis-rdv opalis-robot opc-job-start opc-job-track openport
openvms-sysipc openvpn osb-sd ospf6d ospfapi ospfd osu-nms owamp-control owamp-test pana passgo
passgo-tivoli passwd-server passwd_server password-chg pawserv pcmail-srv pdap personal-link pftp ph
philips-vc phonebook photuris pim-rp-disc pip pirp pkix-3-ca-ra pkix-timestamp pop-3 pop2 pop3 pop3s
poppassd portmapper postgres postgresql pov-ray powerburst predict print-srv printer prm-nm prm-sm profile
proofd prospero pssc pt-tls ptcnameservice ptp-event ptp-general pump puparp puppet purenoise pwdgen
qbikgdp qft qmqp qmtp qotd qrh quotad quote radacct radius radius-acct radmin-port rap rcp rda re-mail-ck
readnews realm-rusd redis remctl remote-kis remotefs repcmd repscmd rescap retrospect rfile rift-lies
rift-ties ripd ripng ripngd ris ris-cm rje rlp rlzdbase rmc rmiregistry rmonitor rmt rmtcfg rndc rootd
route routed router rpasswd rpc2portmap rpki-rtr rpki-rtr-tls rplay rptp rrh rrp rsh-spx rsvd rsvp-tunnel
rsync rtcm-sc104 rtelnet rtip rtmp rtsp rtsps rushd rxe s-net sa-msg-port saft sane sane-port saned sanity
scc-security sco-dtmgr sco-inetmgr sco-sysmgr sco-websrvrmg3 sco-websrvrmgr scohelp scoi2odialog scx-proxy
sdnskmp semantix send servstat set sfs-config sfs-smp-net sftp sgcp sge-execd sge-qmaster sge_execd
sge_qmaster sgi-cad sgi-cmsd sgi-crsd sgi-gcd sgmp sgmp-traps shell shrinkwrap siam sieve sift-uft silc
silverplatter sink sip sip-tls skkserv skronk smakynet smartsdp smpnameres smpte smsd smsp smtp smtps smux
snagas snare snmp snmp-trap snmptrap snntp snpp sntp-heartbeat soap-beep socks softpc sonar source spamd
spmp spooler spsc sql-net sqlserv sqlsrv src srmp srssend ss7ns ssh sshell ssmtp sst statsrv stmf
streettalk stx su-mit-tg submission submissions submit subntbcst-tftp subversion sun-dr sunrpc supdup
supfiledbg supfilesrv sur-meas surf suucp svn svrloc swift-rvf synoptics-trap synotics-broker
synotics-relay syslog syslog-conn syslog-tls sysrqd systat tacacs tacacs-ds tacnews talk tap tbrpf tcpmux
tcpnethaspsrv td-replica td-service teedtap tell telnet telnets tempo tenfold texar tfido tftp ticf-1
ticf-2 timbuktu time timed timserver tinc tn-tl-fd1 tn-tl-w1 tn-tl-w2 tnETOS tns-cml tpip tproxy tsap
tserver ttytst tunnel twamp-control twamp-test uaac uarps uis ulistproc ulp ulpnet uma unidata-ldm unify
untp ups urd urm users utime utmpcd utmpsd uucp uucp-path uucp-rlogin uucpd uuidgen vacdsm-app vacdsm-sws
vatp vemmi venus venus-se vettcp vid videotex vmnet vmpwscs vnas vpp vpps-qua vpps-via vsinet vslmp wais
webcache webmin webpush webster who whoami whod whois whoispp windream wnn6 wpages wpgs www x-bone-ctl x11
x11-0 x11-1 x11-2 x11-3 x11-4 x11-5 x11-6 x11-7 xact-backup xdmcp xfer xfr xfs xinetd xmlrpc-beep xmms2
xmpp-client xmpp-server xns-auth xns-ch xns-courier xns-mail xns-time xtel xtelw xvttp xyplex-mux z39-50
z3950 zabbix-agent zabbix-trapper zannet zebra zebrasrv zephyr-clt zephyr-hm zephyr-srv zip zope zope-ftp
zserv
`
  .trim()
  .split(/\s+/);
