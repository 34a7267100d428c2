// A sentence in parts: what is inserted is told from what is said, so that names can be emphasised.

export type Words = readonly (string | { readonly strong: string })[];

/** A sentence as a template; what is inserted stands out. */
export function words(said: TemplateStringsArray, ...inserted: readonly string[]): Words {
  return said.flatMap((text, place) => {
    const value = inserted[place];
    const parts: (string | { readonly strong: string })[] = [];
    if (text) parts.push(text);
    if (value !== undefined) parts.push({ strong: value });
    return parts;
  });
}

export function plain(sentence: Words): string {
  return sentence.map((part) => (typeof part === 'string' ? part : part.strong)).join('');
}
