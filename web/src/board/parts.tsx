// What other screens show of a board.

export type { Stage } from './board';
export { type Disagreement, type Disputed, disagreementOf } from './disagreement';
export { MoveItems } from './move-menu';
