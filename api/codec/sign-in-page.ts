import { randomBytes } from 'node:crypto';
import type { Response } from 'express';

interface Shown {
  /** What to say above the form; null: nothing. */
  readonly note: string | null;
}

/** The page on which a person signs in. It runs no script, and its texts are our own. */
export function answerSignInPage(response: Response, { note }: Shown): void {
  const nonce = randomBytes(16).toString('base64');
  response
    .set(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    )
    .set('Referrer-Policy', 'same-origin')
    .type('html')
    .send(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Read encrypted payloads</title>
<style nonce="${nonce}">
  body { font: 16px/1.5 system-ui, sans-serif; margin: 10vh auto; max-width: 30rem; padding: 0 1rem; }
  label, input, button { display: block; font: inherit; margin: 0.5rem 0; }
  input { box-sizing: border-box; padding: 0.4rem; width: 100%; }
</style>
</head>
<body>
<main>
<h1>Read encrypted payloads</h1>
${note === null ? '' : `<p role="status">${note}</p>`}
<p>Sign in, so that the Temporal UI in this browser shows what is encrypted. It must include credentials: see its data
encoder settings.</p>
<form method="post" action="session">
<label for="credential">API key or token</label>
<input id="credential" name="credential" type="password" autocomplete="off" required>
<button>Sign in</button>
</form>
<form method="post" action="session/end"><button>Sign out</button></form>
</main>
</body>
</html>
`);
}
