import { later } from '../ui/later';

/** Loaded when an application is first ended. */
export const { View: CloseDialog } = later(async () => (await import('./close-dialog')).CloseDialog);
