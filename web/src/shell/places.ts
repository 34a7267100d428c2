// Where one can go: the rail, the palette and the keys after `g` show the same.

import {
  Briefcase,
  Calendar,
  ClipboardCheck,
  Columns3,
  Combine,
  List,
  type LucideIcon,
  Send,
  SlidersHorizontal,
  Upload,
  UserPlus,
  Users,
} from 'lucide-react';
import { useViewer, type Viewer } from './viewer';

export interface Place {
  readonly to: '/today' | '/jobs' | '/people' | '/reviews' | '/outreach' | '/settings';
  readonly name: string;
  readonly icon: LucideIcon;
  /** The letter after `g`. */
  readonly key: string;
}

const PLACES: readonly Place[] = [
  { to: '/today', name: 'Today', icon: Calendar, key: 't' },
  { to: '/jobs', name: 'Jobs', icon: Briefcase, key: 'j' },
  { to: '/people', name: 'People', icon: Users, key: 'p' },
  { to: '/reviews', name: 'Reviews', icon: ClipboardCheck, key: 'r' },
  { to: '/outreach', name: 'Outreach', icon: Send, key: 'o' },
];

export const SETTINGS: Place = { to: '/settings', name: 'Settings', icon: SlidersHorizontal, key: 's' };

const WITHOUT_OUTREACH = PLACES.filter(({ to }) => to !== '/outreach');

/** The places of the viewer: no Outreach for those who write to nobody. */
export function usePlaces(): readonly Place[] {
  return useViewer().can.writeToPeople ? PLACES : WITHOUT_OUTREACH;
}

/** Where one begins: whoever only watches has nothing to do today, and begins with the jobs. */
export function landingOf({ roles }: Pick<Viewer, 'roles'>): '/today' | '/jobs' {
  return roles.every((role) => role === 'EXECUTIVE') ? '/jobs' : '/today';
}

/** A page that is no place of the rail, and that the palette leads to. */
export interface Way {
  readonly to: '/board' | '/people/new' | '/people/projects' | '/people/duplicates' | '/people/import';
  readonly name: string;
  readonly icon: LucideIcon;
  /** It begins something. */
  readonly begins: boolean;
}

/** What the palette offers beside the places. */
export function useWays(): readonly Way[] {
  const { can } = useViewer();
  return [
    { to: '/board', name: 'My open jobs as one board', icon: Columns3, begins: false },
    ...(can.keepPeople ? [{ to: '/people/new', name: 'Add a person', icon: UserPlus, begins: true } as const] : []),
    ...(can.importPeople ? [{ to: '/people/import', name: 'Import people', icon: Upload, begins: true } as const] : []),
    ...(can.keepPeople ? [{ to: '/people/projects', name: 'Projects', icon: List, begins: false } as const] : []),
    ...(can.mergePeople
      ? [{ to: '/people/duplicates', name: 'Duplicates', icon: Combine, begins: false } as const]
      : []),
  ];
}
