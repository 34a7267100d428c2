import { Fragment } from 'react';
import { Time } from '../ui/time';

interface Props {
  readonly seen: readonly { readonly seenAt: string; readonly user: { readonly id: string; readonly name: string } }[];
}

/** Who has seen what came of an interview, and when. */
export function SeenBy({ seen }: Props) {
  return (
    <>
      Seen by{' '}
      {seen.map(({ user, seenAt }, place) => (
        <Fragment key={user.id}>
          {place > 0 ? '; ' : null}
          <bdi>{user.name}</bdi>, <Time at={seenAt} />
        </Fragment>
      ))}
    </>
  );
}
