import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as b from './board';
import { NO_COLUMNS, viewsOf } from './column-views';
import { NO_FILTER } from './filter';

// Every race of a board as a sequence of what happens, and what is shown in the end.

const SCREEN: b.Stage = { id: 'Screen', name: 'Screen', kind: 'SCREEN', acceptsMoves: true };
const ONSITE: b.Stage = { id: 'Onsite', name: 'Onsite', kind: 'ONSITE', acceptsMoves: true };
const OFFER: b.Stage = { id: 'Offer', name: 'Offer', kind: 'OFFER', acceptsMoves: true };
const STAGES = [SCREEN, ONSITE, OFFER];
const NONE: b.Late = { red: 0, yellow: 0 };

function card(id: string, stageId: string, version = 1, entered = '2026-11-01T00:00:00Z'): b.Card {
  return {
    applicationId: id,
    stageId,
    personName: `Person ${id}`,
    person: null,
    personTitle: null,
    personCompany: null,
    origin: 'APPLIED',
    source: null,
    stageEnteredAt: entered,
    daysInStage: 3,
    lastActivityAt: null,
    recruiterId: null,
    coordinatorId: null,
    nextInterviewAt: null,
    scorecardsSubmitted: 0,
    scorecardsDue: 0,
    sync: 'SYNCED',
    lastSyncedAt: null,
    atsStageId: null,
    syncReason: null,
    attention: null,
    refusedAction: null,
    version,
  };
}

function board(...cards: readonly b.Card[]): b.Board {
  return b.loaded(
    b.EMPTY,
    STAGES.map((stage) => {
      const here = cards.filter(({ stageId }) => stageId === stage.id);
      return { stage, count: here.length, found: here.length, medianDays: null, late: NONE, cards: here, next: null };
    }),
  );
}

function change(next: b.Card, by: string | null = 'Ben'): b.Change {
  return { applicationId: next.applicationId, version: next.version, card: next, by, at: 0 };
}

function received(state: b.Board, one: b.Change): b.Board {
  return b.receivedAll(state, [one]);
}

function decided(stageId: string, version: number, active = true): b.Decided {
  return {
    stageId,
    version,
    active,
    stageEnteredAt: '2026-11-02T00:00:00Z',
    sync: 'PENDING',
    atsStageId: null,
    syncReason: null,
    refusedAction: null,
  };
}

function shown(state: b.Board): Record<string, string[]> {
  return Object.fromEntries(STAGES.map(({ id }) => [id, b.columnOf(state, id).map((each) => each.applicationId)]));
}

function counts(state: b.Board): Record<string, number> {
  return Object.fromEntries(STAGES.map(({ id }) => [id, b.countOf(state, id)]));
}

test('offers the stages that accept moves, and says where the card is even if that one does not', () => {
  const hired: b.Stage = { ...OFFER, id: 'Hired', name: 'Hired', kind: 'HIRED', acceptsMoves: false };
  const offered = (current: b.Id) => b.destinations([SCREEN, OFFER, hired], current).map(({ id }) => id);
  expect(offered('Screen')).toEqual(['Screen', 'Offer']);
  expect(offered('Hired')).toEqual(['Screen', 'Offer', 'Hired']);
});

