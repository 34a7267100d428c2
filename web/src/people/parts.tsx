// What other screens show of people.

import { lazy } from 'react';

const load = () => import('./drawer');

/** The candidate beside a board. It is loaded when it is first needed, or when `preloadDrawer` asks for it. */
export const Drawer = lazy(() => load().then((module) => ({ default: module.Drawer })));

export function preloadDrawer(): void {
  void load();
}

export { Files } from './files';
export { Education, Experience } from './past';
export { liftableUntil } from './suppression';
