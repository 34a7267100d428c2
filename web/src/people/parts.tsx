// What other screens show of people.

import { later } from '../ui/later';

/** The candidate beside a board. */
export const { View: Drawer, preload: preloadDrawer } = later(async () => (await import('./drawer')).Drawer);

export { inProject } from './conditions';
export { Files } from './files';
export { OF_PROJECTS } from './of-projects';
export { Education, Experience } from './past';
export { PeopleTabs } from './people-tabs';
export { ShowMore, Who } from './results';
export { liftableUntil } from './suppression';
