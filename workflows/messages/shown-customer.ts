import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { sandboxSettings } from './sandbox-settings.ts';

/** No id has a slash in it, so a tag is never taken for an id. */
const PREFIX = 'hidden/';
const DIGITS = 24;

/**
 * What stands for a customer in search attributes, which Temporal never encrypts: the same text for the same customer
 * and key, from which the id cannot be found without the key.
 */
export const customerTag = (customerKey: string, customerId: string): string =>
  PREFIX + bytesToHex(hmac(sha256, hexToBytes(customerKey), utf8ToBytes(customerId))).slice(0, DIGITS);

/** A customer as the search attributes of workflows show it: its id, or its tag where the worker hides customers. */
export const shownCustomer = (customerId: string): string =>
  sandboxSettings.customerKey === null ? customerId : customerTag(sandboxSettings.customerKey, customerId);
