// A vitest reporter for `npm test`: leaves the totals where dev/test.mjs, which prints the last line, finds them.
import { writeFileSync } from 'node:fs';

export default class PlainTotals {
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      const results = [...module.children.allTests()].map((test) => test.result().state);
      passed += results.filter((state) => state === 'passed').length;
      failed += results.filter((state) => state === 'failed').length;
      // A file that could not even be loaded has no tests to count, and is a failure all the same.
      if (module.errors().length > 0) failed += 1;
    }
    const file = process.env.ALLOT_TOTALS_FILE;
    if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failed }));
  }
}
