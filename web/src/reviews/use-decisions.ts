// Deciding: every verdict shows at once, is saved in the order given, and none overwrites one that was not seen.

import { useEffect, useRef, useState } from 'react';
import { useSend } from '../api/context';
import { FinishReview, GiveVerdict, type NoteVisibility, TakeBackVerdict, type Verdict } from '../api/generated';
import { reasonOf } from '../reason';
import { announce } from '../shell/announcer';
import { toast, toastFailure } from '../shell/toasts';
import {
  charactersLeft,
  cleaned,
  type Draft,
  type Entry,
  entryOf,
  isStale,
  isUnsaved,
  LONGEST_NOTE,
  nextPlace,
  type Said,
  same,
} from './decide';
import { readDraft, writeDraft } from './drafts';
import { VERDICT_WORDS } from './rules';
import type { Item, Review, useReview } from './use-review';

const UNDO_MS = 6_000;

/** What was wished of the server; without a verdict, to take it back. */
interface Wish extends Entry {
  readonly verdict: Verdict | null;
  readonly failed: boolean;
  readonly key: string;
  /** What was sent as the version that was seen; set with the first attempt, and the same in every repetition. */
  readonly expected?: number | null;
}

/** A verdict that was given elsewhere meanwhile, and what was wished here. */
export interface Conflict {
  readonly current: (Said & { readonly givenAt: string }) | null;
  readonly mine: { readonly verdict: Verdict | null } & Entry;
}

interface Given {
  readonly verdict: Verdict;
  readonly note: string | null;
  readonly visibility: NoteVisibility;
  readonly version: number;
  readonly givenAt: string;
}

export type Decisions = ReturnType<typeof useDecisions>;

