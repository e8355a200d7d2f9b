/** What the worker tells the workflows of its process. It must not change which commands a workflow gives. */
export interface SandboxSettings {
  /** Whether messages and stack traces of failures are hidden in payloads, because payloads are encrypted. */
  readonly hidesFailures: boolean;
  /** The key that hides customers in search attributes, in hexadecimal digits; null: they are shown. */
  readonly customerKey: string | null;
}

const NAME = 'allotSandboxSettings';
const NONE: SandboxSettings = { hidesFailures: false, customerKey: null };

/** The line of code that brings the settings into the bundle of workflows. It has no line break. */
export const settingsCode = (settings: SandboxSettings): string => `globalThis.${NAME} = ${JSON.stringify(settings)}; `;

/** The settings in a workflow; without any, nothing is hidden. */
export const sandboxSettings: SandboxSettings = (globalThis as { readonly [NAME]?: SandboxSettings })[NAME] ?? NONE;
