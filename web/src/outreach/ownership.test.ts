import { expect, it } from 'vitest';
import { inTouch, isInTheWay, ruleOf } from './ownership';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const ADA = { owner: { id: 'ada', name: 'Ada King' }, isViewer: false, until: '2026-12-12T12:00:00Z' };

it.each([
  [{ messages: 1, days: 30 }, 'In touch: Ada King until 12 Dec (1 message)', '30 days after the first message'],
  [{ messages: 2, days: 60 }, 'In touch: Ada King until 12 Dec (2 messages)', '60 days after the second message'],
  [{ messages: 5, days: 90 }, 'In touch: Ada King until 12 Dec (5 messages)', '90 days after the last message'],
  [{ messages: 0, days: 1 }, 'In touch: Ada King until 12 Dec (taken over)', '1 day after the takeover'],
])('says who is in touch, until when and by which rule: %o', (more, who, rule) => {
  expect([inTouch({ ...ADA, ...more }, NOW), ruleOf({ ...ADA, ...more })]).toEqual([who, rule]);
});

it('says "you" of oneself, and the year of another one', () => {
  const own = { ...ADA, isViewer: true, until: '2027-01-02T12:00:00Z', messages: 1, days: 30 };
  expect(inTouch(own, NOW)).toBe('In touch: you until 2 Jan 2027 (1 message)');
});

it('is in the way of a mail from any mailbox but the one of who is in touch', () => {
  expect(isInTheWay(null, null)).toBe(false);
  expect(isInTheWay(ADA, null)).toBe(true);
  expect(isInTheWay(ADA, 'ben')).toBe(true);
  expect(isInTheWay(ADA, 'ada')).toBe(false);
  expect(isInTheWay({ ...ADA, isViewer: true }, null)).toBe(false);
});

it('knows nothing of who is hidden but that they are a colleague', () => {
  const hidden = { ...ADA, owner: null, messages: 1, days: 30 };
  expect(inTouch(hidden, NOW)).toBe('In touch: a colleague until 12 Dec (1 message)');
  expect(isInTheWay(hidden, null)).toBe(true);
});
