// A person's applications: which one is shown, and how each stands in words.

import type { ApplicationAction, PersonApplicationFragment, PersonInFullQuery } from '../api/generated';
import type { Disputed } from '../board/parts';
import { date } from '../ui/time';

type InFull = NonNullable<PersonInFullQuery['person']>['applications'][number];

/** What may be done with it, and the mail of its rejection, are known only where somebody can do something about them. */
export type Application = PersonApplicationFragment & Partial<Pick<InFull, 'actions' | 'rejectionMail'>>;

const DAY_MS = 86_400_000;

/** The application to show: the one asked for, else the one under way, else the most recent. */
export function chosen(applications: readonly Application[], wanted: string | null): Application | null {
  return (
    applications.find((application) => application.id === wanted) ??
    applications.find((application) => application.status === 'ACTIVE') ??
    applications[0] ??
    null
  );
}

type Standing = Pick<Application, 'status' | 'closedAt'> & { readonly stage: { readonly name: string } };

/** Where it stands, in a few words. */
export function standing({ status, stage, closedAt }: Standing, now: number): string {
  const when = closedAt ? `, ${date(closedAt, now)}` : '';
  switch (status) {
    case 'ACTIVE':
      return `Active · ${stage.name}`;
    case 'HIRED':
      return `Hired${when}`;
    case 'REJECTED':
      return `Rejected${when}`;
    case 'WITHDRAWN':
      return `Withdrawn${when}`;
  }
}

/** What the ATS and Rapport may disagree about, as a card has it. */
export function disputed({ stage, sync }: Application): Disputed {
  return {
    stageId: stage.id,
    sync: sync.state,
    atsStageId: sync.atsStage?.id ?? null,
    syncReason: sync.reason,
    refusedAction: sync.refusedAction,
  };
}

/** Whether the viewer may do something to it now. */
export function may({ actions }: Pick<Application, 'actions'>, action: ApplicationAction): boolean {
  return actions?.some((each) => each.action === action && each.reason === null) ?? false;
}

/** Whole days of 24 hours in the stage it is in. */
export function daysInStage({ stageEnteredAt }: Application, now: number): number {
  return Math.max(0, Math.floor((now - Date.parse(stageEnteredAt)) / DAY_MS));
}
