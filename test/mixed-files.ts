import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files of these folders run side by side from the start, long files first. Crash tests mostly wait, for a lock, a
 * restart or a retry, while browsers and the others compute: a mixture keeps the machine evenly busy. `share`: the part
 * of the whole run over which a folder's files are spread, so that no long file runs alone at the end.
 */
const GROUPS = [
  { folder: 'test/crash/', share: 0.6 },
  { folder: 'test/connections/', share: 0.6 },
  { folder: 'test/browser/', share: 0.9 },
  { folder: 'test/system/', share: 0.9 },
  { folder: 'test/', share: 1 },
] as const;

const groupOf = ({ moduleId }: TestSpecification) => GROUPS.find(({ folder }) => moduleId.includes(folder));

export class MixedFiles extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const longestFirst = await super.sort(files);
    const placed = GROUPS.flatMap((group) => {
      const ofGroup = longestFirst.filter((file) => groupOf(file) === group);
      return ofGroup.map((file, index) => ({ file, at: (group.share * index) / ofGroup.length }));
    });
    return placed.toSorted((one, other) => one.at - other.at).map(({ file }) => file);
  }
}
