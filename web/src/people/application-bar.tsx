import { ChevronDown } from 'lucide-react';
import { Suspense, useRef, useState } from 'react';
import { CancelMessage, MoveApplication, PersonInFull } from '../api/generated';
import {
  type Disagreement,
  type Disputed,
  disagreementOf,
  MoveItems,
  type Outcome,
  OutcomeDialog,
  OutcomeItems,
  type Refused,
  refusedOf,
} from '../board/parts';
import { syncedOf, useJobAts } from '../jobs/ats';
import { MESSAGE_QUERIES, standingOf } from '../outreach/parts';
import { useAct, useRequestKey } from '../shell/act';
import { announce } from '../shell/announcer';
import { Button, buttonClass } from '../ui/button';
import { Menu } from '../ui/menu';
import { Status } from '../ui/status';
import { Time, upcoming } from '../ui/time';
import { type Application, daysInStage, disputed, may, standing } from './applications';
import { useEnding } from './ending';
import styles from './person.module.css';

/** A board that lies below: it moves the card at once, and repeats what got no answer. */
export interface BoardMoves {
  readonly applicationId: string;
  /** Where the card is shown. */
  readonly stageId: string;
  /** A move that the server has not confirmed. */
  readonly saving: boolean;
  /** As the board has it: newer than what was loaded of the application. */
  readonly card: Disputed;
  /** Why a disagreement with the ATS was not settled. */
  readonly refusal: string | undefined;
  readonly counts: (stageId: string) => number;
  readonly move: (to: string) => void;
  /** Settle a disagreement with the ATS. */
  readonly resolve: (to: string) => void;
  /** Ask why it is to end. */
  readonly end: () => void;
  /** Leave it as the ATS has it, which refused what was done. */
  readonly accept: () => void;
}

