// Who is asked: how far they are, and their link.

import { useState } from 'react';
import { useSend } from '../api/context';
import { OneReview, RemindReviewers, ReplaceReviewLink } from '../api/generated';
import { reasonOf } from '../reason';
import { useAct } from '../shell/act';
import { announce } from '../shell/announcer';
import { toast, toastFailure } from '../shell/toasts';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { firstName } from '../ui/names';
import { Status } from '../ui/status';
import { clock, date, Time } from '../ui/time';
import styles from './review-screen.module.css';
import { linkState, owing } from './rules';
import type { Review, Reviewer } from './use-review';

interface ReviewerListProps {
  readonly review: Review;
  readonly onChanged: (review: Review) => void;
}

export function ReviewerList({ review, onChanged }: ReviewerListProps) {
  return (
    <ul className={styles.reviewers}>
      {review.reviewers.map((reviewer) => (
        <ReviewerRow
          key={reviewer.user?.id ?? reviewer.name}
          review={review}
          reviewer={reviewer}
          onChanged={onChanged}
        />
      ))}
    </ul>
  );
}

function ReviewerRow({ review, reviewer, onChanged }: ReviewerListProps & { readonly reviewer: Reviewer }) {
  const { act, busy } = useAct();
  const remind = useRemind(review, onChanged);
  const { user, name } = reviewer;
  const owes = owing([reviewer], review.peopleCount).length > 0;
  const link = linkState(reviewer, review.status, Date.now());
  const replace = (userId: string, sendNew: boolean) =>
    act({
      mutation: ReplaceReviewLink,
      variables: { input: { reviewId: review.id, reviewerId: userId, sendNew } },
      pick: (data) => data.replaceReviewLink,
      said: sendNew ? `${firstName(name)} gets a new link by mail` : `The link of ${firstName(name)} was revoked`,
      reload: [OneReview],
    });
  return (
    <li>
      <Avatar name={name} />
      <div className={styles.who}>
        <strong dir="auto">{name}</strong>
        <span className="faint small">
          {reviewer.lastWrittenToAt ? (
            <>
              last written to <Time at={reviewer.lastWrittenToAt} />
            </>
          ) : (
            <>
              asked <Time at={reviewer.askedAt} />
            </>
          )}
        </span>
      </div>
      <div className={styles.progress}>
        {reviewer.finishedAt ? (
          <Status shape="good">Finished</Status>
        ) : (
          <Status shape={owes ? 'waiting' : 'good'}>{`${reviewer.decided} of ${review.peopleCount}`}</Status>
        )}
        <LinkStatus reviewer={reviewer} state={link} />
      </div>
      {review.viewerCan.manage && user ? (
        <div className={styles.acts}>
          {owes ? (
            <Button small disabled={remind.busy} onClick={() => void remind.send([user.id])} label={`Remind ${name}`}>
              Remind
            </Button>
          ) : null}
          <Button
            small
            disabled={busy}
            onClick={() => void replace(user.id, true)}
            label={`Send anew: the link of ${name}`}
          >
            Send anew
          </Button>
          {link === 'works' ? (
            <Button
              small
              danger
              disabled={busy}
              onClick={() => void replace(user.id, false)}
              label={`Revoke the link of ${name}`}
            >
              Revoke
            </Button>
          ) : null}
        </div>
      ) : null}
      {remind.refused ? (
        <p role="alert" className={styles.refused}>
          {remind.refused}
        </p>
      ) : null}
    </li>
  );
}

function LinkStatus({
  reviewer,
  state,
}: {
  readonly reviewer: Reviewer;
  readonly state: ReturnType<typeof linkState>;
}) {
  switch (state) {
    case 'works':
      return <Status shape="good">{`Link works until ${date(reviewer.linkExpiresAt, Date.now())}`}</Status>;
    case 'revoked':
      return <Status shape="closed">Link revoked</Status>;
    case 'expired':
      return <Status shape="warn">Link expired</Status>;
    case 'closed':
      return null;
  }
}

/** Reminds reviewers; the refusal stays beside what was tried. */
export function useRemind(review: Review, onChanged: (review: Review) => void) {
  const send = useSend();
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<string | null>(null);
  const remind = async (reviewerIds: readonly string[]) => {
    setBusy(true);
    setRefused(null);
    try {
      const { data } = await send(RemindReviewers, {
        input: { reviewId: review.id, reviewerIds, idempotencyKey: crypto.randomUUID() },
      });
      const result = data.remindReviewers;
      if (result.__typename === 'Review') {
        const before = new Map(review.reviewers.map((each) => [each.user?.id, each.lastWrittenToAt]));
        const reached = result.reviewers.filter((each) => each.lastWrittenToAt !== before.get(each.user?.id));
        toast(`Reminded ${reached.map(({ name }) => firstName(name)).join(', ') || 'them'}`);
        onChanged(result);
      } else {
        const again =
          result.__typename === 'TooSoon' ? ` They can be reminded again from ${clock(result.againAt)}.` : '';
        const message = `Not reminded: ${result.message}.${again}`;
        setRefused(message);
        announce(message);
      }
    } catch (problem) {
      toastFailure(reasonOf(problem));
    } finally {
      setBusy(false);
    }
  };
  return { send: remind, busy, refused };
}
