import { later } from '../ui/later';

/** Loaded when a card is first chosen. */
export const { View: BulkBar } = later(async () => (await import('./bulk-bar')).BulkBar);
