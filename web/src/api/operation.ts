/** A document of this app, named by the SHA-256 of its text. */
export interface Operation<Kind extends 'query' | 'mutation' | 'subscription', Result, Variables> {
  readonly kind: Kind;
  readonly name: string;
  readonly hash: string;
  /** Never set: they carry the types. */
  readonly result?: Result;
  readonly variables?: Variables;
}

export type Query<Result, Variables> = Operation<'query', Result, Variables>;
export type Mutation<Result, Variables> = Operation<'mutation', Result, Variables>;
export type Subscription<Result, Variables> = Operation<'subscription', Result, Variables>;
