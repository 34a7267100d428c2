import { ApiError, type Problem } from '../api/errors';
import { Failure } from '../ui/region';

interface QueryFailureProps {
  readonly what: string;
  readonly query: { readonly error: Error | null; readonly refetch: () => unknown };
  /** What the answer says of the part that failed, if there is an answer. */
  readonly problem?: Problem | null | undefined;
}

/** Instead of what could not be loaded: what and why, the trace, and another attempt. */
export function QueryFailure({ what, query, problem }: QueryFailureProps) {
  const traceId = problem?.traceId ?? (query.error instanceof ApiError ? query.error.traceId : null);
  return (
    <Failure
      what={what}
      reason={problem?.message ?? query.error?.message ?? ''}
      traceId={traceId}
      onRetry={() => void query.refetch()}
    />
  );
}
