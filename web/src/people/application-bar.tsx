import { ChevronDown } from 'lucide-react';
import { useRef } from 'react';
import { MoveApplication, PersonInFull } from '../api/generated';
import { MoveItems, type Stage } from '../board/parts';
import { useAct } from '../shell/act';
import { announce } from '../shell/announcer';
import { Button, buttonClass } from '../ui/button';
import { Menu } from '../ui/menu';
import { Status } from '../ui/status';
import { type Application, daysInStage, standing } from './applications';
import styles from './person.module.css';

/** A board that lies below: it moves the card at once, and repeats what got no answer. */
export interface BoardMoves {
  readonly applicationId: string;
  readonly stages: readonly Stage[];
  /** Where the card is shown. */
  readonly stageId: string;
  /** A move that the server has not confirmed. */
  readonly saving: boolean;
  readonly counts: (stageId: string) => number;
  readonly move: (to: string) => void;
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
          <strong dir="auto">{application.job?.title ?? 'A job that you do not see'}</strong>
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
  const active = application.status === 'ACTIVE';
  const stages = board?.stages ?? application.job?.stages ?? [];
  const current = board?.stageId ?? application.stage.id;
  const stage = stages.find((each) => each.id === current)?.name ?? application.stage.name;
  const move = board?.move ?? own.move;
  const saving = board?.saving ?? own.busy;
  const moved = current !== application.stage.id;
  const days = moved ? 0 : daysInStage(application, Date.now());
  return (
    <>
      <div className={styles.bar}>
        <strong dir="auto">{stage}</strong>
        {active ? <span className="soft">{days === 1 ? '1 day' : `${days} days`}</span> : null}
        {saving ? <Status shape="pending">Saving</Status> : <SyncStatus application={application} />}
        <span className={styles.push} />
        {active && stages.length > 0 ? (
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
              <MoveItems
                parts={parts}
                stages={stages}
                current={current}
                onMove={move}
                {...(board ? { counts: board.counts } : {})}
              />
            )}
          </Menu>
        ) : null}
      </div>
      {active && application.sync.state === 'CONFLICTED' && !saving && !moved ? (
        <Disagreement application={application} onMove={move} />
      ) : null}
    </>
  );
}

function SyncStatus({ application: { sync, status } }: { readonly application: Application }) {
  if (sync.state === 'CONFLICTED') return <Status shape="conflict">ATS disagrees</Status>;
  if (sync.state === 'PENDING') return <Status shape="pending">Not yet in ATS</Status>;
  return status === 'ACTIVE' ? <Status shape="good">In the ATS</Status> : null;
}

/** Both stages and the ATS's own reason. */
function Disagreement({
  application,
  onMove,
}: {
  readonly application: Application;
  readonly onMove: (to: string) => void;
}) {
  const { sync, stage } = application;
  const there = sync.atsStage;
  return (
    <section className={styles.conflict} aria-label="The ATS disagrees">
      <p>
        Here they are in <strong dir="auto">{stage.name}</strong>
        {there ? (
          <>
            , in the ATS in <strong dir="auto">{there.name}</strong>
          </>
        ) : null}
        . The ATS refused the move.
      </p>
      {sync.reason ? (
        <p>
          It says: <q dir="auto">{sync.reason}</q>
        </p>
      ) : null}
      <div className={styles.acts}>
        {there ? (
          <Button small onClick={() => onMove(there.id)}>
            Take the ATS’s: {there.name}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

/** A move without a board below: the server decides before anything is shown. */
function useMove(application: Application, name: string) {
  const { act, busy } = useAct();
  // Asking again after a lost answer is the same move, not another one.
  const last = useRef<{ readonly of: string; readonly key: string } | null>(null);
  const move = async (to: string) => {
    const of = `${application.version} ${application.stage.id} ${to}`;
    if (last.current?.of !== of) last.current = { of, key: crypto.randomUUID() };
    const stage = application.job?.stages.find((each) => each.id === to)?.name ?? 'another stage';
    const done = await act({
      mutation: MoveApplication,
      variables: {
        input: {
          applicationId: application.id,
          fromStageId: application.stage.id,
          toStageId: to,
          idempotencyKey: last.current.key,
        },
      },
      pick: (data) => data.moveApplication,
      said: `${name} moved to ${stage}`,
      reload: [PersonInFull],
    });
    if (done) announce(`${name} moved to ${stage}`);
  };
  return { move: (to: string) => void move(to), busy };
}
