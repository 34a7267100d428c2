import { Calendar, ClipboardList } from 'lucide-react';
import { type MouseEvent, memo, type ReactNode } from 'react';
import type { OwnCardFieldsFragment } from '../api/generated';
import { reasonWords, severityShape } from '../attention/parts';
import { classes } from '../ui/classes';
import { Menu } from '../ui/menu';
import { firstName, isolated } from '../ui/names';
import { Status } from '../ui/status';
import { upcoming } from '../ui/time';
import type { Card, Conflict, OwnMove, Stage, Touch } from './board';
import styles from './card.module.css';
import { type Disagreement, disagreementOf, type Refused, refusedOf } from './disagreement';
import { useDraggable } from './drag';
import { sourceOf } from './filter';
import { EndItems, MoveItems, OutcomeItems } from './move-menu';
import type { Outcome } from './outcome-dialogs';

export interface CardActions {
  readonly move: (id: string, to: string, seen?: string) => void;
  /** Settle a disagreement with the ATS. */
  readonly resolve: (id: string, to: string) => void;
  readonly leave: (id: string) => void;
  /** Ask why an application is to end. */
  readonly end: (id: string) => void;
  /** Ask for what an outcome needs. */
  readonly goOn: (id: string, outcome: Outcome) => void;
  /** Leave it as the ATS has it, which refused what was done. */
  readonly accept: (id: string) => void;
  /** Choose it, or not any more; with `range`, all from the one before. */
  readonly choose: (id: string, range: boolean) => void;
  readonly focused: (id: string) => void;
  readonly open: (id: string) => void;
  /** How many are in a stage now: read when a menu opens, so that no card is drawn anew for it. */
  readonly count: (stageId: string) => number;
  /** Since when it is in sync with the ATS, in words; empty while it is not, or as long as nothing is known of it. */
  readonly synced: (card: Card) => string;
}

interface CardViewProps {
  readonly card: Card;
  readonly stages: readonly Stage[];
  readonly move: OwnMove | undefined;
  readonly conflict: Conflict | undefined;
  /** Why a disagreement with the ATS was not settled. */
  readonly refusal: string | undefined;
  readonly touch: Touch | undefined;
  /** The one card of the board that Tab reaches. */
  readonly reachable: boolean;
  /** The drawer shows it. */
  readonly current: boolean;
  /** It is one of those that are acted on together. */
  readonly chosen: boolean;
  /** Where a card is open, up to its id. */
  readonly address: string;
  readonly canMove: boolean;
  readonly canEnd: boolean;
  /** How the viewer may let it go well. */
  readonly outcomes: readonly Outcome[];
  readonly actions: CardActions;
}

/** An icon would be painted by itself, as a picture: there are hundreds of cards, and they scroll. */
const DOTS = <span aria-hidden="true">⋯</span>;

