const LONGEST = 60;

/**
 * An id made of the letters and digits of a name, for records that no other system names: `Tarnholt Energi` is
 * `tarnholt-energi`. A name in another script gives an empty text, so that the person chooses.
 */
export const idFromName = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replaceAll(/^-+|-+$/g, '');
