/**
 * What the page's content security policy (`api/console/policy.ts`) asks of the code that runs in it. It is imported
 * before everything else.
 */

interface TrustedTypes {
  createPolicy(name: 'default', rules: { readonly createHTML: (text: string) => string }): unknown;
}

declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes;
    /** Where the package that writes the styles of open dialogs looks for the nonce. */
    __webpack_nonce__?: string;
  }
}

/** Mantine writes its styles as markup. Markup needs a `<`, styles need none: whoever tries more is stopped. */
function refuseMarkup(text: string): string {
  if (text.includes('<')) throw new TypeError('This page takes no markup.');
  return text;
}

window.trustedTypes?.createPolicy('default', { createHTML: refuseMarkup });

/** The nonce of this page, for styles that are written while it runs. The browser hides the attribute, not the property. */
export const pageNonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

window.__webpack_nonce__ = pageNonce;
