// @vitest-environment happy-dom

import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as b from './board';
import type { CardActions } from './card';
import { type Chosen, NONE } from './chosen';
import { Columns, useColumnViews } from './columns';
import { type Filter, NO_FILTER } from './filter';

// How often each column is drawn. A column is drawn when it reads the kind of its stage, for its icon.

const COUNT = 8;
const IN_EACH = 250;
const ALL = NO_FILTER;

const drawn = new Map<string, number>();
const STAGES: readonly b.Stage[] = Array.from({ length: COUNT }, (_, at) => ({
  id: `S${at}`,
  name: `Stage ${at}`,
  acceptsMoves: true,
  get kind() {
    drawn.set(this.id, (drawn.get(this.id) ?? 0) + 1);
    return 'SCREEN';
  },
}));

function card(id: string, stageId: string, version = 1): b.Card {
  return {
    applicationId: id,
    stageId,
    version,
    personName: `Person ${id}`,
    person: null,
    personTitle: null,
    personCompany: null,
    origin: 'APPLIED',
    source: null,
    stageEnteredAt: '2026-11-01T00:00:00Z',
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
  };
}

const FULL = b.loaded(
  b.EMPTY,
  STAGES.map((stage, at) => ({
    stage,
    count: IN_EACH,
    found: IN_EACH,
    medianDays: null,
    late: { red: 0, yellow: 0 },
    cards: Array.from({ length: IN_EACH }, (_, place) => card(`${at}-${place}`, stage.id)),
    next: null,
  })),
);

function moved(id: string, to: string): b.Change {
  return { applicationId: id, version: 2, card: card(id, to, 2), by: 'Ben', at: 1_000 };
}

const ACTIONS: CardActions = {
  move: () => {},
  resolve: () => {},
  leave: () => {},
  goOn: () => {},
  end: () => {},
  accept: () => {},
  choose: () => {},
  open: () => {},
  focused: () => {},
  count: () => 0,
  synced: () => '',
};
const FOCUS = { id: '0-0', wanted: 0 };
const LOST_FOCUS = { onFocus: () => {}, onBlur: () => {} };
const OUTCOMES: readonly [] = [];
const NOTHING = () => {};

interface GivenProps {
  readonly board: b.Board;
  readonly filter?: Filter;
  readonly open?: string;
  readonly chosen?: Chosen;
}

function Given({ board, filter = ALL, open, chosen = NONE }: GivenProps): ReactNode {
  const views = useColumnViews(board, board.stages, filter);
  return (
    <Columns
      shown={board.stages}
      views={views}
      asking={false}
      stages={board.stages}
      filter={filter}
      focus={FOCUS}
      lostFocus={LOST_FOCUS}
      open={open}
      chosen={chosen}
      address="/"
      density="comfortable"
      canMove
      canEnd
      outcomes={OUTCOMES}
      actions={ACTIONS}
      onMore={NOTHING}
      onSortAgain={NOTHING}
      foldable
    />
  );
}

let root: Root;

/** Which columns are drawn, and how often, when the board becomes this one. */
async function drawnFor(given: GivenProps): Promise<Record<string, number>> {
  drawn.clear();
  await act(async () => root.render(<Given {...given} />));
  return Object.fromEntries(drawn);
}

beforeEach(async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  root = createRoot(document.body.appendChild(document.createElement('div')));
  const first = await drawnFor({ board: FULL });
  expect(Object.keys(first)).toHaveLength(COUNT);
});

afterEach(async () => {
  await act(async () => root.unmount());
});

test('500 missed changes draw the columns that they are of, once, and no other', async () => {
  const changes = Array.from({ length: IN_EACH }, (_, place) => [
    moved(`2-${place}`, 'S3'),
    moved(`3-${place}`, 'S2'),
  ]).flat();
  expect(changes).toHaveLength(500);
  expect(await drawnFor({ board: b.receivedAll(FULL, changes) })).toEqual({ S2: 1, S3: 1 });
});

test('when whose change it was is no longer shown, the columns where it was are drawn', async () => {
  const touched = b.receivedAll(FULL, [moved('4-0', 'S5')]);
  expect(await drawnFor({ board: touched })).toEqual({ S4: 1, S5: 1 });
  expect(await drawnFor({ board: b.faded(touched, 2_000) })).toEqual({ S5: 1 });
});

test('an own move draws the columns that it is between', async () => {
  const begun = b.begun(FULL, '6-0', 'S7', 'key');
  expect(await drawnFor({ board: begun })).toEqual({ S6: 1, S7: 1 });
  expect(await drawnFor({ board: b.unanswered(begun, '6-0', 'key') })).toEqual({ S7: 1 });
});

test('true counts draw the columns that had others', async () => {
  const late = { red: 0, yellow: 0 };
  const counts = STAGES.map(({ id }) => {
    const count = id === 'S1' ? IN_EACH + 1 : IN_EACH;
    return [id, { count, found: count, medianDays: null, late }] as const;
  });
  expect(await drawnFor({ board: b.counted(FULL, new Map(counts)) })).toEqual({ S1: 1 });
});

test('a card that is chosen draws its column, however many are chosen elsewhere', async () => {
  const some = new Set(['1-0', '2-0', '2-1']);
  expect(await drawnFor({ board: FULL, chosen: some })).toEqual({ S1: 1, S2: 1 });
  expect(await drawnFor({ board: FULL, chosen: new Set([...some, '3-7']) })).toEqual({ S3: 1 });
  expect(await drawnFor({ board: FULL, chosen: NONE })).toEqual({ S1: 1, S2: 1, S3: 1 });
});

test('a card that is opened draws its column, and so does the one that was open before', async () => {
  expect(await drawnFor({ board: FULL, open: '1-0' })).toEqual({ S1: 1 });
  expect(await drawnFor({ board: FULL, open: '2-0' })).toEqual({ S1: 1, S2: 1 });
});
