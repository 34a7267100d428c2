import type { ReactNode } from 'react';
import { useApiQuery } from '../api/context';
import { PersonProfile, type PersonProfileQuery } from '../api/generated';
import { QueryFailure } from '../shell/query-failure';
import { Skeleton } from '../ui/region';
import { Status } from '../ui/status';
import { date, Time } from '../ui/time';
import { type Application, may } from './applications';
import { CopyPoint } from './copy-point';
import { Files } from './files';
import { LooksAfter } from './looks-after';
import { Merges } from './merges';
import { Education, Experience } from './past';
import type { Person } from './person';
import styles from './person.module.css';
import { Projects, Tags } from './recorded';
import { RecordedPoints } from './recorded-points';

const ORIGINS: Record<Application['origin'], string> = {
  APPLIED: 'Applied',
  SOURCED: 'Sourced',
  REFERRAL: 'Referral',
  AGENCY: 'Agency',
  INTERNAL: 'Internal',
  UNKNOWN: 'Unknown',
};

interface ProfileProps {
  readonly person: Person;
  readonly application: Application | null;
}

/** Everything the ATS knows of a person, what they did first. */
export function Profile({ person, application }: ProfileProps) {
  const query = useApiQuery(PersonProfile, { person: person.id });
  const profile = query.data?.data.person;
  const assigns = application !== null && may(application, 'ASSIGN');
  return (
    <div className={styles.profile}>
      {profile?.employments && profile.educations ? (
        <>
          {profile.isPrivate ? <Status shape="hidden">Private: only those who work on them see them</Status> : null}
          <Experience employments={profile.employments} />
          <Education educations={profile.educations} />
          <Files files={profile.attachments ?? []} />
        </>
      ) : query.isPending ? (
        <Skeleton rows={4} label="Loading the profile" />
      ) : (
        <QueryFailure what="The profile cannot be shown" query={query} problem={query.data?.problems[0]} />
      )}
      {assigns && profile ? <LooksAfter person={person} profile={profile} /> : null}
      {person.viewerCan.change ? (
        <>
          <RecordedPoints person={person} />
          <Tags person={person} />
          <Projects person={person} />
        </>
      ) : null}
      <Facts person={person} application={application} profile={profile ?? null} assigns={assigns} />
      {person.viewerCan.merge ? <Merges person={person} /> : null}
    </div>
  );
}

type Found = NonNullable<PersonProfileQuery['person']>;

interface FactsProps extends ProfileProps {
  readonly profile: Found | null;
  /** Who looks after them is said above, where it is changed. */
  readonly assigns: boolean;
}

function Facts({ person, application, profile, assigns }: FactsProps) {
  const links = profile?.webLinks ?? person.links.map((url) => ({ url, kind: 'SOCIAL' as const }));
  const websites = links.filter(({ kind }) => kind === 'WEBSITE');
  const networks = links.filter(({ kind }) => kind === 'SOCIAL');
  return (
    <dl className={styles.facts}>
      <Fact name="Title">{person.title}</Fact>
      <Fact name="Company">{person.company}</Fact>
      <Fact name="Location">{person.location}</Fact>
      <Fact name="Mail">
        {person.emails.length > 0 ? person.emails.map((email) => <Point key={email.value} {...email} />) : null}
      </Fact>
      <Fact name="Phone">
        {person.phones.length > 0 ? person.phones.map((phone) => <Point key={phone.value} {...phone} />) : null}
      </Fact>
      <Fact name="Website">
        {websites.length > 0 ? websites.map(({ url }) => <WebLink key={url} link={url} />) : null}
      </Fact>
      <Fact name="Networks">
        {networks.length > 0 ? networks.map(({ url }) => <WebLink key={url} link={url} />) : null}
      </Fact>
      {person.viewerCan.change ? null : <Fact name="Tags">{person.tags.join(', ')}</Fact>}
      {profile?.customFields?.map((field) => (
        <Fact key={field.name} name={field.name}>
          {field.value}
        </Fact>
      ))}
      {assigns ? null : (
        <>
          <Fact name="Recruiter">{profile?.recruiter?.name}</Fact>
          <Fact name="Coordinator">{profile?.coordinator?.name}</Fact>
        </>
      )}
      <Fact name="Consent">{person.mayBeEmailed ? 'Agreed to be written to by mail' : 'None to mail'}</Fact>
      {application ? (
        <>
          <Fact name="Came by">{application.source ?? ORIGINS[application.origin]}</Fact>
          <Fact name="Applied">
            <Time at={application.appliedAt} as={date} />
          </Fact>
          <Fact name="Closed because">{application.closeReason}</Fact>
        </>
      ) : null}
      <Fact name="Known since">
        <Time at={person.addedAt} as={date} />
      </Fact>
      <Fact name="Last activity">{person.lastActivityAt ? <Time at={person.lastActivityAt} /> : null}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </>
  );
}

function Point({ value, type }: { readonly value: string; readonly type: string | null }) {
  return (
    <div className={styles.typed}>
      <CopyPoint value={value} />
      {type ? <span className="faint small">{type}</span> : null}
    </div>
  );
}

/** A link only if it is one: what the ATS holds may be anything. */
function WebLink({ link }: { readonly link: string }) {
  const address = URL.parse(link);
  if (address?.protocol !== 'https:' && address?.protocol !== 'http:') return <div>{link}</div>;
  return (
    <div>
      <a className={styles.link} href={address.href} target="_blank" rel="noreferrer noopener">
        {link}
      </a>
    </div>
  );
}
