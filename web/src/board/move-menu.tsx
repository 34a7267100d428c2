import type { MenuParts } from '../ui/menu';
import { destinations, type Stage } from './board';
import type { Outcome } from './outcome-dialogs';

interface MoveItemsProps {
  readonly parts: MenuParts;
  readonly stages: readonly Stage[];
  /** Where it is; null for several that are not in one stage. */
  readonly current: string | null;
  readonly counts?: (stageId: string) => number;
  readonly onMove: (to: string) => void;
}

/** How an application is ended, as items of a menu. */
export function EndItems({ parts: { MenuGroup, MenuItem }, onEnd }: { parts: MenuParts; onEnd: () => void }) {
  return (
    <MenuGroup name="End it">
      <MenuItem onSelect={onEnd}>Reject or withdraw…</MenuItem>
    </MenuGroup>
  );
}

interface OutcomeItemsProps {
  readonly parts: MenuParts;
  readonly outcomes: readonly Outcome[];
  readonly onChoose: (outcome: Outcome) => void;
}

const OUTCOMES: Record<Outcome, string> = { HIRE: 'Hire…', TRANSFER: 'To another job…' };

/** How an application goes well, as items of a menu. */
export function OutcomeItems({ parts: { MenuGroup, MenuItem }, outcomes, onChoose }: OutcomeItemsProps) {
  if (outcomes.length === 0) return null;
  return (
    <MenuGroup name="Go on">
      {outcomes.map((outcome) => (
        <MenuItem key={outcome} onSelect={() => onChoose(outcome)}>
          {OUTCOMES[outcome]}
        </MenuItem>
      ))}
    </MenuGroup>
  );
}

/** The stages one can move to, as items of a menu: typing a letter finds one. */
export function MoveItems({ parts: { MenuGroup, MenuItem }, stages, current, counts, onMove }: MoveItemsProps) {
  return (
    <MenuGroup name="Move to">
      {destinations(stages, current).map((stage) => (
        <MenuItem
          key={stage.id}
          disabled={stage.id === current}
          end={stage.id === current ? 'is here' : counts?.(stage.id)}
          onSelect={() => onMove(stage.id)}
        >
          <bdi>{stage.name}</bdi>
        </MenuItem>
      ))}
    </MenuGroup>
  );
}
