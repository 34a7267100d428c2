import { type FormEvent, useDeferredValue, useState } from 'react';
import {
  Directory,
  DirectoryChanges,
  GiveAccess,
  type Grant,
  InviteUser,
  RemoveUser,
  type Role,
  TakeAccess,
} from '../api/generated';
import { useApiPages } from '../api/pages';
import { saidOf, useAct } from '../shell/act';
import { NotFoundPage } from '../shell/not-found-page';
import { QueryFailure } from '../shell/query-failure';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { TextField } from '../ui/field';
import { isolated } from '../ui/names';
import { dimmedWhile, Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { Status } from '../ui/status';
import { date, Time } from '../ui/time';
import { type Access, changeWords, GRANTS, ROLES, sourceOf } from './directory';
import { SettingsPage } from './parts';
import styles from './screen.module.css';

const RELOAD = [Directory, DirectoryChanges];
const ALL_ROLES = Object.keys(ROLES) as Role[];
const ALL_GRANTS = Object.keys(GRANTS) as Grant[];

export function PeopleScreen() {
  const { can } = useViewer();
  return can.seeDirectory ? <Shown /> : <NotFoundPage />;
}

/** Who may do what: from the ATS, declared by the operator, or given here; and who changed it. */
function Shown() {
  const [text, setText] = useState('');
  const containing = useDeferredValue(text.trim());
  const { query, rows } = useApiPages(Directory, { containing: containing || null }, (data) => data.directory);
  return (
    <SettingsPage>
      <Invitation />
      <Sheet title="People and roles">
        <p className={styles.explained}>
          Roles and hiring teams come from the ATS. What is given here holds beside them, within half a minute.
        </p>
        <div className={styles.narrow}>
          <TextField
            label="Find a user"
            placeholder="Name or e-mail address"
            type="search"
            maxLength={100}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </div>
        {rows ? (
          <ul className={styles.users} {...dimmedWhile(query.isPlaceholderData || containing !== text.trim())}>
            {rows.map((access) => (
              <User key={access.user.id} access={access} />
            ))}
            {rows.length === 0 ? <li className="faint">Nobody is called that.</li> : null}
          </ul>
        ) : query.isPending ? (
          <Skeleton rows={6} label="Loading the users" />
        ) : (
          <QueryFailure what="The users cannot be shown" query={query} problem={query.data?.pages[0]?.problems[0]} />
        )}
        {query.hasNextPage ? (
          <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Show more
          </Button>
        ) : null}
      </Sheet>
      <Changes />
    </SettingsPage>
  );
}

function Invitation() {
  const { act, busy } = useAct();
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void act({
      mutation: InviteUser,
      variables: { input: { fullName: name, email } },
      pick: (data) => saidOf(data.inviteUser),
      said: `${isolated(name.trim())} may sign in`,
      reload: RELOAD,
      refused: setProblem,
    }).then((done) => {
      if (!done) return;
      setName('');
      setEmail('');
      setProblem(null);
    });
  };
  return (
    <Sheet title="Somebody whom the ATS does not know">
      <p className={styles.explained}>
        They sign in at your organisation’s provider, and see what their role shows. They cannot move or reject
        candidates, since the ATS is told who did it. Once it knows the address, their account there takes over.
      </p>
      <form className={styles.hours} onSubmit={submit} noValidate aria-label="Invite somebody">
        <TextField label="Full name" value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />
        <TextField
          label="E-mail address"
          type="email"
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        {problem ? (
          <p role="alert" className={styles.wrong}>
            {problem}
          </p>
        ) : null}
        <Button type="submit" disabled={busy || !name.trim() || !email.trim()}>
          Invite
        </Button>
      </form>
    </Sheet>
  );
}

