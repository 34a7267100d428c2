import type { MenuParts } from '../ui/menu';
import { destinations, type Stage } from './board';

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