/** A card has one height, whatever it says: who, what they do, what matters now. */
export const CardView = memo(function CardView(props: CardViewProps) {
  const {
    card,
    stages,
    move,
    conflict,
    refusal,
    touch,
    reachable,
    current,
    chosen,
    address,
    canMove,
    canEnd,
    outcomes,
    actions,
  } = props;
  const disagreement = move || conflict ? null : disagreementOf(card, stages, refusal);
  const refused = move || conflict ? null : refusedOf(card);
  const { ref, dragged } = useDraggable(card.applicationId, card.stageId, canMove && conflict === undefined);
  const does = [card.personTitle, card.personCompany].filter(Boolean).join(' at ');
  return (
    <div
      ref={ref}
      data-card={card.applicationId}
      // Worked out when somebody looks: it changes by the minute, and cards are not drawn anew for it.
      onPointerEnter={({ currentTarget }) => {
        currentTarget.title = actions.synced(card);
      }}
      className={classes(
        styles.card,
        current && styles.current,
        chosen && styles.chosen,
        (conflict || disagreement || refused) && styles.conflict,
        (disagreement || refused) && styles.disputed,
        touch && !conflict && !disagreement && !refused && styles.arrived,
        dragged && styles.dragged,
      )}
    >
      {/* The router's own link works out where it is, and whether it is there, each time that anything moves. */}
      <a
        href={`${address}${encodeURIComponent(card.applicationId)}`}
        className={styles.who}
        tabIndex={reachable ? 0 : -1}
        onClick={(event) => {
          if (isModified(event)) return;
          event.preventDefault();
          actions.open(card.applicationId);
        }}
        onFocus={() => actions.focused(card.applicationId)}
        draggable={false}
        dir="auto"
        aria-current={current ? 'page' : undefined}
        aria-describedby={`now-${card.applicationId}`}
      >
        {card.personName}
      </a>
      {conflict ? (
        <Status shape="bad">Conflict</Status>
      ) : disagreement ? (
        <Status shape="conflict">ATS disagrees</Status>
      ) : refused ? (
        <Status shape="conflict">ATS refused</Status>
      ) : (
        <span className={styles.days} title={`${card.daysInStage} days in this stage`}>
          {card.daysInStage} d
        </span>
      )}
      {conflict || disagreement || refused ? null : (
        <span className={styles.does} title={does} dir="auto">
          {does || '\u00a0'}
        </span>
      )}
      <div id={`now-${card.applicationId}`} style={{ display: 'contents' }}>
        {conflict ? (
          <ConflictLines conflict={conflict} stages={stages} card={card} actions={actions} />
        ) : refused ? (
          <RefusedLines card={card} refused={refused} actions={canEnd ? actions : null} />
        ) : disagreement ? (
          <DisagreementLines card={card} disagreement={disagreement} actions={canMove ? actions : null} />
        ) : (
          <CardLines card={card} move={move} touch={touch} />
        )}
      </div>
      {(canMove || canEnd) && !conflict ? (
        <label className={styles.choice}>
          <input
            type="checkbox"
            aria-label={`Choose ${card.personName}`}
            tabIndex={reachable ? 0 : -1}
            checked={chosen}
            onChange={({ nativeEvent }) => actions.choose(card.applicationId, isRange(nativeEvent))}
          />
        </label>
      ) : null}
      {(canMove || canEnd) && !conflict ? (
        <Menu label={`Move ${card.personName}`} trigger={DOTS} triggerClass={styles.menu}>
          {(parts) => (
            <>
              {canMove ? (
                <MoveItems
                  parts={parts}
                  stages={stages}
                  current={card.stageId}
                  counts={actions.count}
                  onMove={(to) => actions.move(card.applicationId, to)}
                />
              ) : null}
              <OutcomeItems
                parts={parts}
                outcomes={outcomes}
                onChoose={(outcome) => actions.goOn(card.applicationId, outcome)}
              />
              {canEnd ? <EndItems parts={parts} onEnd={() => actions.end(card.applicationId)} /> : null}
              <parts.MenuGroup name="Several at once">
                <parts.MenuItem onSelect={() => actions.choose(card.applicationId, false)}>
                  {chosen ? 'Choose no longer' : 'Choose'}
                </parts.MenuItem>
              </parts.MenuGroup>
            </>
          )}
        </Menu>
      ) : null}
    </div>
  );
});

/** What changes a checkbox is a click, for the browser; by a key it is none with Shift. */
export function isRange(change: Event): boolean {
  return 'shiftKey' in change && change.shiftKey === true;
}

/** The browser opens it elsewhere. */
function isModified({ button, metaKey, altKey, ctrlKey, shiftKey }: MouseEvent): boolean {
  return button !== 0 || metaKey || altKey || ctrlKey || shiftKey;
}

interface CardLinesProps {
  readonly card: OwnCardFieldsFragment;
  readonly move: OwnMove | undefined;
  readonly touch: Touch | undefined;
}

/** In a compact board only the first line is shown: the first of sync, news, what is late and next step. */
export function CardLines({ card, move, touch }: CardLinesProps) {
  const sync = syncOf(card, move);
  const next = nextOf(card);
  const first = sync ?? (touch ? <Status shape="live">{`${touch.by} · now`}</Status> : null) ?? flagOf(card) ?? next;
  return (
    <>
      <div className={styles.now}>{first ?? <Origin card={card} />}</div>
      <div className={classes(styles.now, styles.detail)}>
        {first && first !== next ? next : null}
        {first ? <Origin card={card} /> : null}
      </div>
    </>
  );
}

function syncOf(card: OwnCardFieldsFragment, move: OwnMove | undefined): ReactNode {
  if (move) return <Status shape="pending">{move.unanswered ? 'Not saved yet, trying again' : 'Saving'}</Status>;
  return card.sync === 'PENDING' ? <Status shape="pending">Not yet in ATS</Status> : null;
}

/** The flag that matters most, who must act, and how many more there are. */
function flagOf({ attention }: OwnCardFieldsFragment): ReactNode {
  if (!attention) return null;
  const { reason, severity, owner } = attention.first;
  const more = attention.red + attention.yellow - 1;
  const who = owner ? ` · ${isolated(firstName(owner.name))}` : '';
  return (
    <Status shape={severityShape(severity)}>{`${reasonWords(reason)}${who}${more > 0 ? ` +${more}` : ''}`}</Status>
  );
}

