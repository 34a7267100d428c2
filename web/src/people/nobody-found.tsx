import { useApiQueries } from '../api/context';
import { CountPeople } from '../api/generated';
import { Button } from '../ui/button';
import { isolated } from '../ui/names';
import { Message } from '../ui/region';
import { filterOf, said } from './conditions';
import type { Asked } from './saved';

interface NobodyFoundProps {
  readonly asked: Asked;
  /** Whether it may be said how many others would be found. */
  readonly counted: boolean;
  readonly onChange: (changed: Partial<Pick<Asked, 'q' | 'conditions'>>) => void;
  readonly onClear: () => void;
}

/** Nobody matches all of it: which part to give up, for whom it leaves out. */
export function NobodyFound({ asked, counted, onChange, onClear }: NobodyFoundProps) {
  const less = counted ? oneLess(asked) : [];
  const counts = useApiQueries(
    CountPeople,
    less.map(({ variables }) => variables),
  );
  const totals = counts.map(({ data }) => data?.data.peopleFacets?.total ?? 0);
  const most = Math.max(0, ...totals);
  const way = most > 0 ? less[totals.indexOf(most)] : undefined;
  return (
    <Message
      title="Nobody is found"
      actions={
        <>
          {way ? (
            <Button look="primary" onClick={() => onChange(way.changed)}>
              {`Search without ${way.name}: ${most === 1 ? '1 person' : `${most.toLocaleString()} people`}`}
            </Button>
          ) : null}
          <Button onClick={onClear}>Clear the search</Button>
        </>
      }
    >
      Every word has to be found, and every filter has to hold. People who were erased are not found, merged ones under
      the record that remains.
    </Message>
  );
}

/** The searches of which one part is left out, each with the part's name. */
function oneLess({ q, conditions, filter, foreign }: Asked) {
  const text = q.trim() || null;
  const words = { name: 'the words', changed: { q: '' }, variables: { text: null, filter } };
  const others = foreign
    ? []
    : conditions.map((clause, at) => {
        const left = conditions.filter((_, other) => other !== at);
        const name = `“${isolated(said(clause))}”`;
        return { name, changed: { conditions: left }, variables: { text, filter: filterOf(left) } };
      });
  // What is left out must leave something, and a search for everybody is no way on.
  return [...(text === null ? [] : [words]), ...others].filter(
    ({ variables }) => variables.text !== null || variables.filter !== null,
  );
}
