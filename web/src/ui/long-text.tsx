import { useId, useState } from 'react';
import { fold, unquote } from './fold';
import styles from './long-text.module.css';

interface LongTextProps {
  readonly text: string;
  readonly signature?: string | null | undefined;
}

/** A text as it was written, in its own direction; long ones, quotations and signatures are folded. */
export function LongText({ text, signature }: LongTextProps) {
  const { text: own, quoted, lines } = unquote(text);
  const { shown, rest } = fold(own);
  return (
    <div className={styles.text}>
      {rest ? <Rest shown={shown} rest={rest} /> : <p dir="auto">{shown}</p>}
      {quoted ? (
        <Fold name={lines === 1 ? 'Show 1 quoted line' : `Show ${lines} quoted lines`} open="Hide quoted lines">
          {quoted}
        </Fold>
      ) : null}
      {signature ? (
        <Fold name="Show the signature" open="Hide the signature">
          {signature}
        </Fold>
      ) : null}
    </div>
  );
}

function Rest({ shown, rest }: { readonly shown: string; readonly rest: string }) {
  const [all, setAll] = useState(false);
  const id = useId();
  return (
    <>
      <p id={id} dir="auto">
        {all ? shown + rest : `${shown}…`}
      </p>
      <button type="button" aria-expanded={all} aria-controls={id} onClick={() => setAll(!all)}>
        {all ? 'Show less' : 'Show all'}
      </button>
    </>
  );
}

function Fold({ name, open, children }: { readonly name: string; readonly open: string; readonly children: string }) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? open : name}
      </button>
      {shown ? (
        <p dir="auto" className={styles.quoted}>
          {children}
        </p>
      ) : null}
    </>
  );
}