describe('what is late', () => {
  const late = (id: string, stage: string, red: number, yellow: number, version = 1): b.Card => ({
    ...card(id, stage, version),
    attention: {
      red,
      yellow,
      reasons: ['SILENCE'],
      first: { reason: 'SILENCE', severity: red > 0 ? 'RED' : 'YELLOW', since: '2026-11-01T00:00:00Z', owner: null },
    },
  });
  const shownOf = (state: b.Board, stage: string) => {
    const view = viewsOf(state, STAGES, NO_FILTER, NO_COLUMNS).get(stage);
    return [view?.late.red, view?.late.yellow];
  };

  test('is counted in cards that are loaded, and in others', () => {
    let state = b.loaded(b.EMPTY, [
      {
        stage: SCREEN,
        count: 4,
        found: 4,
        medianDays: null,
        late: { red: 2, yellow: 1 },
        cards: [late('P1', 'Screen', 1, 3)],
        next: 'cursor',
      },
      { stage: ONSITE, count: 0, found: 0, medianDays: null, late: NONE, cards: [], next: null },
      { stage: OFFER, count: 0, found: 0, medianDays: null, late: NONE, cards: [], next: null },
    ]);
    expect(shownOf(state, 'Screen')).toEqual([2, 1]);
    state = received(state, change({ ...card('P1', 'Screen', 2), attention: null }));
    expect(shownOf(state, 'Screen')).toEqual([1, 1]);
    state = b.extended(
      state,
      'Screen',
      [late('P2', 'Screen', 1, 0)],
      { count: 4, found: 4, late: { red: 1, yellow: 1 } },
      null,
    );
    expect(shownOf(state, 'Screen')).toEqual([1, 1]);
    state = received(state, change(late('P2', 'Onsite', 0, 1, 3)));
    expect([shownOf(state, 'Screen'), shownOf(state, 'Onsite')]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    state = b.counted(
      state,
      new Map([['Screen', { count: 3, found: 3, medianDays: null, late: { red: 0, yellow: 2 } }]]),
    );
    expect(shownOf(state, 'Screen')).toEqual([0, 2]);
  });

  test('comes first once one sorts again, red before yellow, and of each what waits longest', () => {
    const early = '2026-10-01T00:00:00Z';
    const state = board(
      { ...card('P1', 'Screen'), stageEnteredAt: early },
      late('P2', 'Screen', 0, 3),
      late('P3', 'Screen', 1, 0),
      { ...late('P4', 'Screen', 0, 1), stageEnteredAt: early },
    );
    expect(shown(b.sortedAgain(state, 'ATTENTION')).Screen).toEqual(['P3', 'P4', 'P2', 'P1']);
    expect(shown(b.sortedAgain(state, 'TIME_IN_STAGE')).Screen).toEqual(['P1', 'P4', 'P2', 'P3']);
  });
});

describe('own moves', () => {
  test('a move is shown and counted at once', () => {
    const moved = b.begun(board(card('P1', 'Screen'), card('P2', 'Screen')), 'P1', 'Onsite', 'k');
    expect(shown(moved)).toEqual({ Screen: ['P2'], Onsite: ['P1'], Offer: [] });
    expect(counts(moved)).toEqual({ Screen: 1, Onsite: 1, Offer: 0 });
  });

  test('a refusal undoes that move alone, and the card returns to its place', () => {
    let state = board(card('P1', 'Screen'), card('P2', 'Screen'), card('P3', 'Screen'));
    state = b.begun(state, 'P1', 'Onsite', 'first');
    state = b.begun(state, 'P2', 'Onsite', 'second');
    state = b.accepted(state, 'P2', 'second', decided('Onsite', 2), 'next');
    state = b.refused(state, 'P1', 'first', 'No');
    expect(shown(state)).toEqual({ Screen: ['P1', 'P3'], Onsite: ['P2'], Offer: [] });
    expect(counts(state)).toEqual({ Screen: 2, Onsite: 1, Offer: 0 });
  });

  test('the own echo changes nothing, before the answer and after it', () => {
    const begun = b.begun(board(card('P1', 'Screen')), 'P1', 'Onsite', 'k');
    const echo = change(card('P1', 'Onsite', 2), null);
    const late = received(b.accepted(begun, 'P1', 'k', decided('Onsite', 2), 'n'), echo);
    const early = b.accepted(received(begun, echo), 'P1', 'k', decided('Onsite', 2), 'n');
    for (const state of [late, early]) {
      expect(shown(state)).toEqual({ Screen: [], Onsite: ['P1'], Offer: [] });
      expect(counts(state)).toEqual({ Screen: 0, Onsite: 1, Offer: 0 });
      expect(state.touched.size).toBe(0);
    }
  });

  test('a change of a card whose move is under way waits for its answer', () => {
    let state = b.begun(board(card('P1', 'Screen')), 'P1', 'Onsite', 'k');
    state = received(state, change(card('P1', 'Offer', 2)));
    expect(shown(state).Onsite).toEqual(['P1']);
    state = b.conflicted(state, 'P1', 'k', decided('Offer', 2), 'Ben');
    expect(shown(state)).toEqual({ Screen: [], Onsite: [], Offer: ['P1'] });
    expect(state.conflicts.get('P1')).toEqual({ wanted: 'Onsite', by: 'Ben', closed: false, kept: false });
  });

  test('a second move of the same card follows the first one', () => {
    let state = b.begun(board(card('P1', 'Screen')), 'P1', 'Onsite', 'k');
    state = b.begun(state, 'P1', 'Offer', 'unused');
    expect(shown(state).Offer).toEqual(['P1']);
    state = b.accepted(state, 'P1', 'k', decided('Onsite', 2), 'following');
    expect(state.moves.get('P1')).toMatchObject({ key: 'following', from: 'Onsite', to: 'Offer' });
    expect(counts(state)).toEqual({ Screen: 0, Onsite: 0, Offer: 1 });
  });

  test('a drop sends the stage in which the card was taken, not the one it is in by now', () => {
    const elsewhere = received(board(card('P1', 'Screen')), change(card('P1', 'Offer', 2)));
    const dropped = b.begun(elsewhere, 'P1', 'Onsite', 'k', 'Screen');
    expect(dropped.moves.get('P1')).toMatchObject({ from: 'Screen', to: 'Onsite' });
  });

  test('somebody closed it meanwhile: it leaves the board', () => {
    let state = b.begun(board(card('P1', 'Screen')), 'P1', 'Onsite', 'k');
    state = b.conflicted(state, 'P1', 'k', decided('Screen', 2, false), null);
    expect(shown(state)).toEqual({ Screen: [], Onsite: [], Offer: [] });
    expect(counts(state)).toEqual({ Screen: 0, Onsite: 0, Offer: 0 });
  });

  test('an answer to a move that is no longer under way changes nothing', () => {
    const state = board(card('P1', 'Screen'));
    expect(b.accepted(state, 'P1', 'old', decided('Onsite', 2), 'n')).toBe(state);
    expect(b.refused(state, 'P1', 'old', 'No')).toBe(state);
  });
});

describe('a disagreement with the ATS', () => {
  function disputed(there = 'Screen', version = 2): b.Card {
    return { ...card('P1', 'Onsite', version), sync: 'CONFLICTED', atsStageId: there, syncReason: 'It is elsewhere' };
  }
  const still = (there: string, version: number): b.Decided => ({
    ...decided('Onsite', version),
    sync: 'CONFLICTED',
    atsStageId: there,
    syncReason: 'It is elsewhere',
  });

  test('keeping ours is under way at once, where the card is, against the stage that was seen', () => {
    const state = b.resolved(board(disputed()), 'P1', 'Onsite', 'k');
    expect(state.moves.get('P1')).toMatchObject({ key: 'k', from: 'Onsite', to: 'Onsite', ats: 'Screen' });
    expect(shown(state)).toEqual({ Screen: [], Onsite: ['P1'], Offer: [] });
    expect(counts(state)).toEqual({ Screen: 0, Onsite: 1, Offer: 0 });
    const kept = b.accepted(state, 'P1', 'k', decided('Onsite', 3), 'next');
    expect(kept.moves.size).toBe(0);
    expect(kept.cards.get('P1')).toMatchObject({ sync: 'PENDING', atsStageId: null, syncReason: null, daysInStage: 3 });
  });

  test('taking the ATS’s shows the card there at once', () => {
    const state = b.resolved(board(disputed()), 'P1', 'Screen', 'k');
    expect(shown(state)).toEqual({ Screen: ['P1'], Onsite: [], Offer: [] });
    expect(state.moves.get('P1')).toMatchObject({ from: 'Onsite', to: 'Screen', ats: 'Screen' });
  });

  test('a second click, and a click on a card that is settled, begin nothing', () => {
    const once = b.resolved(board(disputed()), 'P1', 'Onsite', 'first');
    expect(b.resolved(once, 'P1', 'Screen', 'second')).toBe(once);
    const settled = board(card('P1', 'Onsite', 2));
    expect(b.resolved(settled, 'P1', 'Onsite', 'k')).toBe(settled);
  });

  test('a drop in the column where it lies settles nothing', () => {
    expect(b.begun(board(disputed()), 'P1', 'Onsite', 'k', 'Onsite').moves.size).toBe(0);
  });

  test('an ATS that moved on meanwhile leaves it open, about the stage of now', () => {
    let state = b.resolved(board(disputed()), 'P1', 'Onsite', 'k');
    state = b.conflicted(state, 'P1', 'k', still('Offer', 3), null);
    expect(state.conflicts.size).toBe(0);
    expect(state.refusals.get('P1')).toBe(b.MOVED_ON);
    expect(state.cards.get('P1')).toMatchObject({ sync: 'CONFLICTED', atsStageId: 'Offer' });
    state = b.resolved(state, 'P1', 'Onsite', 'again');
    expect(state.refusals.size).toBe(0);
    expect(state.moves.get('P1')).toMatchObject({ ats: 'Offer' });
  });

  test('a colleague who kept it while one took the ATS’s is said on the card', () => {
    let state = b.resolved(board(disputed()), 'P1', 'Screen', 'k');
    state = b.conflicted(state, 'P1', 'k', decided('Onsite', 3), null);
    expect(shown(state).Onsite).toEqual(['P1']);
    expect(state.conflicts.get('P1')).toEqual({ wanted: 'Screen', by: null, closed: false, kept: true });
  });

  test('a colleague who took the ATS’s while one kept ours is said on the card', () => {
    let state = b.resolved(board(disputed()), 'P1', 'Onsite', 'k');
    state = b.conflicted(state, 'P1', 'k', decided('Screen', 3), 'Ben');
    expect(shown(state).Screen).toEqual(['P1']);
    expect(state.conflicts.get('P1')).toEqual({ wanted: 'Onsite', by: 'Ben', closed: false, kept: false });
  });

  test('a colleague who did what one wanted leaves nothing to decide', () => {
    let state = b.resolved(board(disputed()), 'P1', 'Onsite', 'k');
    state = b.conflicted(state, 'P1', 'k', decided('Onsite', 3), 'Ben');
    expect([state.conflicts.size, state.refusals.size, state.moves.size]).toEqual([0, 0, 0]);
    expect(state.cards.get('P1')?.sync).toBe('PENDING');
  });

  test('a refusal is said on the card until it is settled, here or elsewhere', () => {
    const no = b.refused(b.resolved(board(disputed()), 'P1', 'Onsite', 'k'), 'P1', 'k', 'No');
    expect(no.refusals.get('P1')).toBe('No');
    expect(received(no, change(disputed('Offer', 3), null)).refusals.get('P1')).toBe('No');
    expect(received(no, change(card('P1', 'Onsite', 3), null)).refusals.size).toBe(0);
    expect(b.begun(no, 'P1', 'Offer', 'other').refusals.size).toBe(0);
  });

  test('a change that arrives before the answer is shown once the answer is there', () => {
    let state = b.resolved(board(disputed()), 'P1', 'Onsite', 'k');
    state = received(state, change({ ...card('P1', 'Onsite', 4), sync: 'SYNCED' }, null));
    state = b.accepted(state, 'P1', 'k', decided('Onsite', 3), 'next');
    expect(state.cards.get('P1')).toMatchObject({ version: 4, sync: 'SYNCED' });
  });
});

describe('others’ changes', () => {
  test('a card that comes stands at the end until one sorts again', () => {
    const old = card('P2', 'Onsite', 1, '2026-01-01T00:00:00Z');
    let state = board(card('P1', 'Onsite'));
    state = received(state, change(old));
    expect(shown(state).Onsite).toEqual(['P1', 'P2']);
    expect(state.arrived.has('P2')).toBe(true);
    state = b.sortedAgain(state, 'TIME_IN_STAGE');
    expect(shown(state).Onsite).toEqual(['P2', 'P1']);
    expect(state.arrived.size).toBe(0);
  });

  test('a column is sorted as the server sorts it: to the microsecond, then by what the ids stand for', () => {
    const stands = (uuid: string) => btoa(`Application:${uuid}-00`).replaceAll('=', '');
    const [early, late, one, two] = [stands('c7'), stands('c6'), stands('003'), stands('004')];
    const state = board(
      card(two, 'Screen', 1, '2026-11-02T00:00:00+00:00'),
      card(one, 'Screen', 1, '2026-11-02T00:00:00+00:00'),
      card(late, 'Screen', 1, '2026-11-01T00:00:00.000900+00:00'),
      card(early, 'Screen', 1, '2026-11-01T00:00:00.000100+00:00'),
    );
    expect(shown(b.sortedAgain(state, 'TIME_IN_STAGE')).Screen).toEqual([early, late, one, two]);
  });

  test('a card that left and came back unseen stands at the end, and is sorted in again', () => {
    let state = board(card('P1', 'Onsite'), card('P2', 'Onsite'), card('P3', 'Onsite'));
    state = received(state, change(card('P1', 'Onsite', 3, '2026-11-02T00:00:00Z')));
    expect([shown(state).Onsite, [...state.arrived], counts(state).Onsite]).toEqual([['P2', 'P3', 'P1'], ['P1'], 3]);
    state = received(state, change(card('P2', 'Onsite', 4, '2026-11-03T00:00:00Z')));
    state = received(state, change({ ...card('P3', 'Onsite', 2), nextInterviewAt: '2026-12-01T00:00:00Z' }));
    expect([shown(state).Onsite, state.arrived.size]).toEqual([['P3', 'P1', 'P2'], 2]);
    expect(shown(b.sortedAgain(state, 'TIME_IN_STAGE')).Onsite).toEqual(['P3', 'P1', 'P2']);
  });

  test('what is older than what is shown changes nothing', () => {
    const state = board(card('P1', 'Onsite', 5));
    expect(received(state, change(card('P1', 'Screen', 4)))).toBe(state);
  });

  test('loading anew keeps a move under way', () => {
    const moving = b.begun(board(card('P1', 'Screen')), 'P1', 'Onsite', 'k');
    const fresh = b.loaded(moving, [
      { stage: SCREEN, count: 1, found: 1, medianDays: null, late: NONE, cards: [card('P1', 'Screen')], next: null },
      { stage: ONSITE, count: 0, found: 0, medianDays: null, late: NONE, cards: [], next: null },
      { stage: OFFER, count: 0, found: 0, medianDays: null, late: NONE, cards: [], next: null },
    ]);
    expect(shown(fresh)).toEqual({ Screen: [], Onsite: ['P1'], Offer: [] });
  });

  test('loading other cards keeps those of which something is open or said', () => {
    const state = board(card('P1', 'Screen'), card('P2', 'Screen'), card('P3', 'Screen'));
    const none = [SCREEN, ONSITE, OFFER].map((stage) => {
      return { stage, count: 3, found: 0, medianDays: null, late: NONE, cards: [], next: null };
    });
    const filtered = b.loaded(state, none, new Set(['P2']));
    expect([...filtered.cards.keys()]).toEqual(['P2']);
    expect(shown(filtered)).toEqual({ Screen: [], Onsite: [], Offer: [] });
  });

  test('a page that is older than a move takes no other card away', () => {
    let state = board(card('P1', 'Screen'), card('P2', 'Onsite'));
    state = received(state, change(card('P3', 'Screen', 2)));
    state = b.extended(
      state,
      'Onsite',
      [card('P3', 'Onsite', 1), card('P4', 'Onsite')],
      { count: 3, found: 3, late: NONE },
      null,
    );
    expect(shown(state)).toEqual({ Screen: ['P1', 'P3'], Onsite: ['P2', 'P4'], Offer: [] });
  });

  test('what is loaded and older than what is known moves no card back', () => {
    const known = received(board(card('P1', 'Screen'), card('P2', 'Screen')), change(card('P1', 'Onsite', 2)));
    const fresh = b.loaded(known, [
      {
        stage: SCREEN,
        count: 2,
        found: 2,
        medianDays: null,
        late: NONE,
        cards: [card('P1', 'Screen'), card('P2', 'Screen')],
        next: null,
      },
      { stage: ONSITE, count: 0, found: 0, medianDays: null, late: NONE, cards: [], next: null },
      { stage: OFFER, count: 0, found: 0, medianDays: null, late: NONE, cards: [], next: null },
    ]);
    expect(shown(fresh)).toEqual({ Screen: ['P2'], Onsite: ['P1'], Offer: [] });
    expect(counts(fresh)).toEqual({ Screen: 1, Onsite: 1, Offer: 0 });
  });

  test('a page that brings a card that had come already moves it to its own place', () => {
    let state = b.loaded(b.EMPTY, [
      {
        stage: SCREEN,
        count: 3,
        found: 3,
        medianDays: null,
        late: NONE,
        cards: [card('P1', 'Screen')],
        next: 'cursor',
      },
      { stage: ONSITE, count: 0, found: 0, medianDays: null, late: NONE, cards: [], next: null },
      { stage: OFFER, count: 0, found: 0, medianDays: null, late: NONE, cards: [], next: null },
    ]);
    state = received(state, change(card('P3', 'Screen', 2)));
    state = b.extended(
      state,
      'Screen',
      [card('P2', 'Screen'), card('P3', 'Screen', 2)],
      { count: 3, found: 3, late: NONE },
      null,
    );
    expect(shown(state).Screen).toEqual(['P1', 'P2', 'P3']);
  });
});

// An oracle: the server is a map of stages and versions. Whatever the order in which answers and changes arrive,
// when everything has arrived, what is shown is what the server has.
test('when everything has arrived, the board is the server’s', () => {
  const ids = ['P1', 'P2', 'P3', 'P4'];
  const act = fc.record({
    id: fc.constantFrom(...ids),
    to: fc.constantFrom('Screen', 'Onsite', 'Offer', 'gone'),
    mine: fc.boolean(),
    answerLater: fc.nat(5),
    changeLater: fc.nat(5),
    duplicate: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      const server = new Map(ids.map((id) => [id, { stage: 'Screen', version: 1 }]));
      let state = board(...ids.map((id) => card(id, 'Screen')));
      const later: { due: number; run: () => void }[] = [];
      let key = 0;

      const tell = (id: string, time: number, by: string | null, twice: boolean) => {
        // A change shows the card as it is when it is delivered, not as it was when it happened.
        const deliver = () => {
          const now = server.get(id);
          const next = now && now.stage !== 'gone' ? card(id, now.stage, now.version) : null;
          state = received(state, { applicationId: id, version: now?.version ?? 0, card: next, by, at: 0 });
        };
        later.push({ due: time, run: deliver });
        if (twice) later.push({ due: time + 1, run: deliver });
      };

      const send = (id: string, move: b.OwnMove, time: number, delay: number) => {
        const now = server.get(id);
        if (!now) return;
        const made = now.stage === move.from;
        if (made) server.set(id, { stage: move.to, version: now.version + 1 });
        const after = server.get(id) ?? now;
        if (made) tell(id, time + delay, null, false);
        later.push({
          due: time + delay,
          run: () => {
            const active = after.stage !== 'gone';
            const outcome = decided(active ? after.stage : 'Screen', after.version, active);
            if (!made) {
              state = b.conflicted(state, id, move.key, outcome, 'Ben');
              return;
            }
            key += 1;
            state = b.accepted(state, id, move.key, outcome, `k${key}`);
            const next = state.moves.get(id);
            if (next) send(id, next, time + delay, delay);
          },
        });
      };

      const runUntil = (time: number) => {
        for (;;) {
          later.sort((one, other) => one.due - other.due);
          if (!later[0] || later[0].due > time) return;
          later.shift()?.run();
        }
      };

      acts.forEach(({ id, to, mine, answerLater, changeLater, duplicate }, time) => {
        runUntil(time);
        const now = server.get(id);
        if (!now || now.stage === 'gone') return;
        if (mine && to !== 'gone') {
          key += 1;
          const under = state.moves.has(id);
          state = b.begun(state, id, to, `k${key}`);
          const move = state.moves.get(id);
          if (!under && move) send(id, move, time, answerLater);
        } else if (to !== now.stage) {
          server.set(id, { stage: to, version: now.version + 1 });
          tell(id, time + changeLater, 'Ben', duplicate);
        }
      });
      runUntil(Number.POSITIVE_INFINITY);

      expect(state.moves.size).toBe(0);
      const there = [...server].filter(([, { stage }]) => stage !== 'gone');
      for (const { id: stage } of STAGES) {
        const expected = there.filter(([, at]) => at.stage === stage).map(([id]) => id);
        expect([...(shown(state)[stage] ?? [])].sort()).toEqual(expected.sort());
        expect(b.countOf(state, stage)).toBe(expected.length);
      }
    }),
    { numRuns: 500 },
  );
});

