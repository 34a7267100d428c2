// Where one can go: the rail, the palette and the keys after `g` show the same.

import { Briefcase, type LucideIcon, SlidersHorizontal } from 'lucide-react';

export interface Place {
  readonly to: '/jobs' | '/settings';
  readonly name: string;
  readonly icon: LucideIcon;
  /** The letter after `g`. */
  readonly key: string;
}

export const PLACES: readonly Place[] = [{ to: '/jobs', name: 'Jobs', icon: Briefcase, key: 'j' }];

export const SETTINGS: Place = { to: '/settings', name: 'Settings', icon: SlidersHorizontal, key: 's' };
