// What other screens show of people.

import { later } from '../ui/later';

/** The candidate beside a board. */
export const { View: Drawer, preload: preloadDrawer } = later(async () => (await import('./drawer')).Drawer);

/** What became of each of many. */
export const { View: BulkOutcomes } = later(async () => (await import('./bulk-outcomes')).Outcomes);

export { countOf, isOnApplications, NOT_DONE, notDone } from './bulk';
export { inProject } from './conditions';
export { Files } from './files';
export { OF_PROJECTS } from './of-projects';
export { Education, Experience } from './past';
export { PeopleTabs } from './people-tabs';
export { ShowMore, Who } from './results';
export { between } from './selection';
export { liftableUntil } from './suppression';
