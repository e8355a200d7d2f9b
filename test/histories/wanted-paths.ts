import { PATHS, type Path } from './paths.ts';

interface Folder {
  readonly version: string;
  /** As CHANGELOG.md says; undefined when the version is not in it. */
  readonly isReleased: boolean | undefined;
  /** The paths that the folder of the version has. */
  readonly recorded: readonly string[];
}

/** The paths to record: those that are named, else all that the folder lacks. Throws rather than overwrite anything. */
export function wantedPaths(named: readonly string[], { version, isReleased, recorded }: Folder): Path[] {
  if (isReleased !== false)
    throw new Error(`CHANGELOG.md has no heading "## ${version} (unreleased)": the folder of a release is frozen.`);
  const frozen = named.filter((path) => recorded.includes(path));
  if (frozen.length > 0) throw new Error(`test/histories/${version} has ${frozen.join(', ')}: nothing is overwritten.`);
  const known = Object.keys(PATHS) as Path[];
  const unknown = named.filter((path) => !known.some((each) => each === path));
  if (unknown.length > 0) throw new Error(`No scene plays ${unknown.join(', ')}.`);
  return known.filter((path) => (named.length === 0 ? !recorded.includes(path) : named.includes(path)));
}
