import { type FormEvent, useState } from 'react';
import { useApiQuery } from '../api/context';
import { OwnershipRules, SetOwnershipRules } from '../api/generated';
import { useAct } from '../shell/act';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { parseRules, rulesInWords } from './ownership-rules';
import styles from './screen.module.css';

/** For how long a message keeps colleagues from writing to its person; admins change it. */
export function OwnershipSheet() {
  const query = useApiQuery(OwnershipRules, {});
  const { can } = useViewer();
  const days = query.data?.data.ownershipRules?.days;
  return (
    <Sheet title="Who is in touch with a person">
      <p className={styles.explained}>
        While one of you is in touch with a person, nobody else writes to them: their mails wait. One can ask to take
        the person over, and an admin can do so at once.
      </p>
      {days ? (
        <>
          <p>{rulesInWords(days)}</p>
          {can.setOwnershipRules ? <Rules key={days.join()} days={days} /> : null}
        </>
      ) : query.isPending ? (
        <Skeleton rows={2} label="Loading the rules" />
      ) : (
        <QueryFailure what="The rules cannot be shown" query={query} problem={query.data?.problems[0]} />
      )}
    </Sheet>
  );
}

function Rules({ days }: { readonly days: readonly number[] }) {
  const { act, busy } = useAct();
  const [text, setText] = useState(days.join(', '));
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const parsed = parseRules(text);
    if ('problem' in parsed) {
      setProblem(parsed.problem);
      return;
    }
    void act({
      mutation: SetOwnershipRules,
      variables: { input: { days: parsed.days } },
      pick: (data) => data.setOwnershipRules,
      said: 'The rules hold from now on',
      reload: [OwnershipRules],
      refused: setProblem,
    });
  };
  return (
    <form className={styles.rules} onSubmit={submit} noValidate>
      <TextField
        label="Days after the first, the second, … message; nothing switches it off"
        inputMode="numeric"
        value={text}
        problem={problem ?? undefined}
        onChange={({ target }) => {
          setText(target.value);
          setProblem(null);
        }}
      />
      <Button type="submit" disabled={busy || text === days.join(', ')}>
        Save
      </Button>
    </form>
  );
}
