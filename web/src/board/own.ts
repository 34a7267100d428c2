// The boards of several jobs as one: their stages by what they are for, whatever each job calls them.

import type {
  BoardOrder,
  BoardFacetsFieldsFragment as Facets,
  OwnBoardsQuery,
  OwnCardFieldsFragment,
  StageKind,
} from '../api/generated';

export type BoardOfJob = NonNullable<OwnBoardsQuery['jobs']>['nodes'][number];

export interface PlacedCard {
  readonly card: OwnCardFieldsFragment;
  readonly job: BoardOfJob;
}

/** What lies only on the board of its own job: a board sends the first cards of each stage. */
export interface Beyond {
  readonly job: BoardOfJob;
  readonly cards: number;
}

export interface KindColumn {
  readonly kind: StageKind;
  readonly count: number;
  readonly found: number;
  readonly red: number;
  readonly yellow: number;
  readonly cards: readonly PlacedCard[];
  readonly beyond: readonly Beyond[];
}

/** Columns in the order of these kinds; those that no job has are left out. */
export function columnsByKind(
  jobs: readonly BoardOfJob[],
  kinds: readonly StageKind[],
  order: BoardOrder,
): readonly KindColumn[] {
  return kinds.flatMap((kind) => {
    const parts = jobs.flatMap((job) =>
      (job.board?.columns ?? []).filter(({ stage }) => stage.kind === kind).map((column) => ({ job, column })),
    );
    if (parts.length === 0) return [];
    const sum = (of: 'count' | 'found' | 'red' | 'yellow') => parts.reduce((all, { column }) => all + column[of], 0);
    const cards = parts.flatMap(({ job, column }) => column.cards.nodes.map((card): PlacedCard => ({ card, job })));
    return [
      {
        kind,
        count: sum('count'),
        found: sum('found'),
        red: sum('red'),
        yellow: sum('yellow'),
        cards: cards.toSorted((one, other) => before(one.card, other.card, order)),
        beyond: beyondOf(parts),
      },
    ];
  });
}

/** The stages to which a card moves when it is dropped on a column: more than one, and a person has to say which. */
export function stagesFor({ card, job }: PlacedCard, kind: StageKind): readonly BoardOfJob['stages'][number][] {
  if (!job.viewerCan.moveApplications) return [];
  return job.stages.filter((stage) => stage.kind === kind && stage.acceptsMoves && stage.id !== card.stageId);
}

/** What the boards together can be filtered by. */
export function facetsOfAll(boards: readonly Facets[]): Facets {
  const counted = <Choice extends { readonly count: number }>(
    list: (facets: Facets) => readonly Choice[],
    key: (choice: Choice) => unknown,
  ): readonly Choice[] => {
    const sums = new Map<unknown, Choice>();
    for (const choice of boards.flatMap(list)) {
      const before = sums.get(key(choice))?.count ?? 0;
      sums.set(key(choice), { ...choice, count: before + choice.count });
    }
    return [...sums.values()].toSorted((one, other) => other.count - one.count);
  };
  return {
    sources: counted(
      ({ sources }) => sources,
      ({ source, origin }) => source ?? `origin ${origin}`,
    ),
    members: counted(
      ({ members }) => members,
      ({ user }) => user?.id,
    ),
    reasons: counted(
      ({ reasons }) => reasons,
      ({ reason }) => reason,
    ),
    quiet: counted(
      ({ quiet }) => quiet,
      ({ days }) => days,
    ).toSorted((one, other) => one.days - other.days),
  };
}

interface Part {
  readonly job: BoardOfJob;
  readonly column: NonNullable<BoardOfJob['board']>['columns'][number];
}

function beyondOf(parts: readonly Part[]): readonly Beyond[] {
  const left = new Map<string, Beyond>();
  for (const { job, column } of parts) {
    const cards = column.found - column.cards.nodes.length;
    if (cards > 0) left.set(job.id, { job, cards: cards + (left.get(job.id)?.cards ?? 0) });
  }
  return [...left.values()];
}

/** As the server orders a board's cards. */
function before(one: OwnCardFieldsFragment, other: OwnCardFieldsFragment, order: BoardOrder): number {
  const ranks = order === 'ATTENTION' ? rankOf(one) - rankOf(other) : 0;
  return ranks || Date.parse(one.stageEnteredAt) - Date.parse(other.stageEnteredAt);
}

function rankOf({ attention }: OwnCardFieldsFragment): number {
  if (!attention) return 2;
  return attention.red > 0 ? 0 : 1;
}
