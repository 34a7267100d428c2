// Who is signed in, and with what token. Tokens live in memory only; a reload signs in again without asking.

import { reasonOf } from '../reason';
import {
  type Attempt,
  authorizationAddress,
  finish,
  newAttempt,
  RETURN_PATH,
  refresh,
  SignInNeeded,
  type Tokens,
} from './code-flow';
import { forgetDrafts } from './drafts';
import { loadProvider, type Provider } from './provider';

export type SessionState =
  | { readonly kind: 'starting' }
  /** Nobody is signed in. */
  | { readonly kind: 'signed-out'; readonly returnTo: string; readonly problem: string | null }
  | { readonly kind: 'signed-in' }
  /** The token ended and could not be renewed: the page stays, with what is unsaved in it. */
  | { readonly kind: 'expired'; readonly problem: string | null };

/** The token has ended, and the provider does not answer: later it may. */
export class RenewalFailed extends Error {}

const RENEW_BEFORE_MS = 60_000;
const RETRY_MS = 10_000;
const ATTEMPT_KEY = 'rapport.sign-in';
const CHANNEL = 'rapport.session';

type ChannelMessage = { readonly kind: 'signed-out' } | { readonly kind: 'returned'; readonly query: string };

export class Session {
  private current: SessionState = { kind: 'starting' };
  private tokens: Tokens | null = null;
  private provider: Provider | null = null;
  private renewal: ReturnType<typeof setTimeout> | undefined;
  private renewing: Promise<void> | null = null;
  /** Counts sign-outs: what was begun before one must not undo it. */
  private generation = 0;
  /** The sign-in under way in a pop-up. */
  private popup: Attempt | null = null;
  private readonly listeners = new Set<() => void>();
  private readonly channel = new BroadcastChannel(CHANNEL);

