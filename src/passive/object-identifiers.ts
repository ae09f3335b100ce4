/** Object identifiers of certificates, by the names that OpenSSL gives them. */

/** Parts of names: long name, and the short one of RFC 4514 where it has one. */
export const ATTRIBUTES: ReadonlyMap<string, readonly [long: string, short?: string]> = new Map([
  ["2.5.4.3", ["commonName", "CN"]],
  ["2.5.4.4", ["surname", "SN"]],
  ["2.5.4.5", ["serialNumber"]],
  ["2.5.4.6", ["countryName", "C"]],
  ["2.5.4.7", ["localityName", "L"]],
  ["2.5.4.8", ["stateOrProvinceName", "ST"]],
  ["2.5.4.9", ["streetAddress", "STREET"]],
  ["2.5.4.10", ["organizationName", "O"]],
  ["2.5.4.11", ["organizationalUnitName", "OU"]],
  ["2.5.4.12", ["title"]],
  ["2.5.4.13", ["description"]],
  ["2.5.4.15", ["businessCategory"]],
  ["2.5.4.17", ["postalCode"]],
  ["2.5.4.20", ["telephoneNumber"]],
  ["2.5.4.41", ["name"]],
  ["2.5.4.42", ["givenName"]],
  ["2.5.4.43", ["initials"]],
  ["2.5.4.44", ["generationQualifier"]],
  ["2.5.4.45", ["x500UniqueIdentifier"]],
  ["2.5.4.46", ["dnQualifier"]],
  ["2.5.4.65", ["pseudonym"]],
  ["2.5.4.97", ["organizationIdentifier"]],
  ["0.9.2342.19200300.100.1.1", ["userId", "UID"]],
  ["0.9.2342.19200300.100.1.25", ["domainComponent", "DC"]],
  ["1.2.840.113549.1.9.1", ["emailAddress"]],
  ["1.2.840.113549.1.9.2", ["unstructuredName"]],
  ["1.2.840.113549.1.9.8", ["unstructuredAddress"]],
  ["1.3.6.1.4.1.311.60.2.1.1", ["jurisdictionLocalityName"]],
  ["1.3.6.1.4.1.311.60.2.1.2", ["jurisdictionStateOrProvinceName"]],
  ["1.3.6.1.4.1.311.60.2.1.3", ["jurisdictionCountryName"]],
] as [string, readonly [string, string?]][]);

export const SIGNATURES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.2", "md2WithRSAEncryption"],
  ["1.2.840.113549.1.1.3", "md4WithRSAEncryption"],
  ["1.2.840.113549.1.1.4", "md5WithRSAEncryption"],
  ["1.2.840.113549.1.1.5", "sha1WithRSAEncryption"],
  ["1.3.14.3.2.29", "sha1WithRSA"],
  ["1.2.840.113549.1.1.10", "rsassaPss"],
  ["1.2.840.113549.1.1.11", "sha256WithRSAEncryption"],
  ["1.2.840.113549.1.1.12", "sha384WithRSAEncryption"],
  ["1.2.840.113549.1.1.13", "sha512WithRSAEncryption"],
  ["1.2.840.113549.1.1.14", "sha224WithRSAEncryption"],
  ["2.16.840.1.101.3.4.3.14", "RSA-SHA3-256"],
  ["1.2.840.10040.4.3", "dsaWithSHA1"],
  ["2.16.840.1.101.3.4.3.1", "dsa_with_SHA224"],
  ["2.16.840.1.101.3.4.3.2", "dsa_with_SHA256"],
  ["1.2.840.10045.4.1", "ecdsa-with-SHA1"],
  ["1.2.840.10045.4.3.1", "ecdsa-with-SHA224"],
  ["1.2.840.10045.4.3.2", "ecdsa-with-SHA256"],
  ["1.2.840.10045.4.3.3", "ecdsa-with-SHA384"],
  ["1.2.840.10045.4.3.4", "ecdsa-with-SHA512"],
  ["1.3.101.112", "ED25519"],
  ["1.3.101.113", "ED448"],
  ["1.2.156.10197.1.501", "SM2-with-SM3"],
]);

/** Kinds of public keys; bits where the kind fixes them. */
export const KEYS: ReadonlyMap<string, { type: string; bits?: number }> = new Map([
  ["1.2.840.113549.1.1.1", { type: "rsa" }],
  ["1.2.840.113549.1.1.10", { type: "rsa" }],
  ["1.2.840.113549.1.3.1", { type: "dh" }],
  ["1.2.840.10046.2.1", { type: "dh" }],
  ["1.2.840.10040.4.1", { type: "dsa" }],
  ["1.2.840.10045.2.1", { type: "ec" }],
  ["1.3.101.110", { type: "x25519", bits: 253 }],
  ["1.3.101.111", { type: "x448", bits: 448 }],
  ["1.3.101.112", { type: "ed25519", bits: 256 }],
  ["1.3.101.113", { type: "ed448", bits: 456 }],
]);

/** Bits of named curves. */
export const CURVES: ReadonlyMap<string, number> = new Map([
  ["1.2.840.10045.3.1.1", 192],
  ["1.3.132.0.33", 224],
  ["1.2.840.10045.3.1.7", 256],
  ["1.3.132.0.10", 256],
  ["1.3.132.0.34", 384],
  ["1.3.132.0.35", 521],
  ["1.3.36.3.3.2.8.1.1.1", 160],
  ["1.3.36.3.3.2.8.1.1.3", 192],
  ["1.3.36.3.3.2.8.1.1.5", 224],
  ["1.3.36.3.3.2.8.1.1.7", 256],
  ["1.3.36.3.3.2.8.1.1.8", 256],
  ["1.3.36.3.3.2.8.1.1.9", 320],
  ["1.3.36.3.3.2.8.1.1.11", 384],
  ["1.3.36.3.3.2.8.1.1.12", 384],
  ["1.3.36.3.3.2.8.1.1.13", 512],
  ["1.2.156.10197.1.301", 256],
]);

/** Other names that hold text, by the label they are shown with. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["1.3.6.1.4.1.311.20.2.3", "UPN"],
  ["1.3.6.1.5.5.7.8.5", "XmppAddr"],
  ["1.3.6.1.5.5.7.8.7", "SRVName"],
  ["1.3.6.1.5.5.7.8.9", "SmtpUTF8Mailbox"],
]);

export const SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