export function useDecisions(
  { show, current, reload }: ReturnType<typeof useReview>,
  review: Review,
  viewerId: string,
) {
  const send = useSend();
  const [wishes, setWishes] = useState<ReadonlyMap<string, Wish>>(new Map());
  const [conflicts, setConflicts] = useState<ReadonlyMap<string, Conflict>>(new Map());
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const [drafts, setDrafts] = useState<ReadonlyMap<string, Draft>>(() => draftsOf(review));
  const [finishing, setFinishing] = useState(false);
  const queue = useRef<Promise<void>>(Promise.resolve());
  const latest = useRef({ wishes, drafts, conflicts });
  latest.current = { wishes, drafts, conflicts };
  const undoable = useRef<(() => void) | null>(null);

  const at = (place: number) => review.items[place - 1] as Item;
  const saidOf = (personId: string, of: Review = review): Said | null => {
    const item = of.items.find((each) => each.personId === personId);
    const mine = item?.verdicts.find(({ reviewer }) => reviewer?.id === viewerId);
    return mine ? { ...mine, note: mine.note ?? '' } : null;
  };
  const newest = (personId: string) => saidOf(personId, current() ?? review);

  const setDraft = (personId: string, draft: Draft | undefined) => {
    writeDraft(review.id, personId, draft);
    const next = change(latest.current.drafts, personId, draft);
    latest.current = { ...latest.current, drafts: next };
    setDrafts(next);
  };
  const setWish = (personId: string, wish: Wish | undefined) => {
    const next = change(latest.current.wishes, personId, wish);
    latest.current = { ...latest.current, wishes: next };
    setWishes(next);
  };
  const setProblem = (personId: string, problem: string | undefined) =>
    setProblems((old) => change(old, personId, problem));
  const setConflict = (personId: string, conflict: Conflict | undefined) =>
    setConflicts((old) => change(old, personId, conflict));

  /** One at a time, in the order given: a slow answer cannot overtake a later verdict. */
  const say = (item: Item, wish: Wish, seen: number | null | undefined, undoes: boolean) => {
    setProblem(item.personId, undefined);
    setConflict(item.personId, undefined);
    setWish(item.personId, wish);
    queue.current = queue.current.then(() => save(item, wish, seen, undoes));
  };

  const save = async (item: Item, wish: Wish, seen: number | null | undefined, undoes: boolean) => {
    const { personId } = item;
    if (latest.current.wishes.get(personId)?.key !== wish.key) return; // a later one goes instead
    const before = newest(personId);
    const draft = latest.current.drafts.get(personId);
    const now = seen !== undefined ? seen : draft ? draft.version : (before?.version ?? null);
    const expected = wish.expected === undefined ? now : wish.expected;
    setWish(personId, { ...wish, expected });
    const whom = { reviewId: review.id, personId, idempotencyKey: wish.key };
    try {
      const result =
        wish.verdict === null
          ? (await send(TakeBackVerdict, { input: { ...whom, expectedVersion: expected ?? 0 } })).data.takeBackVerdict
          : (
              await send(GiveVerdict, {
                input: {
                  ...whom,
                  verdict: wish.verdict,
                  note: wish.note,
                  visibility: wish.visibility,
                  expectedVersion: expected,
                },
              })
            ).data.giveVerdict;
      const superseded = latest.current.wishes.get(personId)?.key !== wish.key;
      if (!superseded) setWish(personId, undefined);
      if (result.__typename === 'Review') {
        show(result);
        saved(item, wish, before, saidOf(personId, result), undoes);
      } else if (result.__typename === 'VerdictConflict') {
        differ(item, wish, result.current);
      } else {
        setProblem(personId, `Not saved: ${result.message}.`);
        toastFailure(`Not saved: ${item.profile.name}. ${result.message}.`);
        reload();
      }
    } catch (problem) {
      setWish(personId, { ...wish, failed: true });
      toastFailure(`Not saved: ${item.profile.name}. ${reasonOf(problem)}`);
    }
  };

  const saved = (item: Item, wish: Wish, before: Said | null, after: Said | null, undoes: boolean) => {
    const draft = latest.current.drafts.get(item.personId);
    if (draft) {
      // The note of a verdict that was taken back is in the field, and nowhere else.
      const keeps = after ? !same(after, draft) : cleaned(draft.note) !== '';
      setDraft(item.personId, keeps ? { ...draft, version: after?.version ?? null } : undefined);
    }
    const words = after
      ? `Saved: ${item.profile.name} · ${VERDICT_WORDS[after.verdict]}`
      : `Taken back: ${item.profile.name}`;
    const changed = before?.version !== after?.version;
    if (undoes || !changed) {
      toast(words);
    } else {
      const undo = () => {
        undoable.current = null;
        const back = before ?? { verdict: null, note: '', visibility: wish.visibility };
        if (before) setDraft(item.personId, undefined);
        else if (cleaned(wish.note)) setDraft(item.personId, { ...wish, version: after?.version ?? null });
        say(
          item,
          { ...entryFrom(back), verdict: back.verdict, failed: false, key: crypto.randomUUID() },
          after?.version ?? null,
          true,
        );
      };
      undoable.current = undo;
      setTimeout(() => {
        if (undoable.current === undo) undoable.current = null;
      }, UNDO_MS);
      toast(words, undo);
    }
    announce(words);
  };

  const differ = (item: Item, wish: Wish, given: Given | null) => {
    setConflict(item.personId, {
      current: given ? { ...given, note: given.note ?? '' } : null,
      mine: { verdict: wish.verdict, note: wish.note, visibility: wish.visibility },
    });
    setDraft(item.personId, { note: wish.note, visibility: wish.visibility, version: given?.version ?? null });
    toastFailure(`Not saved: ${item.profile.name}. You gave a newer verdict elsewhere.`);
    reload();
  };

  const wish = (personId: string, verdict: Verdict | null): Wish => {
    const { note, visibility } = entryOf(newest(personId), latest.current.drafts.get(personId));
    return { verdict, note: cleaned(note), visibility, failed: false, key: crypto.randomUUID() };
  };
  const verdictOf = (personId: string): Verdict | null => {
    const wished = wishes.get(personId);
    return wished ? wished.verdict : (saidOf(personId)?.verdict ?? null);
  };
  const isTooLong = (personId: string) =>
    charactersLeft(entryOf(newest(personId), latest.current.drafts.get(personId)).note) < 0;
  const refuseTooLong = (personId: string): boolean => {
    const refused = isTooLong(personId);
    if (refused) {
      const most = LONGEST_NOTE.toLocaleString('en');
      setProblem(
        personId,
        `The note is too long to be saved: at most ${most} characters. Nothing is lost; please shorten it.`,
      );
    }
    return refused;
  };
  const decided = review.items.map(({ personId }) => verdictOf(personId) !== null);

  /** Whether nothing is under way; leaving the page warns otherwise. */
  const busy = wishes.size > 0;
  const unsaved = review.items.some(
    ({ personId }) => saidOf(personId) && isUnsaved(saidOf(personId), drafts.get(personId)),
  );
  useEffect(() => {
    if (!busy && !unsaved) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [busy, unsaved]);

  return {
    decided,
    finishing,
    busy,
    said: (personId: string) => saidOf(personId),
    verdict: verdictOf,
    wish: (personId: string) => wishes.get(personId),
    problem: (personId: string) => problems.get(personId),
    draft: (personId: string) => drafts.get(personId),
    /** A conflict that the server said, or a draft that was typed beside an older verdict. */
    conflict: (item: Item): Conflict | undefined => {
      const told = conflicts.get(item.personId);
      if (told || wishes.has(item.personId)) return told;
      const draft = drafts.get(item.personId);
      const said = item.verdicts.find(({ reviewer }) => reviewer?.id === viewerId);
      if (!draft || !said || !isStale(saidOf(item.personId), draft)) return undefined;
      return { current: { ...said, note: said.note ?? '' }, mine: { ...draft, verdict: said.verdict } };
    },
    type: (personId: string, changed: Partial<Entry>) => {
      const said = saidOf(personId);
      const draft = drafts.get(personId);
      const version = draft ? draft.version : (said?.version ?? null);
      const next = { ...entryOf(said, draft), ...changed, version };
      setDraft(personId, isUnsaved(said, next) ? next : undefined);
    },
    /** Decide, and where to go then; null to stay, because the note is too long. */
    decide: (place: number, verdict: Verdict): number | 'summary' | null => {
      const item = at(place);
      if (!review.viewerCan.decide) return null;
      if (refuseTooLong(item.personId)) return null;
      say(item, wish(item.personId, verdict), undefined, false);
      return nextPlace(
        decided.map((done, index) => done || index === place - 1),
        place,
      );
    },
    /** A note that was changed after the verdict belongs to that verdict, and is not left behind. */
    keep: (place: number) => {
      const { personId } = at(place);
      const said = newest(personId);
      const draft = latest.current.drafts.get(personId);
      if (!review.viewerCan.decide || !said || !isUnsaved(said, draft) || isTooLong(personId)) return;
      if (latest.current.conflicts.has(personId) || latest.current.wishes.has(personId) || isStale(said, draft)) return;
      say(at(place), wish(personId, said.verdict), undefined, false);
    },
    /** Save the note with the verdict that is there. */
    saveNote: (item: Item) => {
      const said = newest(item.personId);
      if (said && !refuseTooLong(item.personId)) say(item, wish(item.personId, said.verdict), undefined, false);
    },
    takeBack: (item: Item) => {
      const said = newest(item.personId);
      if (!said) return;
      const { note, visibility } = entryOf(said, latest.current.drafts.get(item.personId));
      if (cleaned(note)) setDraft(item.personId, { note, visibility, version: said.version });
      say(item, wish(item.personId, null), said.version, false);
    },
    retry: (item: Item) => {
      const failed = wishes.get(item.personId);
      // Under the same key: if it was saved all the same, it is not saved twice.
      if (failed) say(item, { ...failed, failed: false }, undefined, false);
    },
    replace: (item: Item, conflict: Conflict) => {
      const verdict = conflict.mine.verdict;
      const mine = { ...wish(item.personId, verdict) };
      say(item, mine, conflict.current?.version ?? null, false);
    },
    keepNewer: (item: Item) => {
      setConflict(item.personId, undefined);
      setDraft(item.personId, undefined);
    },
    undo: () => undoable.current?.(),
    finish: async () => {
      setFinishing(true);
      try {
        await queue.current;
        const { data } = await send(FinishReview, { input: { reviewId: review.id } });
        const result = data.finishReview;
        if (result.__typename === 'Review') {
          show(result);
          toast('You have finished. Thank you!');
        } else {
          toastFailure(result.message);
          reload();
        }
      } catch (problem) {
        toastFailure(reasonOf(problem));
      } finally {
        setFinishing(false);
      }
    },
    /** What was typed and could not be saved, with whom it is about. */
    typed: (): { item: Item; note: string }[] =>
      review.items.flatMap((item) => {
        const draft = drafts.get(item.personId);
        const lost = wishes.get(item.personId);
        const note = draft?.note ?? lost?.note ?? '';
        const said = saidOf(item.personId);
        return cleaned(note) !== '' && cleaned(note) !== cleaned(said?.note ?? '') ? [{ item, note }] : [];
      }),
  };
}

function entryFrom({ note, visibility }: Entry): Entry {
  return { note, visibility };
}

function draftsOf(review: Review): ReadonlyMap<string, Draft> {
  const found = new Map<string, Draft>();
  for (const { personId } of review.items) {
    const draft = readDraft(review.id, personId);
    if (draft) found.set(personId, draft);
  }
  return found;
}

function change<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value | undefined,
): ReadonlyMap<string, Value> {
  const next = new Map(map);
  if (value === undefined) next.delete(key);
  else next.set(key, value);
  return next;
}