  constructor() {
    this.channel.onmessage = ({ data }: MessageEvent<ChannelMessage>) => void this.heard(data);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly state = (): SessionState => this.current;

  /** Sign in, silently if the provider allows it. May navigate away, and then never resolves. */
  async start(): Promise<void> {
    const returned = location.pathname === RETURN_PATH;
    const attempt = returned ? takeAttempt() : null;
    if (returned && !attempt) {
      // A pop-up's sign-in: the page that opened it knows what to do with the answer.
      this.channel.postMessage({ kind: 'returned', query: location.search } satisfies ChannelMessage);
      if (window.opener) window.close();
      this.change({ kind: 'signed-out', returnTo: '/', problem: null });
      history.replaceState(null, '', '/');
      return;
    }
    // Two slashes at the beginning would name another origin.
    const here = `/${location.pathname.replace(/^[/\\]+/, '')}${location.search}`;
    const returnTo = attempt?.returnTo ?? here;
    try {
      if (!attempt) return await this.leave(returnTo, true);
      const query = location.search;
      history.replaceState(null, '', returnTo);
      this.provider = await loadProvider();
      this.signedIn(await finish(this.provider, attempt, query));
    } catch (problem) {
      const needed = problem instanceof SignInNeeded;
      this.change({ kind: 'signed-out', returnTo, problem: needed ? null : reasonOf(problem) });
    }
  }

  /** Leave for the provider's page. */
  async signIn(): Promise<void> {
    const returnTo = this.current.kind === 'signed-out' ? this.current.returnTo : '/';
    try {
      await this.leave(returnTo, false);
    } catch (problem) {
      this.change({ kind: 'signed-out', returnTo, problem: reasonOf(problem) });
    }
  }

  /** Sign in again in a pop-up, so that the page stays as it is. Call it from a click: browsers block others. */
  signInAgain(): void {
    const opened = window.open('', '_blank', 'popup,width=520,height=720');
    const attempt = newAttempt('/');
    this.popup = attempt;
    void this.addressFor(attempt, false).then(
      (address) => {
        if (opened) opened.location.href = address;
      },
      (problem) => {
        opened?.close();
        this.change({ kind: 'expired', problem: reasonOf(problem) });
      },
    );
  }

  /** Sign out here, in the other tabs, and at the provider. */
  async signOut(): Promise<void> {
    this.channel.postMessage({ kind: 'signed-out' } satisfies ChannelMessage);
    const idToken = this.tokens?.idToken;
    this.forget();
    const end = this.provider?.server.end_session_endpoint;
    if (!end) return this.change({ kind: 'signed-out', returnTo: '/', problem: null });
    const address = new URL(end);
    address.searchParams.set('post_logout_redirect_uri', `${location.origin}/`);
    if (this.provider) address.searchParams.set('client_id', this.provider.client.client_id);
    if (idToken) address.searchParams.set('id_token_hint', idToken);
    location.assign(address);
  }

  /**
   * A token that is good now, or null if nobody is signed in any more. Renews an ended one first.
   *
   * @throws RenewalFailed if the provider does not answer.
   */
  async accessToken(): Promise<string | null> {
    if (this.tokens && Date.now() >= this.tokens.expiresAt) await this.renew();
    if (this.tokens && Date.now() < this.tokens.expiresAt) return this.tokens.accessToken;
    if (this.tokens && this.current.kind === 'signed-in')
      throw new RenewalFailed('The identity provider does not answer');
    return null;
  }

  /** The gateway refused the token: get another one, or say that the session has ended. */
  async refused(token: string): Promise<void> {
    if (this.tokens?.accessToken === token) await this.renew();
  }

  private renew(): Promise<void> {
    this.renewing ??= this.renewOnce().finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  private async renewOnce(): Promise<void> {
    if (!this.tokens || !this.provider) return;
    const { generation } = this;
    try {
      const tokens = await refresh(this.provider, this.tokens);
      if (generation === this.generation) this.signedIn(tokens);
    } catch (problem) {
      if (generation !== this.generation) return;
      if (problem instanceof SignInNeeded) {
        clearTimeout(this.renewal);
        this.tokens = { ...this.tokens, refreshToken: null, expiresAt: 0 };
        this.change({ kind: 'expired', problem: null });
      } else {
        this.renewAfter(RETRY_MS);
      }
    }
  }

  private async leave(returnTo: string, silent: boolean): Promise<void> {
    const attempt = newAttempt(returnTo);
    const address = await this.addressFor(attempt, silent);
    sessionStorage.setItem(ATTEMPT_KEY, JSON.stringify(attempt));
    location.replace(address);
    await new Promise<never>(() => {});
  }

  private async addressFor(attempt: Attempt, silent: boolean): Promise<string> {
    this.provider ??= await loadProvider();
    return authorizationAddress(this.provider, attempt, silent);
  }

  private async heard(message: ChannelMessage): Promise<void> {
    if (message.kind === 'signed-out') {
      this.forget();
      this.change({ kind: 'signed-out', returnTo: '/', problem: null });
      return;
    }
    const attempt = this.popup;
    if (!attempt || !this.provider) return;
    try {
      const before = this.tokens?.subject;
      const tokens = await finish(this.provider, attempt, message.query);
      this.popup = null;
      // What is on the page is another person's: start afresh.
      if (before !== undefined && before !== tokens.subject) return location.assign('/');
      this.signedIn(tokens);
    } catch (problem) {
      // An answer to nobody's attempt, or a failed one: the strip stays, and says so.
      if (this.popup) this.change({ kind: 'expired', problem: reasonOf(problem) });
    }
  }

  private signedIn(tokens: Tokens): void {
    this.tokens = tokens;
    this.renewAfter(tokens.expiresAt - Date.now() - RENEW_BEFORE_MS);
    this.change({ kind: 'signed-in' });
  }

  private renewAfter(milliseconds: number): void {
    clearTimeout(this.renewal);
    this.renewal = setTimeout(() => void this.renew(), Math.max(1000, milliseconds));
  }

  private forget(): void {
    this.generation += 1;
    clearTimeout(this.renewal);
    this.tokens = null;
    this.popup = null;
    forgetDrafts();
  }

  private change(state: SessionState): void {
    this.current = state;
    for (const listener of this.listeners) listener();
  }
}

function takeAttempt(): Attempt | null {
  const stored = sessionStorage.getItem(ATTEMPT_KEY);
  sessionStorage.removeItem(ATTEMPT_KEY);
  return stored ? (JSON.parse(stored) as Attempt) : null;
}
