// Where one can go: the rail, the palette and the keys after `g` show the same.

import { Briefcase, ClipboardCheck, type LucideIcon, SlidersHorizontal } from 'lucide-react';

export interface Place {
  readonly to: '/jobs' | '/reviews' | '/settings';
  readonly name: string;
  readonly icon: LucideIcon;
  /** The letter after `g`. */
  readonly key: string;
}

export const PLACES: readonly Place[] = [
  { to: '/jobs', name: 'Jobs', icon: Briefcase, key: 'j' },
  { to: '/reviews', name: 'Reviews', icon: ClipboardCheck, key: 'r' },
];

export const SETTINGS: Place = { to: '/settings', name: 'Settings', icon: SlidersHorizontal, key: 's' };
