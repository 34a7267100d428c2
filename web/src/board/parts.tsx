// What other screens show of a board.

export type { Closing, Stage } from './board';
export { mailInput } from './board';
export { CloseDialog } from './close-later';
export { type Disagreement, type Disputed, disagreementOf, REFUSED, type Refused, refusedOf } from './disagreement';
export { mailSaid } from './mail-said';
export { EndItems, MoveItems } from './move-menu';