function User({ access }: { readonly access: Access }) {
  const viewer = useViewer();
  const { act, busy } = useAct();
  const { user, inAts, roles, rolesGiven, grants, grantsGiven, grantsDeclared } = access;
  const name = isolated(user.name);
  /** What is being changed: it is shown as it is to be. */
  const [changing, setChanging] = useState<Role | Grant | null>(null);
  const change = (what: { role: Role } | { grant: Grant }, on: boolean, words: string) => {
    const shared = { variables: { input: { userId: user.id, ...what } }, reload: RELOAD };
    setChanging('role' in what ? what.role : what.grant);
    const done = on
      ? act({ ...shared, mutation: GiveAccess, pick: (data) => saidOf(data.giveAccess), said: `${name}: ${words}` })
      : act({
          ...shared,
          mutation: TakeAccess,
          pick: (data) => saidOf(data.takeAccess),
          said: `No longer given to ${name} here: ${words}`,
        });
    void done.finally(() => setChanging(null));
  };
  const remove = () =>
    void act({
      mutation: RemoveUser,
      variables: { input: { userId: user.id } },
      pick: (data) => saidOf(data.removeUser),
      said: `${name} may not sign in any more`,
      reload: RELOAD,
    });
  return (
    <li>
      <details>
        <summary>
          <Avatar name={user.name} />
          <strong className="cut" dir="auto">
            {user.name}
          </strong>
          <span className="faint cut">{user.email}</span>
          <span className={styles.roles}>{roles.map((role) => ROLES[role]).join(', ')}</span>
          {inAts ? null : <Status shape="waiting">Invited here</Status>}
        </summary>
        <fieldset className={styles.weekdays}>
          <legend>Roles</legend>
          {ALL_ROLES.map((role) => {
            const source = sourceOf(access, role);
            return (
              <label key={role}>
                <input
                  type="checkbox"
                  checked={roles.includes(role) !== (changing === role)}
                  disabled={busy || (source !== null && !rolesGiven.includes(role))}
                  onChange={({ target }) => change({ role }, target.checked, ROLES[role])}
                />
                {ROLES[role]}
                {source ? (
                  <span className="faint small">
                    {rolesGiven.includes(role) ? `given here, and ${source}` : source}
                  </span>
                ) : null}
              </label>
            );
          })}
        </fieldset>
        <fieldset className={styles.weekdays}>
          <legend>Grants</legend>
          {ALL_GRANTS.map((grant) => {
            const given = grantsGiven.includes(grant);
            const declared = grants.includes(grant) && grantsDeclared.includes(grant);
            const byOthers = grant === 'SEE_PRIVATE_PEOPLE' && user.id === viewer.id && !declared && !given;
            return (
              <label key={grant}>
                <input
                  type="checkbox"
                  checked={(grants.includes(grant) || given) !== (changing === grant)}
                  disabled={busy || (declared && !given) || byOthers}
                  onChange={({ target }) => change({ grant }, target.checked, GRANTS[grant])}
                />
                {GRANTS[grant]}
                {declared ? (
                  <span className="faint small">
                    {given ? 'given here, and declared by the operator' : 'declared by the operator'}
                  </span>
                ) : null}
                {byOthers ? <span className="faint small">another admin gives you that</span> : null}
              </label>
            );
          })}
        </fieldset>
        {inAts || user.id === viewer.id ? null : (
          <div className={styles.actions}>
            <Button small disabled={busy} onClick={remove} label={`Remove ${user.name}`}>
              Remove
            </Button>
          </div>
        )}
      </details>
    </li>
  );
}

function Changes() {
  const { query, rows } = useApiPages(DirectoryChanges, {}, (data) => data.directoryChanges);
  return (
    <Sheet title="Who changed what">
      {rows ? (
        <ul className={styles.granted}>
          {rows.map((change) => (
            <li key={change.id}>
              <span>
                <strong dir="auto">{change.changedBy?.name ?? 'The ATS'}</strong> {changeWords(change)}
              </span>
              <span className={styles.when}>
                <Time at={change.at} as={date} />
              </span>
            </li>
          ))}
          {rows.length === 0 ? <li className="faint">Nothing was changed here.</li> : null}
        </ul>
      ) : query.isPending ? (
        <Skeleton rows={3} label="Loading the changes" />
      ) : (
        <QueryFailure what="The changes cannot be shown" query={query} problem={query.data?.pages[0]?.problems[0]} />
      )}
      {query.hasNextPage ? (
        <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      ) : null}
    </Sheet>
  );
}