describe('an application that the viewer ends', () => {
  const begun = () => b.ended(board(card('a', 'Screen'), card('b', 'Screen')), 'a', 'k');

  test('is gone at once, and stays so when the server has ended it', () => {
    const state = begun();
    expect(shown(state)).toEqual({ Screen: ['b'], Onsite: [], Offer: [] });
    expect(counts(state)).toEqual({ Screen: 1, Onsite: 0, Offer: 0 });
    const after = b.endingDecided(state, 'a', 'k', decided('Screen', 2, false), null);
    expect(after.cards.has('a')).toBe(false);
    expect(counts(after)).toEqual({ Screen: 1, Onsite: 0, Offer: 0 });
    // The server's own news of it changes nothing more.
    const told = received(after, { applicationId: 'a', version: 2, card: null, by: null, at: 0 });
    expect(counts(told)).toEqual({ Screen: 1, Onsite: 0, Offer: 0 });
  });

  test('is back if the server refuses, and goes where a colleague has moved it', () => {
    expect(counts(b.endingRefused(begun(), 'a', 'k'))).toEqual({ Screen: 2, Onsite: 0, Offer: 0 });
    // The answer came so late that the ATS has refused it: nobody was faster.
    const refused = b.endingDecided(begun(), 'a', 'k', { ...decided('Screen', 3), refusedAction: 'REJECT' }, null);
    expect([refused.conflicts.size, refused.cards.get('a')?.refusedAction]).toEqual([0, 'REJECT']);
    const moved = b.endingDecided(begun(), 'a', 'k', decided('Onsite', 2), { by: 'Ben' });
    expect(shown(moved)).toEqual({ Screen: ['b'], Onsite: ['a'], Offer: [] });
    expect(moved.conflicts.get('a')).toEqual({ wanted: 'Onsite', by: 'Ben', closed: false, ending: true, kept: false });
  });

  test('stays away whatever comes meanwhile, and a reload does not lose it', () => {
    const moved = received(begun(), change(card('a', 'Onsite', 2)));
    expect(shown(moved)).toEqual({ Screen: ['b'], Onsite: [], Offer: [] });
    expect(counts(moved)).toEqual({ Screen: 1, Onsite: 0, Offer: 0 });
    const loaded = b.loaded(begun(), [
      {
        stage: SCREEN,
        count: 2,
        found: 2,
        medianDays: null,
        late: NONE,
        cards: [card('a', 'Screen'), card('b', 'Screen')],
        next: null,
      },
    ]);
    expect(b.columnOf(loaded, 'Screen').map((each) => each.applicationId)).toEqual(['b']);
    expect(b.countOf(loaded, 'Screen')).toBe(1);
    expect(b.endingRefused(loaded, 'a', 'k').cards.has('a')).toBe(true);
  });

  test('taken back, it is where it was at once, and the server says the rest', () => {
    const ended = b.endingDecided(begun(), 'a', 'k', decided('Screen', 2, false), null);
    const back = b.restored(ended, card('a', 'Screen'));
    expect(back.cards.get('a')?.sync).toBe('PENDING');
    expect(counts(back)).toEqual({ Screen: 2, Onsite: 0, Offer: 0 });
    const told = received(back, change(card('a', 'Screen', 4), null));
    expect(told.cards.get('a')?.version).toBe(4);
    expect(counts(b.gone(back, 'a'))).toEqual({ Screen: 1, Onsite: 0, Offer: 0 });
    expect(b.changed(back, 'a', decided('Screen', 3)).cards.get('a')?.version).toBe(3);
  });
});
