// What can go wrong between the app and the API.

/** One error of an answer: which part failed, and why. */
export interface Problem {
  readonly message: string;
  readonly code: string;
  /** The field that failed, as in `job.funnel`; empty for the whole operation. */
  readonly path: string;
  /** What of the input was refused, as in `filter.all.0.project`; empty if it was not the input. */
  readonly inputs: readonly string[];
  /** Finds the request in the traces. */
  readonly traceId: string | null;
}

/** The operation gave nothing. */
export class ApiError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems[0]?.message ?? 'The request failed');
    this.problems = problems;
  }

  get code(): string {
    return this.problems[0]?.code ?? 'INTERNAL';
  }

  get traceId(): string | null {
    return this.problems.find((problem) => problem.traceId)?.traceId ?? null;
  }
}

/** The gateway could not be reached: it is unknown whether a mutation was carried out. */
export class Unreachable extends Error {}

interface WireError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: {
    readonly code?: string;
    readonly traceId?: string;
    readonly problems?: readonly { readonly path: string }[];
  };
}

export function problemsOf(errors: readonly WireError[] | undefined, traceId: string | null): Problem[] {
  return (errors ?? []).map((error) => ({
    message: error.message,
    code: error.extensions?.code ?? 'INTERNAL',
    path: (error.path ?? []).filter((part) => typeof part === 'string').join('.'),
    inputs: (error.extensions?.problems ?? []).map(({ path }) => path),
    traceId: error.extensions?.traceId ?? traceId,
  }));
}
