import { Link } from '@tanstack/react-router';
import { ArrowDown, ArrowUp, Maximize2, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useApiQuery } from '../api/context';
import { PersonOfApplication } from '../api/generated';
import { usePageKeys } from '../shell/keys';
import { Button, buttonClass } from '../ui/button';
import type { BoardMoves } from './application-bar';
import styles from './drawer.module.css';
import { Gone } from './former';
import type { Known } from './person';
import { PersonView } from './person-view';
import type { Tab } from './search';

export interface DrawerProps {
  readonly application: string;
  /** From the card: painted at once. */
  readonly known?: Known | undefined;
  readonly person?: string | undefined;
  /** Where it stands among those one looks through. */
  readonly place?: { readonly at: number; readonly of: number; readonly name: string } | undefined;
  readonly previous?: string | undefined;
  readonly next?: string | undefined;
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
  /** Another card of the column, in its place. */
  readonly onGo: (application: string) => void;
  readonly onClose: () => void;
  readonly board?: BoardMoves | undefined;
}

/** A candidate beside the board, which stays in use; on a phone, the whole page. */
export function Drawer(props: DrawerProps) {
  const { application, known, person: fromCard, place, previous, next, tab, onTab, onGo, onClose, board } = props;
  // Another application of the same person, while the card stays the one that is open.
  const [other, setOther] = useState<{ readonly of: string; readonly chosen: string } | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const close = useRef<HTMLButtonElement>(null);
  const found = useApiQuery(PersonOfApplication, { application }, { enabled: fromCard === undefined });
  const person = fromCard ?? found.data?.data.application?.person?.id ?? null;
  const gone = person === null && (found.isError || found.isSuccess);

  // The focus goes into the drawer when it opens, not with every card one looks through.
  useEffect(() => (heading.current ?? close.current)?.focus({ preventScroll: true }), []);

  usePageKeys('Candidate', [
    { key: 'j', name: 'Next card of the column', perform: () => next && onGo(next) },
    { key: 'k', name: 'Previous card of the column', perform: () => previous && onGo(previous) },
    { key: 'Escape', name: 'Close', perform: onClose },
  ]);
  // In a field Escape leaves the field, not the drawer: what one types is never lost by a key.
  const leaveField = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !(event.target instanceof HTMLElement)) return;
    if (!event.target.closest('input, textarea, select')) return;
    event.stopPropagation();
    heading.current?.focus();
  };

  return (
    <aside className={styles.drawer} aria-label="Candidate" onKeyDown={leaveField}>
      <div className={styles.top}>
        <Button
          look="quiet"
          small
          lone
          label="Previous card (k)"
          disabled={!previous}
          onClick={() => previous && onGo(previous)}
        >
          <ArrowUp />
        </Button>
        <Button look="quiet" small lone label="Next card (j)" disabled={!next} onClick={() => next && onGo(next)}>
          <ArrowDown />
        </Button>
        {place ? (
          <span className={styles.place}>
            {place.at} of {place.of} in <span dir="auto">{place.name}</span>
          </span>
        ) : null}
        <span className={styles.push} />
        {person ? (
          <Link
            to="/people/$person"
            params={{ person }}
            search={{ application }}
            className={buttonClass('quiet', { small: true })}
          >
            <Maximize2 aria-hidden="true" />
            Open page
          </Link>
        ) : null}
        <Button look="quiet" small lone label="Close" ref={close} onClick={onClose}>
          <X />
        </Button>
      </div>
      {gone ? (
        <Gone />
      ) : (
        <PersonView
          person={person}
          known={known}
          application={other?.of === application ? other.chosen : application}
          onApplication={(chosen) => setOther({ of: application, chosen })}
          tab={tab}
          onTab={onTab}
          board={board}
          heading={heading}
        />
      )}
    </aside>
  );
}
