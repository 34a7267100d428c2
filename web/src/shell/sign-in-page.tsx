import type { Session } from '../session/session';
import { Button } from '../ui/button';
import styles from './sign-in-page.module.css';

export function SignInPage({ session, problem }: { readonly session: Session; readonly problem: string | null }) {
  return (
    <main className={styles.page}>
      <img src="/icon.svg" alt="" />
      <h1>Rapport</h1>
      <p>Recruiters and hiring managers hire together here.</p>
      {problem ? (
        <p className={styles.problem} role="alert">
          The sign-in did not work: {problem}
        </p>
      ) : null}
      <Button look="primary" onClick={() => void session.signIn()}>
        Sign in
      </Button>
    </main>
  );
}