interface SwitcherProps {
  readonly applications: readonly Application[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** A person and their applications are never mixed: what stands below belongs to the chosen one. */
export function Switcher({ applications, chosen, onChoose }: SwitcherProps) {
  const now = Date.now();
  return (
    <fieldset className={styles.switcher} aria-label="Applications">
      {applications.map((application) => (
        <button
          key={application.id}
          type="button"
          aria-pressed={application.id === chosen}
          onClick={() => onChoose(application.id)}
        >
          <strong dir="auto">{application.named?.title ?? 'A job that you do not see'}</strong>
          <span>{standing(application, now)}</span>
        </button>
      ))}
    </fieldset>
  );
}

interface ApplicationBarProps {
  readonly application: Application;
  readonly name: string;
  readonly board: BoardMoves | undefined;
}

export function ApplicationBar({ application, name, board }: ApplicationBarProps) {
  const own = useMove(application, name);
  const ending = useEnding(application, name);
  /** What is asked for, of the application as the viewer saw it then. */
  const [asked, setAsked] = useState<{ readonly outcome: Outcome; readonly stage: string } | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  const active = application.status === 'ACTIVE';
  // Some are no column of the board: a retired one in which the ATS has it, for instance.
  const stages = application.job?.stages ?? [];
  const current = board?.stageId ?? application.stage.id;
  const stage = stages.find((each) => each.id === current)?.name ?? application.stage.name;
  const move = board?.move ?? own.move;
  const saving = board?.saving ?? own.busy;
  const moved = current !== application.stage.id;
  const days = moved ? 0 : daysInStage(application, Date.now());
  const card = board?.card ?? disputed(application);
  const disagreement = disagreementOf(card, stages, board ? board.refusal : own.refusal);
  const refused = refusedOf(card);
  const end = board?.end ?? ending.ask;
  const canEnd = may(application, 'REJECT');
  const outcomes = (['HIRE', 'TRANSFER'] as const).filter((each) => may(application, each));
  const resolve = (to: string) => {
    // The buttons go while it is saved: the focus stays beside them.
    bar.current?.focus();
    (board?.resolve ?? own.resolve)(to);
  };
  return (
    <>
      <div ref={bar} tabIndex={-1} className={styles.bar}>
        <strong dir="auto">{stage}</strong>
        {active ? <span className="soft">{days === 1 ? '1 day' : `${days} days`}</span> : null}
        {saving ? <Status shape="pending">Saving</Status> : <SyncStatus card={card} application={application} />}
        <span className={styles.push} />
        {active && canEnd ? (
          <Button small onClick={end}>
            End…
          </Button>
        ) : null}
        {may(application, 'REOPEN') ? (
          <Button small disabled={ending.busy} onClick={ending.reopen}>
            Reopen
          </Button>
        ) : null}
        {active && application.viewerCan.move && stages.length > 0 ? (
          <Menu
            label={`Move ${name}`}
            trigger={
              <>
                Move…
                <ChevronDown aria-hidden="true" />
              </>
            }
            triggerClass={buttonClass('plain', { small: true })}
          >
            {(parts) => (
              <>
                <MoveItems
                  parts={parts}
                  stages={stages}
                  current={current}
                  onMove={move}
                  {...(board ? { counts: board.counts } : {})}
                />
                <OutcomeItems
                  parts={parts}
                  outcomes={outcomes}
                  onChoose={(outcome) => setAsked({ outcome, stage: current })}
                />
              </>
            )}
          </Menu>
        ) : null}
      </div>
      {ending.dialog}
      {asked && application.job ? (
        <Suspense>
          <OutcomeDialog
            outcome={asked.outcome}
            name={name}
            application={application.id}
            stage={asked.stage}
            job={application.job.id}
            onClose={() => setAsked(null)}
          />
        </Suspense>
      ) : null}
      <RejectionMail application={application} />
      {refused && !saving ? (
        <RefusedView
          refused={refused}
          onAgain={canEnd && (refused.action === 'REJECT' || refused.action === 'WITHDRAW') ? end : undefined}
          onAccept={application.viewerCan.move ? (board?.accept ?? ending.accept) : undefined}
        />
      ) : null}
      {active && disagreement && !saving && !moved ? (
        <DisagreementView disagreement={disagreement} onResolve={application.viewerCan.move ? resolve : undefined} />
      ) : null}
    </>
  );
}

/** The mail that tells them of their rejection, until it is sent. */
function RejectionMail({ application: { status, rejectionMail: mail } }: Pick<ApplicationBarProps, 'application'>) {
  const { act, busy } = useAct();
  if (status !== 'REJECTED' || !mail || mail.state === 'SENT' || mail.state === 'CANCELLED') return null;
  const { shape, word, sentence, out } = standingOf({ ...mail, replies: [] }, Date.now());
  const goes = mail.state === 'SCHEDULED' && !mail.blocker;
  return (
    <div className={styles.bar}>
      {goes ? (
        <>
          <Status shape="waiting">A mail goes</Status>
          <Time at={mail.sendAt} as={upcoming} />
        </>
      ) : (
        <>
          <Status shape={shape}>{`Mail: ${word.toLowerCase()}`}</Status>
          <span className="soft">
            {sentence} {out}
          </span>
        </>
      )}
      <span className={styles.push} />
      {mail.state === 'SCHEDULED' && mail.viewerCan.cancel ? (
        <Button
          small
          disabled={busy}
          onClick={() =>
            void act({
              mutation: CancelMessage,
              variables: { input: { messageId: mail.id } },
              pick: (data) => data.cancelMessage,
              said: 'The mail will not be sent. The application stays rejected',
              reload: MESSAGE_QUERIES,
            })
          }
        >
          Cancel the mail
        </Button>
      ) : null}
    </div>
  );
}

interface SyncStatusProps {
  readonly card: Disputed;
  readonly application: Application;
}

function SyncStatus({ card, application: { status, sync: own, job } }: SyncStatusProps) {
  const ats = useJobAts(job?.id ?? null);
  const { sync } = card;
  if (refusedOf(card)) return <Status shape="conflict">ATS refused</Status>;
  if (sync === 'CONFLICTED') return <Status shape="conflict">ATS disagrees</Status>;
  if (sync === 'PENDING') return <Status shape="pending">Not yet in ATS</Status>;
  if (status !== 'ACTIVE') return null;
  const synced = ats && syncedOf(ats, own.lastSyncedAt, Date.now());
  return (
    <span title={synced?.words}>
      <Status shape={synced?.stale ? 'warn' : 'good'}>{synced?.short ?? 'In the ATS'}</Status>
    </span>
  );
}

interface RefusedViewProps {
  readonly refused: Refused;
  readonly onAgain: (() => void) | undefined;
  readonly onAccept: (() => void) | undefined;
}

/** What the ATS refused, why, and the two ways out. */
function RefusedView({ refused, onAgain, onAccept }: RefusedViewProps) {
  return (
    <section className={styles.conflict} aria-label="The ATS refused it">
      <p>{refused.words}. Here it is as the ATS has it.</p>
      {refused.reason ? (
        <p>
          It says: <q dir="auto">{refused.reason}</q>
        </p>
      ) : null}
      {onAgain || onAccept ? (
        <div className={styles.acts}>
          {onAgain ? (
            <Button small onClick={onAgain}>
              Try again…
            </Button>
          ) : null}
          {onAccept ? (
            <Button small onClick={onAccept}>
              Leave it
            </Button>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

interface DisagreementViewProps {
  readonly disagreement: Disagreement;
  readonly onResolve: ((to: string) => void) | undefined;
}

/** Both stages, the ATS's own reason, and the two ways out. */
function DisagreementView({ disagreement, onResolve }: DisagreementViewProps) {
  const { here, there, reason, refusal, keep, take } = disagreement;
  return (
    <section className={styles.conflict} aria-label="The ATS disagrees">
      <p>
        Here they are in <strong dir="auto">{here.name}</strong>, in the ATS in <strong dir="auto">{there.name}</strong>
        . The ATS refused the move.
      </p>
      {reason ? (
        <p>
          It says: <q dir="auto">{reason}</q>
        </p>
      ) : null}
      {refusal ? (
        <div role="alert">
          <Status shape="bad" large>
            {refusal}
          </Status>
        </div>
      ) : null}
      {onResolve && (keep || take) ? (
        <div className={styles.acts}>
          {keep ? (
            <Button small onClick={() => onResolve(keep)}>
              Keep ours: <bdi>{here.name}</bdi>
            </Button>
          ) : null}
          {take ? (
            <Button small onClick={() => onResolve(take)}>
              Take the ATS’s: <bdi>{there.name}</bdi>
            </Button>
          ) : null}
        </div>
      ) : null}
    </section>
  );
}

/** A move without a board below: the server decides before anything is shown. */
function useMove(application: Application, name: string) {
  const { act, busy } = useAct();
  const [refusal, setRefusal] = useState<string>();
  const keyOf = useRequestKey();
  const send = async (to: string, ats: string | null, refused?: (message: string) => void) => {
    const stage = application.job?.stages.find((each) => each.id === to)?.name ?? 'another stage';
    const said =
      to === application.stage.id ? `${name} stays in ${stage}, and the ATS is told` : `${name} moved to ${stage}`;
    setRefusal(undefined);
    const done = await act({
      mutation: MoveApplication,
      variables: {
        input: {
          applicationId: application.id,
          fromStageId: application.stage.id,
          toStageId: to,
          atsStageId: ats,
          idempotencyKey: keyOf(`${application.version} ${application.stage.id} ${to}`),
        },
      },
      pick: (data) => data.moveApplication,
      said,
      reload: [PersonInFull],
      refused,
    });
    if (done) announce(said);
  };
  return {
    move: (to: string) => void send(to, null),
    resolve: (to: string) => void send(to, application.sync.atsStage?.id ?? null, setRefusal),
    refusal,
    busy,
  };
}
