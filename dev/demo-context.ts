/** What the demonstration needs to know about the running system. */
export interface DemoContext {
  /** Where the API answers, without a slash at its end. */
  apiUrl: string;
  apiKey: string;
  temporalAddress: string;
  namespace: string;
  /** Undefined when an outside Temporal server is used, whose UI we do not know. */
  temporalUiUrl: string | undefined;
  /** Where e-mails arrive; undefined where they are sent for real. */
  mailsDir: string | undefined;
  /** Where the keys of the demonstration's callers are kept. */
  keysFile: string;
}
