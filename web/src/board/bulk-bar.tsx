import { Suspense, useRef, useState } from 'react';
import type { Answer } from '../api/client';
import { useSend } from '../api/context';
import {
  type ApplicationsActionInput,
  type BulkFieldsFragment,
  BulkMembers,
  type BulkMembersQuery,
  ChangeApplications,
  UndoBulkAction,
} from '../api/generated';
import { BulkOutcomes, countOf, NOT_DONE, notDone } from '../people/parts';
import { reasonOf } from '../reason';
import { announce } from '../shell/announcer';
import { usePageKeys } from '../shell/keys';
import { Button, buttonClass } from '../ui/button';
import { Menu } from '../ui/menu';
import { Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { type Card, type Closing, mailInput, type Stage } from './board';
import styles from './bulk-bar.module.css';
import { commonStage } from './chosen';
import { CloseDialog } from './close-later';
import { MoveItems } from './move-menu';

/** The API takes no more at once. */
const MOST = 500;

interface Seen {
  readonly applicationId: string;
  readonly stageId: string;
}

interface Started {
  readonly action: BulkFieldsFragment;
  /** What was asked for, to ask for it again; null for what took something back. */
  readonly what: ApplicationsActionInput | null;
}

interface BulkBarProps {
  /** The chosen cards, as they are now. */
  readonly cards: readonly Card[];
  /** How many of them the filter does not show. */
  readonly hidden: number;
  readonly stages: readonly Stage[];
  readonly canMove: boolean;
  readonly canEnd: boolean;
  readonly onNobody: () => void;
  /** Something was begun, or what became of it is closed. */
  readonly onOpen: (open: boolean) => void;
}

/** What can be done with the chosen cards, how far it is, and what became of each. */
export function BulkBar({ cards, hidden, stages, canMove, canEnd, onNobody, onOpen }: BulkBarProps) {
  const send = useSend();
  const [started, setStarted] = useState<Started | null>(null);
  const [over, setOver] = useState<BulkFieldsFragment | null>(null);
  const [ending, setEnding] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const bar = useRef<HTMLElement>(null);
  const unanswered = useRef<{ readonly asked: string; readonly key: string } | null>(null);
  const close = () => {
    setStarted(null);
    setOver(null);
    setProblem(undefined);
    onOpen(false);
  };
  usePageKeys('Chosen cards', [
    started
      ? { key: 'Escape', name: 'Close what became of them', perform: close }
      : { key: 'Escape', name: 'Choose nobody', perform: onNobody },
  ]);

  const attempt = async (perform: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await perform();
    } catch (failure) {
      setProblem(reasonOf(failure));
    } finally {
      setBusy(false);
    }
  };
  const begun = (action: BulkFieldsFragment, what: ApplicationsActionInput | null) => {
    setOver(null);
    setStarted({ action, what });
    onOpen(true);
    onNobody();
    bar.current?.focus();
  };
  const start = async (applications: readonly Seen[], what: ApplicationsActionInput) => {
    const asked = JSON.stringify([applications, what]);
    // Sent again because no answer came, it begins nothing else.
    if (unanswered.current?.asked !== asked) unanswered.current = { asked, key: crypto.randomUUID() };
    const input = { applications, action: what, idempotencyKey: unanswered.current.key };
    const { data } = await send(ChangeApplications, { input });
    unanswered.current = null;
    const result = data.changeApplications;
    if (result.__typename !== 'BulkAction') return setProblem(result.message);
    begun(result, what);
  };
  const change = (what: ApplicationsActionInput) =>
    void attempt(() =>
      start(
        cards.map(({ applicationId, stageId }) => ({ applicationId, stageId })),
        what,
      ),
    );
  const end = ({ by, reasonId, note, mail }: Closing) => {
    const closing = { reasonId, note: note || null };
    change(
      by === 'PERSON'
        ? { kind: 'WITHDRAW_APPLICATIONS', withdrawal: closing }
        : {
            kind: 'REJECT_APPLICATIONS',
            rejection: { ...closing, mail: mailInput(mail) },
            rejectWithoutMail: (mail?.notTo ?? 0) > 0,
          },
    );
  };
  const undo = (action: BulkFieldsFragment) =>
    void attempt(async () => {
      const { data } = await send(UndoBulkAction, { input: { bulkActionId: action.id } });
      const result = data.undoBulkAction;
      if (result.__typename !== 'BulkAction') return setProblem(result.message);
      begun(result, null);
    });
  const retry = (action: BulkFieldsFragment, what: ApplicationsActionInput) =>
    void attempt(async () => {
      const left: Seen[] = [];
      for (const outcome of NOT_DONE.filter((each) => countOf(action.outcomes, each) > 0)) {
        let after: string | null = null;
        do {
          const answer: Answer<BulkMembersQuery> = await send(BulkMembers, { action: action.id, outcome, after });
          const { node } = answer.data;
          const members = node?.__typename === 'BulkAction' ? node.members : null;
          for (const { application } of members?.nodes ?? []) {
            if (application) left.push({ applicationId: application.id, stageId: application.stage.id });
          }
          after = members?.pageInfo.hasNextPage ? members.pageInfo.endCursor : null;
        } while (after !== null);
      }
      if (left.length === 0) return setProblem('None of them is there any more');
      await start(left, what);
    });
  const done = (action: BulkFieldsFragment) => {
    setOver(action);
    announce(notDone(action.outcomes) > 0 ? `Done, but for ${notDone(action.outcomes)}` : 'Done');
  };

  const number = cards.length;
  const many = number > MOST;
  const refused = over ? notDone(over.outcomes) : 0;
  return (
    <section ref={bar} tabIndex={-1} aria-label="Chosen cards" className={styles.bar}>
      {started ? (
        <>
          <Suspense fallback={<Skeleton rows={2} label="Loading what became of them" />}>
            <BulkOutcomes key={started.action.id} checked={started.action} busy={busy} onDone={done} />
          </Suspense>
          <div className={styles.acts}>
            {over && isUndoable(over) ? (
              <Button small disabled={busy} onClick={() => undo(over)}>
                Undo
              </Button>
            ) : null}
            {over && started.what && refused > 0 ? (
              <Button small disabled={busy} onClick={() => started.what && retry(over, started.what)}>
                {refused === 1 ? 'Try the one again' : `Try the ${refused} again`}
              </Button>
            ) : null}
            <Button small look="quiet" onClick={close}>
              Close
            </Button>
          </div>
        </>
      ) : (
        <div className={styles.acts}>
          <strong aria-live="polite">{`${number} chosen${hidden > 0 ? `, ${hidden} not shown` : ''}`}</strong>
          {canMove && !many ? (
            <Menu trigger="Move to…" triggerClass={buttonClass('plain', { small: true })}>
              {(parts) => (
                <MoveItems
                  parts={parts}
                  stages={stages}
                  current={commonStage(cards)}
                  onMove={(toStageId) => change({ kind: 'MOVE_APPLICATIONS', toStageId })}
                />
              )}
            </Menu>
          ) : null}
          {canEnd ? (
            <Button small disabled={busy || many} onClick={() => setEnding(true)}>
              Reject or withdraw…
            </Button>
          ) : null}
          <Button small look="quiet" onClick={onNobody}>
            Choose nobody
          </Button>
          {many ? <Status shape="warn">{`At most ${MOST} at once`}</Status> : null}
        </div>
      )}
      {problem ? (
        <p role="alert">
          <Status shape="bad">{problem}</Status>
        </p>
      ) : null}
      {ending ? (
        <Suspense>
          <CloseDialog
            applicationIds={cards.map(({ applicationId }) => applicationId)}
            name={cards[0]?.personName ?? ''}
            onEnd={end}
            onClose={() => setEnding(false)}
          />
        </Suspense>
      ) : null}
    </section>
  );
}

const UNDOABLE: readonly string[] = ['MOVE_APPLICATIONS', 'REJECT_APPLICATIONS', 'WITHDRAW_APPLICATIONS'];

function isUndoable({ kind, outcomes }: BulkFieldsFragment): boolean {
  return UNDOABLE.includes(kind) && countOf(outcomes, 'DONE') > 0;
}
