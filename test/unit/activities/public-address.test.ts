import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  isPublicAddress,
  PrivateAddressError,
  problemWithUrl,
  publicLookup,
} from '../../../activities/deliveries/public-address.ts';

test.each([
  ['93.184.215.14', true],
  ['8.8.8.8', true],
  ['172.15.255.255', true],
  ['172.32.0.1', true],
  ['100.63.255.255', true],
  ['100.128.0.0', true],
  ['2606:4700::1111', true],
  ['2a00:1450:4001:80e::200e', true],
  ['127.0.0.1', false],
  ['127.255.255.254', false],
  ['0.0.0.0', false],
  ['10.0.0.1', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['100.127.255.255', false],
  ['192.0.0.1', false],
  ['192.0.2.1', false],
  ['198.18.0.1', false],
  ['198.51.100.7', false],
  ['203.0.113.9', false],
  ['224.0.0.1', false],
  ['239.255.255.250', false],
  ['240.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fc00::1', false],
  ['fd12:3456:789a::1', false],
  ['ff02::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:8.8.8.8', false],
  ['::ffff:7f00:1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001:0:7f00:1::', false],
  ['2001:db8::1', false],
  ['localhost', false],
  ['', false],
  ['127.1', false],
])('%s is public: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});

describe("a webhook's URL", () => {
  test.each([
    'https://example.com/hooks?x=1',
    'https://8.8.8.8/hooks',
    'https://[2606:4700::1111]:8443/',
    'https://10.example.com/',
  ])('%s will do', (url) => {
    expect(problemWithUrl(url, false)).toBeUndefined();
  });

  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'not a url',
    'https://ann:secret@example.com/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://169.254.169.254/latest/meta-data',
  ])('%s will not', (url) => {
    expect(problemWithUrl(url, false)).toEqual(expect.any(String));
  });

  test('may be http and private where that is allowed, and nothing else', () => {
    expect(problemWithUrl('http://127.0.0.1:9000/', true)).toBeUndefined();
    expect(problemWithUrl('ftp://127.0.0.1/', true)).toEqual(expect.any(String));
    expect(problemWithUrl('http://ann:secret@127.0.0.1/', true)).toEqual(expect.any(String));
  });
});

test('a name that leads to a private address is refused where the connection asks for it, whatever it led to before', async () => {
  const look = promisify(publicLookup);
  await expect(look('localhost', { all: true })).rejects.toThrow(PrivateAddressError);
  await expect(look('localhost', {})).rejects.toThrow(/127\.0\.0\.1|::1/);
});
