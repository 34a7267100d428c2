// Reading what a URL's query says. What is unknown or ill-formed is dropped: the view still opens.

type Raw = Readonly<Record<string, unknown>>;

export function text(raw: Raw, name: string, longest = 1500): string | undefined {
  const value = raw[name];
  return typeof value === 'string' && value.length > 0 && value.length <= longest ? value : undefined;
}

export function oneOf<Value extends string>(raw: Raw, name: string, values: readonly Value[]): Value | undefined {
  const value = raw[name];
  return values.find((known) => known === value);
}

/** Without the parameters that are not set, so that the URL says only what differs from the default. */
export function given<Params extends object>(
  params: Params,
): { [Name in keyof Params]?: Exclude<Params[Name], undefined> } {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined)) as never;
}
