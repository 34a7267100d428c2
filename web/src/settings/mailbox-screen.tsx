import { useApiQuery } from '../api/context';
import { GrantSending, Grants, RevokeSending, type Role } from '../api/generated';
import { useAct } from '../shell/act';
import { QueryFailure } from '../shell/query-failure';
import { UserFinder } from '../shell/user-finder';
import { useViewer } from '../shell/viewer';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { Skeleton } from '../ui/region';
import { Sheet } from '../ui/sheet';
import { date, Time } from '../ui/time';
import { SettingsPage } from './parts';
import styles from './screen.module.css';

const ROLES: Record<Role, string> = {
  ADMIN: 'Every admin',
  RECRUITER: 'Every recruiter',
  SOURCER: 'Every sourcer',
  COORDINATOR: 'Every coordinator',
  HIRING_MANAGER: 'Every hiring manager',
  INTERVIEWER: 'Every interviewer',
  EXECUTIVE: 'Every executive',
};
const OFFERED: readonly Role[] = ['RECRUITER', 'SOURCER', 'COORDINATOR'];

export function MailboxScreen() {
  const viewer = useViewer();
  const { act } = useAct();
  const grants = useApiQuery(Grants, {});
  const allow = async (whom: string, input: { userId: string } | { role: Role }) => {
    await act({
      mutation: GrantSending,
      variables: { input },
      pick: (data) => data.grantSending,
      said: `${whom} may send from your mailbox`,
      reload: [Grants],
    });
  };
  const revoke = (whom: string, grantId: string) =>
    act({
      mutation: RevokeSending,
      variables: { input: { grantId } },
      pick: (data) => data.revokeSending,
      said: `${whom} may no longer send from your mailbox`,
      reload: [Grants],
    });

  const all = grants.data?.data.sendingGrants;
  const mine = all?.filter((grant) => grant.grantedBy?.id === viewer.id);
  const theirs = all?.filter((grant) => grant.grantedBy?.id !== viewer.id);
  const roles = OFFERED.filter((role) => !mine?.some((grant) => grant.role === role));

  return (
    <SettingsPage>
      {!mine ? (
        grants.isPending ? (
          <Skeleton rows={4} label="Loading permissions" />
        ) : (
          <QueryFailure what="The permissions cannot be shown" query={grants} problem={grants.data?.problems[0]} />
        )
      ) : (
        <>
          <Sheet title="Who may send from your mailbox">
            <p className={styles.explained}>
              Messages that they write go out as yours, and the replies come to you. Taking a permission back stops
              everything that has not gone out yet.
            </p>
            <ul className={styles.granted}>
              {mine.map((grant) => {
                const whom = grant.user?.name ?? (grant.role ? ROLES[grant.role] : 'Somebody');
                return (
                  <li key={grant.id}>
                    {grant.user ? <Avatar name={grant.user.name} /> : null}
                    <strong dir="auto">{whom}</strong>
                    <span className={styles.when}>
                      since <Time at={grant.grantedAt} as={date} />
                    </span>
                    <Button small onClick={() => void revoke(whom, grant.id)} label={`Revoke: ${whom}`}>
                      Revoke
                    </Button>
                  </li>
                );
              })}
              {mine.length === 0 ? <li className="faint">Nobody but you.</li> : null}
            </ul>
            <UserFinder
              label="Allow a colleague"
              offered={({ id }) => id !== viewer.id && !mine.some((grant) => grant.user?.id === id)}
              onChoose={(user) => void allow(user.name, { userId: user.id })}
            />
            <div className={styles.actions}>
              {roles.map((role) => (
                <Button key={role} onClick={() => void allow(ROLES[role], { role })}>
                  Allow {ROLES[role].toLocaleLowerCase()}
                </Button>
              ))}
            </div>
          </Sheet>
          {theirs && theirs.length > 0 ? (
            <Sheet title="Whose mailbox you may send from">
              <ul className={styles.granted}>
                {theirs.map((grant) => (
                  <li key={grant.id}>
                    <Avatar name={grant.grantedBy?.name ?? '?'} />
                    <strong dir="auto">{grant.grantedBy?.name}</strong>
                    {grant.role ? <span className="faint">{ROLES[grant.role]} may</span> : null}
                    <span className={styles.when}>
                      since <Time at={grant.grantedAt} as={date} />
                    </span>
                  </li>
                ))}
              </ul>
            </Sheet>
          ) : null}
        </>
      )}
    </SettingsPage>
  );
}