function nextOf(card: OwnCardFieldsFragment): ReactNode {
  const { scorecardsSubmitted: submitted, scorecardsDue: due } = card;
  const interview = card.nextInterviewAt;
  if (!interview && submitted === 0 && due === 0) return null;
  return (
    <>
      {due > 0 ? (
        <Status shape="warn">{due === 1 ? '1 scorecard owed' : `${due} scorecards owed`}</Status>
      ) : interview ? (
        <span className={styles.fact}>
          <Calendar aria-hidden="true" />
          <span>
            <span className="unseen">Interview </span>
            {upcoming(interview, Date.now())}
          </span>
        </span>
      ) : null}
      {submitted > 0 ? (
        <span className={styles.fact}>
          <ClipboardList aria-hidden="true" />
          <span>
            {submitted} in<span className="unseen">, scorecards</span>
          </span>
        </span>
      ) : null}
    </>
  );
}

function Origin({ card }: { readonly card: OwnCardFieldsFragment }) {
  return (
    <span className={styles.fact}>
      <span>{sourceOf(card)}</span>
    </span>
  );
}

function ConflictLines({
  conflict,
  stages,
  card,
  actions,
}: Required<Pick<CardViewProps, 'stages' | 'card' | 'actions'>> & { conflict: Conflict }) {
  const here = stages.find((stage) => stage.id === card.stageId)?.name ?? 'another stage';
  const wanted = stages.find((stage) => stage.id === conflict.wanted);
  const said = saidOf(conflict, here);
  return (
    <>
      <span className={styles.news} title={said}>
        {said}
      </span>
      <span className={styles.answers}>
        {wanted && wanted.id !== card.stageId ? (
          <button type="button" onClick={() => actions.move(card.applicationId, wanted.id)}>
            Move to <bdi>{wanted.name}</bdi> anyway
          </button>
        ) : null}
        {conflict.ending ? (
          <button type="button" onClick={() => actions.end(card.applicationId)}>
            End it anyway…
          </button>
        ) : null}
        <button type="button" onClick={() => actions.leave(card.applicationId)}>
          Leave
        </button>
      </span>
    </>
  );
}

function saidOf({ by, kept }: Conflict, here: string): string {
  if (kept) return `It was left in ${here} meanwhile`;
  return by ? `${by} moved this to ${here}` : `This was moved to ${here} meanwhile`;
}

/** What the ATS refused, why, and the two ways out. */
function RefusedLines({
  card,
  refused,
  actions,
}: {
  readonly card: Card;
  readonly refused: Refused;
  /** Null if the viewer may only look. */
  readonly actions: CardActions | null;
}) {
  const again = refused.action === 'REJECT' || refused.action === 'WITHDRAW';
  return (
    <>
      <span className={styles.news} title={refused.words}>
        {refused.words}
      </span>
      {refused.reason ? (
        <span className={classes(styles.news, styles.detail)} title={refused.reason}>
          It says: <q dir="auto">{refused.reason}</q>
        </span>
      ) : null}
      {actions ? (
        <span className={styles.answers}>
          {again ? (
            <button type="button" onClick={() => actions.end(card.applicationId)}>
              Try again…
            </button>
          ) : null}
          <button type="button" onClick={() => actions.accept(card.applicationId)}>
            Leave it <span className="unseen">as the ATS has it</span>
          </button>
        </span>
      ) : null}
    </>
  );
}

interface DisagreementLinesProps {
  readonly card: Card;
  readonly disagreement: Disagreement;
  /** Null if the viewer may only look. */
  readonly actions: CardActions | null;
}

/** Both stages, the ATS's own reason, and the two ways out. */
function DisagreementLines({ card, disagreement, actions }: DisagreementLinesProps) {
  const { here, there, reason, refusal, keep, take } = disagreement;
  return (
    <>
      <span className={classes(styles.news, styles.detail)} title={here.name}>
        Here: <strong dir="auto">{here.name}</strong>
      </span>
      <span className={styles.news} title={there.name}>
        In the ATS: <strong dir="auto">{there.name}</strong>
      </span>
      {refusal ? (
        <span className={styles.news} title={refusal}>
          <strong>{refusal}</strong>
        </span>
      ) : reason ? (
        <span className={classes(styles.news, styles.detail)} title={reason}>
          It says: <q dir="auto">{reason}</q>
        </span>
      ) : null}
      {actions && (keep || take) ? (
        <span className={styles.answers}>
          {keep ? (
            <button type="button" onClick={() => actions.resolve(card.applicationId, keep)}>
              Keep ours <span className="unseen">({here.name})</span>
            </button>
          ) : null}
          {take ? (
            <button type="button" onClick={() => actions.resolve(card.applicationId, take)}>
              Take the ATS’s <span className="unseen">({there.name})</span>
            </button>
          ) : null}
        </span>
      ) : null}
    </>
  );
}
