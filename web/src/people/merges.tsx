import { Combine } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useApiQuery } from '../api/context';
import {
  type MergedField,
  MergePeople,
  PeopleToMerge,
  type PeopleToMergeQuery,
  PersonActivity,
  PersonInFull,
  PersonMerges,
  PersonProfile,
  UndoMerge,
} from '../api/generated';
import { useAct } from '../shell/act';
import { Button } from '../ui/button';
import { SearchField } from '../ui/search-field';
import { date, Time } from '../ui/time';
import { differing } from './compared';
import styles from './merges.module.css';
import type { Person } from './person';

type Other = NonNullable<PeopleToMergeQuery['people']>['nodes'][number];

const CHANGED = [PersonInFull, PersonMerges, PersonProfile, PersonActivity];

/** The records that were found to be this person, each to be parted again; and a way to add one. */
export function Merges({ person }: { readonly person: Person }) {
  const [adding, setAdding] = useState(false);
  const { act, busy } = useAct();
  const merges = useApiQuery(PersonMerges, { person: person.id }).data?.data.person?.merges ?? [];
  return (
    <section className={styles.merges}>
      <h3>Records</h3>
      {merges.length > 0 ? (
        <ul>
          {merges.map((merge) => (
            <li key={merge.id}>
              <span>
                <bdi>{merge.recordName || 'A record without a name'}</bdi>
                <span className="faint small">
                  {' '}
                  merged <Time at={merge.mergedAt} as={date} />,{' '}
                  {merge.mergedBy ? `by ${merge.mergedBy.name}` : 'in the ATS'}
                </span>
              </span>
              {merge.canBeUndone ? (
                <Button
                  look="link"
                  disabled={busy}
                  onClick={() =>
                    void act({
                      mutation: UndoMerge,
                      variables: { input: { mergeId: merge.id } },
                      pick: (data) => data.undoMerge,
                      said: `${merge.recordName || 'The record'} is a person of their own again`,
                      reload: CHANGED,
                    })
                  }
                >
                  Undo
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {adding ? (
        <Adding person={person} onDone={() => setAdding(false)} />
      ) : (
        <Button look="quiet" small onClick={() => setAdding(true)}>
          <Combine aria-hidden="true" />
          Merge with another record
        </Button>
      )}
    </section>
  );
}

function Adding({ person, onDone }: { readonly person: Person; readonly onDone: () => void }) {
  const [text, setText] = useState(person.name);
  const [other, setOther] = useState<Other | null>(null);
  const words = useDeferredValue(text.trim());
  const found = useApiQuery(PeopleToMerge, { text: words }, { enabled: words !== '', keep: true });
  const others = (found.data?.data.people?.nodes ?? []).filter(({ id }) => id !== person.id);
  if (other) return <Choosing person={person} other={other} onBack={() => setOther(null)} onDone={onDone} />;
  return (
    <div className={styles.adding}>
      <SearchField label="Whose record it is" placeholder="Name" value={text} onChange={setText} />
      {others.length > 0 ? (
        <ul>
          {others.map((each) => (
            <li key={each.id}>
              <button type="button" onClick={() => setOther(each)}>
                <bdi>{each.name || 'Without a name'}</bdi>
                <span className="faint small" dir="auto">
                  {[each.title, each.company, each.emails[0]?.value].filter(Boolean).join(' \u00b7 ')}
                </span>
              </button>
            </li>
          ))}
        </ul>
      ) : (
        <p className="soft small">
          {found.isPending && words !== '' ? 'Looking\u2026' : 'Nobody else is called that.'}
        </p>
      )}
      <Button look="quiet" small onClick={onDone}>
        Cancel
      </Button>
    </div>
  );
}

interface ChoosingProps {
  readonly person: Person;
  readonly other: Other;
  readonly onBack: () => void;
  readonly onDone: () => void;
}

/** What differs, side by side; of everything else the person keeps both. */
function Choosing({ person, other, onBack, onDone }: ChoosingProps) {
  const [taken, setTaken] = useState<ReadonlySet<MergedField>>(new Set());
  const { act, busy } = useAct();
  const choose = (field: MergedField, theirs: boolean) => {
    const next = new Set(taken);
    if (theirs) next.add(field);
    else next.delete(field);
    setTaken(next);
  };
  const merge = async () => {
    const done = await act({
      mutation: MergePeople,
      variables: { input: { survivorId: person.id, mergedId: other.id, take: [...taken] } },
      pick: (data) => data.mergePeople,
      said: 'They are one person. You can undo it here at any time.',
      reload: CHANGED,
    });
    if (done) onDone();
  };
  return (
    <div className={styles.adding}>
      {differing(person, other).map(({ field, name, ours, theirs }) => (
        <fieldset key={field}>
          <legend>{name}</legend>
          <label>
            <input type="radio" name={field} checked={!taken.has(field)} onChange={() => choose(field, false)} />
            <bdi>{ours}</bdi>
          </label>
          <label>
            <input type="radio" name={field} checked={taken.has(field)} onChange={() => choose(field, true)} />
            <bdi>{theirs}</bdi>
          </label>
        </fieldset>
      ))}
      <p className="soft small">
        Both records\u2019 addresses, applications, notes and history become this person\u2019s. In the ATS they stay
        two. Whoever asked on either record not to be written to is not written to.
      </p>
      <div className={styles.actions}>
        <Button small look="primary" disabled={busy} onClick={() => void merge()}>
          Merge
        </Button>
        <Button small look="quiet" onClick={onBack}>
          Back
        </Button>
      </div>
    </div>
  );
}
