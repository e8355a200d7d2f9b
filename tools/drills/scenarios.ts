import type { Store } from '../../dev/backup-stores.ts';
import type { Installation } from './installation.ts';

export interface Scenario {
  readonly name: string;
  /** What happens to the stores between the crash and the start. */
  readonly says: string;
  readonly happens: (installation: Installation, backup: string) => Promise<void>;
  /** The stores whose own records since the backup are gone. */
  readonly older: readonly Store[];
  /** Acknowledged case events since the backup may be lost. */
  readonly losesEvents: boolean;
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'both',
    says: 'both stores are restored from one backup',
    happens: (installation, backup) => installation.restore(backup, ['postgres', 'temporal']),
    older: ['postgres', 'temporal'],
    losesEvents: true,
  },
  {
    name: 'postgres-older',
    says: 'PostgreSQL is restored from the backup; Temporal is as it was at the crash',
    happens: (installation, backup) => installation.restore(backup, ['postgres']),
    older: ['postgres'],
    losesEvents: false,
  },
  {
    name: 'temporal-older',
    says: 'Temporal is restored from the backup; PostgreSQL is as it was at the crash',
    happens: (installation, backup) => installation.restore(backup, ['temporal']),
    older: ['temporal'],
    losesEvents: false,
  },
  {
    name: 'temporal-lost',
    says: "Temporal's data is gone; PostgreSQL is as it was at the crash",
    happens: (installation) => installation.lose('temporal'),
    older: ['temporal'],
    losesEvents: false,
  },
  {
    name: 'postgres-lost',
    says: "PostgreSQL's data is gone, without a backup; Temporal is as it was at the crash",
    happens: (installation) => installation.lose('postgres'),
    older: ['postgres'],
    losesEvents: false,
  },
];
