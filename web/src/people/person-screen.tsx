import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useRef } from 'react';
import { useApiQuery } from '../api/context';
import { PersonInFull } from '../api/generated';
import { Page } from '../shell/page';
import { MergedNotice } from './former';
import { PersonView } from './person-view';
import styles from './screen.module.css';
import type { Tab } from './search';

/** A person's own page. */
export function PersonScreen() {
  const { person } = useParams({ from: '/people/$person' });
  const search = useSearch({ from: '/people/$person' });
  const navigate = useNavigate({ from: '/people/$person' });
  const heading = useRef<HTMLHeadingElement>(null);
  const query = useApiQuery(PersonInFull, { person });
  const change = (changed: { tab?: Tab; application?: string; merged?: undefined }) =>
    void navigate({
      search: (old) => ({ ...old, ...changed }),
      replace: true,
    });
  return (
    <Page title={query.data?.data.person?.name ?? 'Person'} fixed>
      <div className={styles.page}>
        {search.merged ? <MergedNotice onDismiss={() => change({ merged: undefined })} /> : null}
        <PersonView
          person={person}
          application={search.application ?? null}
          onApplication={(application) => change({ application })}
          tab={search.tab}
          onTab={(tab) => change({ tab })}
          heading={heading}
          titled
        />
      </div>
    </Page>
  );
}
