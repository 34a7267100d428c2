// What other screens show of a board.

export type { Stage } from './board';
export { MoveItems } from './move-menu';
