import { later } from '../ui/later';

/** Loaded when somebody is first added to a job. */
export const { View: AddToJobDialog } = later(async () => (await import('./add-to-job-dialog')).AddToJobDialog);
