// Which of the people who were found are chosen: some of them, or all but some. No React.

export type Selection =
  | { readonly all: false; readonly ids: ReadonlySet<string> }
  | { readonly all: true; readonly but: ReadonlySet<string> };

export const NOBODY: Selection = { all: false, ids: new Set() };
export const EVERYBODY: Selection = { all: true, but: new Set() };

export function isChosen(selection: Selection, id: string): boolean {
  return selection.all ? !selection.but.has(id) : selection.ids.has(id);
}

/** Choose people, or not any more. */
export function choose(selection: Selection, ids: readonly string[], chosen: boolean): Selection {
  const named = new Set(selection.all ? selection.but : selection.ids);
  for (const id of ids) {
    if (chosen === selection.all) named.delete(id);
    else named.add(id);
  }
  return selection.all ? { all: true, but: named } : { all: false, ids: named };
}

/** From one row to another, both included, whichever comes first; only the latter, if the former is gone. */
export function between(rows: readonly string[], from: string | null, to: string): readonly string[] {
  const [one, other] = [from === null ? -1 : rows.indexOf(from), rows.indexOf(to)];
  return one < 0 ? [to] : rows.slice(Math.min(one, other), Math.max(one, other) + 1);
}

/** How many are chosen, of so many who were found. */
export function numberOf(selection: Selection, found: number): number {
  return selection.all ? Math.max(0, found - selection.but.size) : selection.ids.size;
}
