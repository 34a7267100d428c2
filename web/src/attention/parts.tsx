// What other screens show of what needs attention.

export { Flags } from './flags';
export { actWords, countWords, REASONS, reasonWords, severityShape, tabOf } from './words';
