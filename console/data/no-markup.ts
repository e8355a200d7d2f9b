/**
 * The browser refuses every text that a script would turn into elements (`require-trusted-types-for` in the page's content
 * security policy), except what the policy named `default` lets pass. Mantine writes style sheets that way: texts without a
 * `<`, from which no element can come. Everything else is refused.
 */
export function allowTextsWithoutMarkup(): void {
  const { trustedTypes } = window as { trustedTypes?: { createPolicy(name: string, rules: object): unknown } };
  trustedTypes?.createPolicy('default', { createHTML: (text: string) => (text.includes('<') ? null : text) });
}
