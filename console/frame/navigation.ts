import {
  IconBuilding,
  IconChartBar,
  IconFileCertificate,
  IconHome,
  IconMessages,
  IconRefresh,
  IconSettings,
  type TablerIcon,
} from '@tabler/icons-react';

/** One entry of the menu. */
export interface Destination {
  readonly to: '/' | '/entitlements' | '/customers' | '/cases' | '/renewals' | '/reports' | '/administration';
  readonly label: string;
  readonly icon: TablerIcon;
}

/** The menu, in its order. All roles may read; pages show the commands that the role may use. */
export const DESTINATIONS: readonly Destination[] = [
  { to: '/', label: 'Home', icon: IconHome },
  { to: '/entitlements', label: 'Entitlements', icon: IconFileCertificate },
  { to: '/customers', label: 'Customers', icon: IconBuilding },
  { to: '/cases', label: 'Cases', icon: IconMessages },
  { to: '/renewals', label: 'Renewals', icon: IconRefresh },
  { to: '/reports', label: 'Reports', icon: IconChartBar },
  { to: '/administration', label: 'Administration', icon: IconSettings },
];
