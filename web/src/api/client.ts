// Queries and mutations over HTTP. A document is sent by its hash; its text only if the gateway does not know it.

import { reasonOf } from '../reason';
import type { Session } from '../session/session';
import documentsUrl from './documents.json?url';
import { ApiError, type Problem, problemsOf, Unreachable } from './errors';
import type { Operation } from './operation';

/** What an operation gave: parts that failed are null in `data`, and named in `problems`. */
export interface Answer<Result> {
  readonly data: Result;
  readonly problems: readonly Problem[];
}

interface Options {
  readonly signal?: AbortSignal;
}

export class ApiClient {
  private texts: Promise<Record<string, string>> | null = null;

  constructor(private readonly session: Session) {}

  /**
   * Send an operation.
   *
   * @throws ApiError if it gave nothing, with what the gateway says.
   * @throws Unreachable if the gateway could not be reached or did not answer.
   */
  async send<Result, Variables>(
    operation: Operation<'query' | 'mutation', Result, Variables>,
    variables: Variables,
    options: Options = {},
  ): Promise<Answer<Result>> {
    const token = await this.token();
    if (token === null) throw new ApiError([ended]);
    const first = await this.post(operation, variables, token, options);
    if (first.status !== 401) return first.answer();
    await this.session.refused(token);
    const another = await this.token();
    if (another === null) throw new ApiError([ended]);
    return (await this.post(operation, variables, another, options)).answer();
  }

  /**
   * Send a file, or fetch one, beside the API: with the same token, and once more if that has just ended.
   *
   * @throws ApiError if it was refused, with what the gateway says.
   * @throws Unreachable if the gateway could not be reached.
   */
  async file(path: string, body?: Blob): Promise<Blob> {
    const token = await this.token();
    if (token === null) throw new ApiError([ended]);
    const first = await this.fileOnce(path, token, body);
    if (first.status !== 401) return contentOf(first);
    await this.session.refused(token);
    const another = await this.token();
    if (another === null) throw new ApiError([ended]);
    return contentOf(await this.fileOnce(path, another, body));
  }

  private async fileOnce(path: string, token: string, body: Blob | undefined): Promise<Response> {
    try {
      return await fetch(path, {
        method: body ? 'POST' : 'GET',
        headers: { authorization: `Bearer ${token}` },
        credentials: 'omit',
        ...(body ? { body } : {}),
      });
    } catch {
      throw new Unreachable('Rapport cannot be reached');
    }
  }

  /** The text of a document, for a gateway that does not know it by its hash. */
  async text(hash: string): Promise<string | undefined> {
    this.texts ??= this.loadTexts();
    return (await this.texts)[hash];
  }

  private async loadTexts(): Promise<Record<string, string>> {
    try {
      const response = await fetch(documentsUrl);
      if (!response.ok) throw new Unreachable(`status ${response.status}`);
      return await response.json();
    } catch {
      this.texts = null;
      throw new Unreachable('Rapport cannot be reached');
    }
  }

  private async token(): Promise<string | null> {
    try {
      return await this.session.accessToken();
    } catch (problem) {
      throw new Unreachable(reasonOf(problem));
    }
  }

  private async post<Result, Variables>(
    operation: Operation<'query' | 'mutation', Result, Variables>,
    variables: Variables,
    token: string,
    options: Options,
  ): Promise<Reply<Result>> {
    const reply = await this.postOnce<Result>(operation, variables, token, undefined, options);
    if (!reply.unknownDocument) return reply;
    return this.postOnce<Result>(operation, variables, token, await this.text(operation.hash), options);
  }

  private async postOnce<Result>(
    operation: Operation<'query' | 'mutation', unknown, unknown>,
    variables: unknown,
    token: string,
    query: string | undefined,
    { signal }: Options,
  ): Promise<Reply<Result>> {
    const extensions = { persistedQuery: { version: 1, sha256Hash: operation.hash } };
    try {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
        },
        body: JSON.stringify({ query, variables, operationName: operation.name, extensions }),
        credentials: 'omit',
        ...(signal ? { signal } : {}),
      });
      const body = response.headers.get('content-type')?.includes('json') ? await response.json() : {};
      return new Reply<Result>(response.status, response.headers.get('Trace-Id'), body);
    } catch (problem) {
      if (signal?.aborted) throw problem;
      throw new Unreachable('Rapport cannot be reached');
    }
  }
}

async function contentOf(response: Response): Promise<Blob> {
  if (response.ok) return response.blob();
  const said: unknown = await response.json().catch(() => null);
  const message =
    said && typeof said === 'object' && 'error' in said ? String(said.error) : `status ${response.status}`;
  throw new ApiError([
    { message, code: 'BAD_REQUEST', path: '', inputs: [], traceId: response.headers.get('Trace-Id') },
  ]);
}

const ended: Problem = { message: 'You are signed out', code: 'UNAUTHENTICATED', path: '', inputs: [], traceId: null };

class Reply<Result> {
  constructor(
    readonly status: number,
    private readonly traceId: string | null,
    private readonly body: { readonly data?: Result | null; readonly errors?: Parameters<typeof problemsOf>[0] },
  ) {}

  get unknownDocument(): boolean {
    return this.body.errors?.[0]?.extensions?.code === 'PERSISTED_QUERY_NOT_FOUND';
  }

  answer(): Answer<Result> {
    const problems = problemsOf(this.body.errors, this.traceId);
    if (this.body.data) return { data: this.body.data, problems };
    if (problems.length > 0) throw new ApiError(problems);
    if (this.status >= 502) throw new Unreachable(`Rapport does not answer (status ${this.status})`);
    throw new ApiError([
      {
        message: `The request failed (status ${this.status})`,
        code: 'INTERNAL',
        path: '',
        inputs: [],
        traceId: this.traceId,
      },
    ]);
  }
}
