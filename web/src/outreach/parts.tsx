// What other screens show of messages.

export { Composer } from './composer';
export { answerTo, type Draft, emptyDraft, loadDraft } from './draft';
export { MessageList } from './message-list';
export { type Message, useMessages, useMessagesLive } from './messages';
export { OBSTACLES } from './states';
