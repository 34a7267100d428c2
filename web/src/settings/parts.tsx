// What the settings' pages share.

import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../shell/page';
import { useViewer } from '../shell/viewer';
import tabs from '../ui/tabs.module.css';
import { useActiveInView } from '../ui/use-active-in-view';
import styles from './screen.module.css';

const PAGES = [
  { to: '/settings/connections', name: 'Connections' },
  { to: '/settings/mailbox', name: 'My mailbox' },
  { to: '/settings/templates', name: 'Templates' },
  { to: '/settings/suppression', name: 'Suppression' },
  { to: '/settings/people', name: 'People and roles' },
  { to: '/settings/working-time', name: 'Working time' },
  { to: '/settings/diversity', name: 'Diversity sourcing' },
  { to: '/settings/preferences', name: 'Preferences' },
] as const;

export function SettingsPage({ children }: { readonly children: ReactNode }) {
  const { can } = useViewer();
  const bar = useActiveInView<HTMLElement>(useLocation().pathname);
  const pages = PAGES.filter(
    ({ to }) =>
      (to !== '/settings/templates' || can.writeToPeople) &&
      (to !== '/settings/suppression' || can.seeSuppressions) &&
      (to !== '/settings/diversity' || can.setDiversitySourcing) &&
      (to !== '/settings/people' || can.seeDirectory),
  );
  return (
    <Page title="Settings" fixed>
      <nav ref={bar} className={`${tabs.tabs} ${styles.tabs}`} aria-label="Settings">
        {pages.map(({ to, name }) => (
          <Link key={to} to={to}>
            {name}
          </Link>
        ))}
      </nav>
      <div className={styles.content}>{children}</div>
    </Page>
  );
}
