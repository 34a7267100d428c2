// Which of the steps of an import are there, and what is said of where it stands. Pure.

import type { ImportField, ImportFieldsFragment, ImportOutcome, ImportState } from '../api/generated';
import type { Step } from './search';

export type Import = ImportFieldsFragment;

/** The step that an import waits in. */
const STEP_OF: Record<ImportState, Step> = {
  RECEIVING: 'columns',
  READING: 'columns',
  MAPPING: 'columns',
  FAILED: 'columns',
  CHECKING: 'check',
  CHECKED: 'check',
  RUNNING: 'run',
  DONE: 'run',
  UNDOING: 'run',
  UNDONE: 'run',
};

const REACHED: Record<ImportState, readonly Step[]> = {
  RECEIVING: ['columns'],
  READING: ['columns'],
  MAPPING: ['columns'],
  FAILED: ['columns'],
  CHECKING: ['check'],
  CHECKED: ['columns', 'check'],
  RUNNING: ['run'],
  DONE: ['check', 'run'],
  UNDOING: ['run'],
  UNDONE: ['run'],
};

/** The steps that can be looked at. */
export function stepsOf(state: ImportState): readonly Step[] {
  return REACHED[state];
}

/** The step to show: the wanted one, if it is there. */
export function shownStep(wanted: Step | undefined, state: ImportState): Step {
  return wanted && REACHED[state].includes(wanted) ? wanted : STEP_OF[state];
}

export const STATES: Record<ImportState, string> = {
  RECEIVING: 'File expected',
  READING: 'Reading the file',
  MAPPING: 'Columns to be mapped',
  CHECKING: 'Dry run under way',
  CHECKED: 'Checked',
  RUNNING: 'Importing',
  DONE: 'Imported',
  FAILED: 'Not readable',
  UNDOING: 'Being undone',
  UNDONE: 'Undone',
};

export const FIELDS: Record<ImportField, string> = {
  FIRST_NAME: 'First name',
  LAST_NAME: 'Last name',
  NAME: 'Whole name',
  EMAIL: 'Mail address',
  PHONE: 'Telephone',
  LINK: 'Profile or page on the web',
  TITLE: 'Title',
  COMPANY: 'Company',
  LOCATION: 'Location',
  TAGS: 'Tags',
  NOTE: 'Note',
  ADDED_ON: 'Known since',
};

export const OUTCOMES: Record<ImportOutcome, string> = {
  NEW: 'New',
  KNOWN: 'Known, nothing changes',
  CHANGED: 'Known, something is added',
  REPEATED: 'Repeats an earlier row',
  REFUSED: 'Refused',
};

/** How many rows can be imported: checked, without a problem, not imported yet. */
export function importable({ counts }: Pick<Import, 'counts'>): number {
  return counts.new + counts.known + counts.changed + counts.repeated - counts.applied;
}

/** The newer one of two of the same import. */
export function newer(one: Import | null, other: Import | null): Import | null {
  if (!one || !other) return one ?? other;
  return one.version >= other.version ? one : other;
}

/** Fields of a row as they are sent: without empty ones behind the last column. */
export function sentCells(cells: readonly string[], columns: number): string[] {
  const kept = [...cells];
  while (kept.length > columns && kept.at(-1)?.trim() === '') kept.pop();
  return kept;
}

/** Fields of a row for each column, and those that belong to none. */
export function editedCells(cells: readonly string[], columns: number): string[] {
  return Array.from({ length: Math.max(cells.length, columns) }, (_, at) => cells[at] ?? '');
}
