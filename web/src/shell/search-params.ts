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

/**
 * A route's parameters, each optional. One that was dropped stays, as undefined: for one that is missing the router would
 * take the raw value.
 */
export function given<Params extends object>(
  params: Params,
): { [Name in keyof Params]?: Exclude<Params[Name], undefined> } {
  return params as never;
}
