// What both lists of people show: all of them searched, and by name alone.

import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { classes } from '../ui/classes';
import { Message } from '../ui/region';
import table from '../ui/table.module.css';
import saved from './saved.module.css';
import styles from './screen.module.css';

interface WhoProps {
  readonly person: { readonly id: string; readonly name: string };
  /** What they are chosen by, if they may be. */
  readonly choice?: ReactNode;
}

/** The head of a person's row. */
export function Who({ person, choice }: WhoProps) {
  const link = (
    <Link
      to="/people/$person"
      params={{ person: person.id }}
      className={classes(table.link, styles.who)}
      preload={false}
    >
      <Avatar name={person.name} />
      <span dir="auto">{person.name}</span>
    </Link>
  );
  return (
    <th scope="row">
      {choice ? (
        <div className={saved.pick}>
          {choice}
          {link}
        </div>
      ) : (
        link
      )}
    </th>
  );
}

/** There is nobody one may see. */
export function NobodyYet() {
  const { can } = useViewer();
  return (
    <Message title="Nobody yet">
      {can.seeEveryJob
        ? 'People come from your applicant tracking system, as soon as it has been read.'
        : 'People appear here once you are on the hiring team of a job for which they applied.'}
    </Message>
  );
}

type Pages = Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'>;

export function ShowMore({ pages }: { readonly pages: Pages }) {
  return pages.hasNextPage ? (
    <div className={table.more}>
      <Button onClick={() => void pages.fetchNextPage()} disabled={pages.isFetchingNextPage}>
        Show more
      </Button>
    </div>
  ) : null;
}
