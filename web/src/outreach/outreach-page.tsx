import { Link, useLocation } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Page } from '../shell/page';
import tabs from '../ui/tabs.module.css';
import { useActiveInView } from '../ui/use-active-in-view';
import styles from './screen.module.css';

const PAGES = [
  { to: '/outreach/conversations', name: 'Conversations' },
  { to: '/outreach/in-doubt', name: 'In doubt' },
] as const;

/** What the pages about messages share. */
export function OutreachPage({ children }: { readonly children: ReactNode }) {
  const active = useActiveInView<HTMLElement>(useLocation({ select: ({ pathname }) => pathname }));
  return (
    <Page title="Outreach" fixed>
      <nav ref={active} className={`${tabs.tabs} ${styles.tabs}`} aria-label="Outreach">
        {PAGES.map(({ to, name }) => (
          <Link key={to} to={to} activeOptions={{ includeSearch: false }}>
            {name}
          </Link>
        ))}
      </nav>
      {children}
    </Page>
  );
}
