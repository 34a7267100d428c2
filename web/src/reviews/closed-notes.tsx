import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button';
import { ClosedText } from './closed';
import styles from './decide-screen.module.css';
import type { Decisions } from './use-decisions';
import type { Review } from './use-review';

/** Says that nothing can be saved any more, and hands back what was typed. */
export function ClosedNotes({ review, decisions }: { readonly review: Review; readonly decisions: Decisions }) {
  const typed = decisions.typed();
  return (
    <section className={styles.closed} role="alert" aria-label="Closed">
      <ClosedText review={review} />
      {typed.length > 0 ? (
        <>
          <p>What you typed could not be saved. You can copy it from here:</p>
          {typed.map(({ item, note }) => (
            <Copy key={item.personId} name={item.profile.name} note={note} />
          ))}
        </>
      ) : null}
    </section>
  );
}

function Copy({ name, note }: { readonly name: string; readonly note: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 3000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    field.current?.select();
    // Without the permission it is selected, for the keys that copy.
    await navigator.clipboard.writeText(note).then(
      () => setCopied(true),
      () => {},
    );
  };
  return (
    <div className={styles.copy}>
      <p>
        <bdi>{name}</bdi>{' '}
        <Button small onClick={() => void copy()} label={`Copy the note on ${name}`}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </p>
      <textarea ref={field} readOnly dir="auto" rows={3} value={note} aria-label={`Your note on ${name}`} />
    </div>
  );
}
