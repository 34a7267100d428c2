// Who is signed in, for every screen; nothing is shown before it is known.

import { createContext, type ReactNode, useContext } from 'react';
import { useApiQuery, useServices } from '../api/context';
import { ApiError } from '../api/errors';
import { Me, type MeQuery } from '../api/generated';
import { claimDrafts } from '../session/drafts';
import { Button } from '../ui/button';
import { Failure, Message } from '../ui/region';

export type Viewer = NonNullable<MeQuery['me']>;

const ViewerContext = createContext<Viewer | null>(null);

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error('a screen before anybody is signed in');
  return viewer;
}

export function ViewerGate({ children }: { readonly children: ReactNode }) {
  const { session } = useServices();
  const me = useApiQuery(Me, {});
  const viewer = me.data?.data.me;
  if (viewer) claimDrafts(viewer.id);
  if (viewer) return <ViewerContext value={viewer}>{children}</ViewerContext>;
  if (!me.error) return null;
  if (me.error instanceof ApiError && me.error.code === 'FORBIDDEN') {
    return (
      <main>
        <Message
          title="Rapport does not know you"
          actions={<Button onClick={() => void session.signOut()}>Sign in as somebody else</Button>}
        >
          You are signed in, but your e-mail address belongs to no user of your organisation’s applicant tracking
          system. Ask the person who administers it to add you.
        </Message>
      </main>
    );
  }
  return (
    <main>
      <Failure
        what="Rapport cannot be opened"
        reason={me.error.message}
        traceId={me.error instanceof ApiError ? me.error.traceId : null}
        onRetry={() => void me.refetch()}
      />
    </main>
  );
}
