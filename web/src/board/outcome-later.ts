import { later } from '../ui/later';

/** Loaded when an application first goes well. */
export const { View: OutcomeDialog } = later(async () => (await import('./outcome-dialogs')).OutcomeDialog);
