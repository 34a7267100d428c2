import { useCallback } from 'react';
import type { Answer } from '../api/client';
import { useApiQuery, useLive, useServices } from '../api/context';
import { OneReview, type OneReviewQuery, ReviewChanged, Reviews, type WholeReviewFragment } from '../api/generated';
import { loadPreferences } from '../settings/preferences';
import { announceOthers } from '../shell/announcer';
import { useViewer } from '../shell/viewer';

export type Review = WholeReviewFragment;
export type Item = Review['items'][number];
export type Reviewer = Review['reviewers'][number];
export type SaidByOne = Item['verdicts'][number];

/** A review as it is now: verdicts and amendments arrive in place. */
export function useReview(id: string) {
  const viewer = useViewer();
  const { cache } = useServices();
  const query = useApiQuery(OneReview, { id });
  const review = query.data?.data.review ?? null;
  const reload = useCallback(() => {
    void cache.invalidateQueries({ queryKey: [OneReview.name, { id }] });
  }, [cache, id]);
  useLive(ReviewChanged, review ? { review: id } : null, query.data?.data.cursor ?? null, (r) => r.reviewChanged, {
    onChange: ({ actor }) => {
      reload();
      if (actor.user?.id !== viewer.id && loadPreferences().announceOthers) announceOthers();
    },
    onGap: reload,
  });

  /** Show what a mutation answered. */
  const show = useCallback(
    (changed: Review) => {
      cache.setQueryData<Answer<OneReviewQuery>>([OneReview.name, { id }], (old) =>
        old && (old.data.review?.version ?? 0) <= changed.version
          ? { ...old, data: { ...old.data, review: changed } }
          : old,
      );
      void cache.invalidateQueries({ queryKey: [Reviews.name] });
    },
    [cache, id],
  );
  /** As the cache has it at this moment, which may be newer than what is drawn. */
  const current = useCallback(
    () => cache.getQueryData<Answer<OneReviewQuery>>([OneReview.name, { id }])?.data.review ?? null,
    [cache, id],
  );
  return { query, review, reload, show, current };
}
