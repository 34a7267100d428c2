// What other screens show of a board.

export type { Closing, Stage } from './board';
export { mailInput } from './board';
export { CloseDialog } from './close-later';
export { type Disagreement, type Disputed, disagreementOf, REFUSED, type Refused, refusedOf } from './disagreement';
export { mailSaid } from './mail-said';
export { EndItems, MoveItems, OutcomeItems } from './move-menu';
export type { Outcome } from './outcome-dialogs';
export { OutcomeDialog } from './outcome-later';
