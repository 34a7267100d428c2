// What other screens show of people.

import { later } from '../ui/later';

/** The candidate beside a board. */
export const { View: Drawer, preload: preloadDrawer } = later(async () => (await import('./drawer')).Drawer);

export { Files } from './files';
export { Education, Experience } from './past';
export { liftableUntil } from './suppression';
