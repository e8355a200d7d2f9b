import type { ConsoleSettings } from './settings.ts';

type Sources = Pick<ConsoleSettings, 'issuerOrigins'> & {
  readonly nonce: string;
  readonly ancestors: readonly string[];
};

/**
 * The content security policy of a page of the console. It loads its own files, calls this API and the issuer of
 * tokens, and nothing else. Styles that its components write while they run carry the nonce of the answer. No text can
 * become script or markup by accident: the one policy of trusted types (`console/page-policy.ts`) refuses markup.
 */
export function consolePolicy({ nonce, issuerOrigins, ancestors }: Sources): string {
  const directives = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", `'nonce-${nonce}'`],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", ...issuerOrigins],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ancestors.length === 0 ? ["'none'"] : ancestors,
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['default'],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
