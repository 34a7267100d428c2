// What is wrong with a form, at the fields it is about. No React.

interface Refused {
  readonly message: string;
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
}

/** The first problem of each field, by the paths of the input; what is about no field alone stands under `''`. */
export type Problems = Readonly<Record<string, string>>;

export function problemsByPath(refused: Refused, fields: readonly string[]): Problems {
  const found: Record<string, string> = {};
  for (const { path, message } of refused.problems ?? []) {
    const field = fields.find((each) => path === each || path.startsWith(`${each}.`));
    found[field ?? ''] ??= field ? `It ${message}.` : message;
  }
  return Object.keys(found).length > 0 ? found : { '': refused.message };
}

/** Puts the focus into the first field with a problem; fields say their path as `data-field`. */
export function focusFirst(form: HTMLElement | null, problems: Problems, fields: readonly string[]): void {
  const first = fields.find((field) => problems[field]);
  const at = [...(form?.querySelectorAll<HTMLElement>('[data-field]') ?? [])].find(
    ({ dataset }) => dataset.field === first,
  );
  at?.querySelector<HTMLElement>('[aria-invalid=true], input, textarea')?.focus();
}
