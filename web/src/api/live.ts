// Subscriptions over one websocket. Each is resumed after the last change it has seen, whatever happens to the socket.

import { type Client, createClient } from 'graphql-ws';
import type { Session } from '../session/session';
import type { ApiClient } from './client';
import type { Subscription } from './operation';

export type Connection = 'connecting' | 'live' | 'offline';

export interface Follower<Change> {
  /** A change, in order, each once. */
  readonly onChange: (change: Change) => void;
  /** Changes may be missing: reload. May return the cursor of what was loaded, or a promise of it. */
  readonly onGap: () => unknown;
  /** The viewer may not see it (any more). */
  readonly onRefused?: (code: string) => void;
}

export interface WithCursor {
  readonly cursor: string;
}

/** Variables of a subscription that can go on after a cursor. */
export interface Resumable {
  readonly after?: string | null | undefined;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const PING_AFTER_MS = 20_000;
/** Without an answer to a ping for so long, nothing comes through the socket any more, though nobody closed it. */
const PONG_WITHIN_MS = 10_000;
const RELOAD = new Set(['CURSOR_EXPIRED', 'SLOW_SUBSCRIBER', 'INVALID_CURSOR']);
const FINAL = new Set(['NOT_FOUND', 'FORBIDDEN', 'INVALID_ID']);

export class Live {
  private readonly client: Client;
  private connection: Connection = 'connecting';
  private open = 0;
  /** The socket's: it stays the one it was opened with, until the gateway refuses it. */
  private token: string | null = null;
  private pong: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly session: Session,
    private readonly api: ApiClient,
  ) {
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    this.client = createClient({
      url: `${scheme}://${location.host}/graphql`,
      lazy: true,
      lazyCloseTimeout: 5_000,
      // It would repeat the first cursor: each subscription is begun anew, with its last one.
      retryAttempts: 0,
      keepAlive: PING_AFTER_MS,
      connectionParams: async () => {
        this.token = await this.currentToken();
        return { authorization: `Bearer ${this.token ?? ''}` };
      },
      on: {
        connected: () => this.change('live'),
        ping: (received) => {
          if (!received) this.pong = setTimeout(() => this.client.terminate(), PONG_WITHIN_MS);
        },
        pong: (received) => {
          if (received) clearTimeout(this.pong);
        },
        closed: () => {
          clearTimeout(this.pong);
          this.change('offline');
        },
      },
    });
    addEventListener('online', () => this.wake());
    session.subscribe(() => {
      if (session.state().kind === 'signed-in') this.wake();
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Whether changes arrive now. */
  readonly state = (): Connection =>
    this.open === 0 && this.connection === 'offline' ? 'connecting' : this.connection;

  private readonly sleepers = new Set<() => void>();

  /**
   * Follow a subscription until the returned function is called.
   *
   * @param after the cursor of the data on screen; null if it is unknown.
   * @param pick the change in a result.
   */
  follow<Result, Variables extends Resumable, Change extends WithCursor>(
    operation: Subscription<Result, Variables>,
    variables: Omit<Variables, 'after'>,
    after: string | null,
    pick: (result: Result) => Change,
    follower: Follower<Change>,
  ): () => void {
    let stopped = false;
    let cancel = () => {};
    const stop = () => {
      if (stopped) return;
      stopped = true;
      this.open -= 1;
      cancel();
    };

    const run = async () => {
      let cursor = after;
      let pause = FIRST_PAUSE_MS;
      let query: string | undefined;
      while (!stopped) {
        const seen = cursor;
        const ended = await new Promise<string>((resolve) => {
          cancel = this.client.subscribe<Result>(
            {
              operationName: operation.name,
              variables: { ...variables, after: cursor },
              extensions: { persistedQuery: { version: 1, sha256Hash: operation.hash } },
              query: query ?? '',
            },
            {
              next: (message) => {
                const code = message.errors?.[0]?.extensions?.code;
                if (!message.data) return resolve(typeof code === 'string' ? code : 'INTERNAL');
                const change = pick(message.data);
                cursor = change.cursor;
                pause = FIRST_PAUSE_MS;
                if (!stopped) follower.onChange(change);
              },
              error: (problem) => resolve(codeOf(problem)),
              complete: () => resolve('COMPLETE'),
            },
          );
        });
        if (stopped) return;
        if (ended === 'PERSISTED_QUERY_NOT_FOUND' && query === undefined) {
          query = await this.api.text(operation.hash).catch(() => undefined);
          if (query !== undefined) continue;
        }
        if (FINAL.has(ended)) {
          follower.onRefused?.(ended);
          return stop();
        }
        // Only the first attempt after something came is made at once.
        const atOnce = ended === 'UNAUTHENTICATED' && (await this.reconnected()) && pause === FIRST_PAUSE_MS;
        if (!atOnce) await this.sleep(pause);
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2) * (0.75 + Math.random() / 2);
        // Without a cursor, nobody knows what happened meanwhile.
        const lost = RELOAD.has(ended) || (seen === null && cursor === null);
        if (lost && !stopped) {
          const loaded = await follower.onGap();
          cursor = typeof loaded === 'string' ? loaded : null;
        }
      }
    };

    this.open += 1;
    void run();
    return stop;
  }

  /** The socket's token has ended: close the socket if there is a newer one, so that the next one is opened with it. */
  private async reconnected(): Promise<boolean> {
    const used = this.token;
    if (used !== null) await this.session.refused(used);
    const current = await this.currentToken();
    if (current === null || current === used) return false;
    // Of several subscriptions that end together, the first closes the socket.
    if (this.token === used) {
      this.token = null;
      this.client.terminate();
    }
    return true;
  }

  /** Null as well if the provider does not answer now: the next attempt asks again. */
  private currentToken(): Promise<string | null> {
    return this.session.accessToken().catch(() => null);
  }

  private sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(wake, milliseconds);
      const sleepers = this.sleepers;
      function wake() {
        clearTimeout(timer);
        sleepers.delete(wake);
        resolve();
      }
      sleepers.add(wake);
    });
  }

  private wake(): void {
    for (const wake of [...this.sleepers]) wake();
  }

  private change(connection: Connection): void {
    this.connection = connection;
    for (const listener of this.listeners) listener();
  }
}

function codeOf(problem: unknown): string {
  if (Array.isArray(problem)) return problem[0]?.extensions?.code ?? 'INTERNAL';
  if (problem && typeof problem === 'object' && 'code' in problem && problem.code === 4401) return 'UNAUTHENTICATED';
  return 'DISCONNECTED';
}
