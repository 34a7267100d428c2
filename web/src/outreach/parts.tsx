// What other screens show of messages.

export { Composer } from './composer';
export { answerTo, type Draft, emptyDraft, loadDraft } from './draft';
export { Exchange } from './exchange';
export { InTouch } from './in-touch';
export { MESSAGE_QUERIES, type Message } from './messages';
export { inTouch } from './ownership';
export { OBSTACLES, standingOf } from './states';
