// What other screens show of a job.

import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePageKeys } from '../shell/keys';
import { Message } from '../ui/region';
import tabs from '../ui/tabs.module.css';
import { useActiveInView } from '../ui/use-active-in-view';
import styles from './parts.module.css';

/** The same words for a job that never was and for one that is not for the viewer. */
export function NoSuchJob() {
  return <Message title="There is no such job">It may have been removed, or you are not on its team.</Message>;
}

/** The tabs of a job, and what its screen says beside them. */
export function JobBar({ job, children }: { readonly job: string; readonly children?: ReactNode }) {
  const navigate = useNavigate();
  usePageKeys('Job', [
    { key: 'c', name: 'Check-in', perform: () => void navigate({ to: '/jobs/$job/check-in', params: { job } }) },
  ]);
  const active = useActiveInView<HTMLElement>(useLocation({ select: ({ pathname }) => pathname }));
  return (
    <div className={styles.bar}>
      <nav ref={active} className={tabs.tabs} aria-label="Job">
        <Link to="/jobs/$job/board" params={{ job }}>
          Board
        </Link>
        <Link to="/jobs/$job/reviews" params={{ job }}>
          Reviews
        </Link>
        <Link to="/jobs/$job/outreach" params={{ job }}>
          Outreach
        </Link>
        <Link to="/jobs/$job/analytics" params={{ job }}>
          Analytics
        </Link>
        <Link to="/jobs/$job/check-in" params={{ job }}>
          Check-in
        </Link>
        <Link to="/jobs/$job/team" params={{ job }}>
          Team
        </Link>
      </nav>
      {children}
    </div>
  );
}
