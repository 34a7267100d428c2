import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useSyncExternalStore } from 'react';
import { useServices } from '../api/context';
import { Button } from '../ui/button';
import { Announcer } from './announcer';
import { ConnectionState, NotLiveStrip } from './connection-state';
import { GoKeys } from './go-keys';
import { KeyList } from './key-list';
import { Me } from './me-menu';
import { type Place, SETTINGS, usePlaces } from './places';
import styles from './shell.module.css';
import { Toasts } from './toasts';
import { UnsavedStrip } from './unsaved';

export function Shell() {
  const loading = useRouterState({ select: ({ isLoading }) => isLoading });
  const shown = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.href });
  const places = usePlaces();
  return (
    <div className={styles.app}>
      <a className={styles.skip} href="#content">
        Skip to the content
      </a>
      <nav className={styles.rail} aria-label="Rapport">
        <Link to="/" className={styles.brand} aria-label="Rapport, start">
          <img src="/icon.svg" alt="" />
        </Link>
        <ul>
          {places.map((place) => (
            <li key={place.to}>
              <RailLink {...place} />
            </li>
          ))}
        </ul>
        <div className={styles.foot}>
          <RailLink {...SETTINGS} />
          <ConnectionState />
          <Me />
        </div>
      </nav>
      {/* While a screen loads, the one before stays: its address says which of them this is. */}
      <div className={styles.content} aria-busy={loading} data-shown={shown}>
        <SessionStrip />
        <UnsavedStrip />
        <NotLiveStrip />
        <Outlet />
      </div>
      <GoKeys />
      <KeyList />
      <Toasts />
      <Announcer />
    </div>
  );
}

function RailLink({ to, name, icon: Icon }: Place) {
  return (
    <Link to={to} className={styles.place}>
      <Icon aria-hidden="true" />
      {name}
    </Link>
  );
}

/** Says that the session has ended; what is on the page stays, unsaved things too. */
function SessionStrip() {
  const { session } = useServices();
  const state = useSyncExternalStore(session.subscribe, session.state);
  if (state.kind !== 'expired') return null;
  return (
    <div className={styles.strip} role="alert">
      Your session has ended. What you see and type stays here.
      {state.problem ? <span>The sign-in did not work: {state.problem}</span> : null}
      <Button small look="primary" onClick={() => session.signInAgain()}>
        Sign in again
      </Button>
    </div>
  );
}
