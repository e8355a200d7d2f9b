import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { DAY_MS } from './days.ts';

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;
const EXPLICIT_0 = 0xa0;
/** Object identifiers as they stand in the certificate: 1.2.840.10045.4.3.2 and 2.5.4.3. */
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');

/**
 * A certificate for `localhost` that its own key has signed, so that nobody vouches for it; valid for a day before and
 * after now. Written byte by byte (X.509 in DER, RFC 5280), because Node.js makes keys but no certificates.
 */
export function ownCertificate(): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const algorithm = der(SEQUENCE, ECDSA_WITH_SHA256);
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from('localhost')))));
  const validity = der(SEQUENCE, time(Date.now() - DAY_MS), time(Date.now() + DAY_MS));
  const version3 = der(EXPLICIT_0, der(INTEGER, Buffer.of(2)));
  // The first bit of a serial number must not be set: it would make the number negative.
  const serial = der(INTEGER, Buffer.concat([Buffer.of(1), randomBytes(8)]));
  const content = der(SEQUENCE, version3, serial, algorithm, name, validity, name, publicKey);
  const signature = sign('sha256', content, createPrivateKey(privateKey));
  const whole = der(SEQUENCE, content, algorithm, der(BIT_STRING, Buffer.of(0), signature));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey,
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

/** A value with its type and length before it. */
function der(type: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts);
  const size = value.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(type, ...length), value]);
}

/** Two digits of the year, month, day, hour, minute and second, in UTC. */
const time = (ms: number): Buffer =>
  der(UTC_TIME, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-T:]/g, '').slice(2, 14)}Z`));
