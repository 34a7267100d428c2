import { Link, useLocation } from '@tanstack/react-router';
import { useViewer } from '../shell/viewer';
import tabs from '../ui/tabs.module.css';
import { useActiveInView } from '../ui/use-active-in-view';
import styles from './screen.module.css';

/** The pages about people in general: all of them, projects, probable duplicates, imports. Nothing for who sees one. */
export function PeopleTabs() {
  const { can } = useViewer();
  const active = useActiveInView<HTMLElement>(useLocation({ select: ({ pathname }) => pathname }));
  const pages = [
    ...(can.keepPeople ? [{ to: '/people/projects', name: 'Projects' } as const] : []),
    ...(can.mergePeople ? [{ to: '/people/duplicates', name: 'Duplicates' } as const] : []),
    ...(can.importPeople ? [{ to: '/people/import', name: 'Import' } as const] : []),
  ];
  if (pages.length === 0) return null;
  return (
    <nav ref={active} className={`${tabs.tabs} ${styles.tabs}`} aria-label="People">
      <Link to="/people" activeOptions={{ exact: true, includeSearch: false }}>
        All people
      </Link>
      {pages.map(({ to, name }) => (
        <Link key={to} to={to} activeOptions={{ includeSearch: false }}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
