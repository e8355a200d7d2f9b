// Unpacks the browser of @sparticuz/chromium into TMPDIR. A process of its own, because the package reads TMPDIR and
// changes the environment when it is loaded. dev/browser-program.ts calls it.
import chromium from '@sparticuz/chromium';

await chromium.executablePath();
