// What somebody typed and has not sent, kept for this tab. It ends with their session: another person must not find it.

const PREFIX = 'rapport.draft.';
const OWNER_KEY = 'rapport.drafts-of';

export const drafts = {
  getItem: (key: string): string | null => sessionStorage.getItem(PREFIX + key),
  setItem: (key: string, value: string): void => sessionStorage.setItem(PREFIX + key, value),
  removeItem: (key: string): void => sessionStorage.removeItem(PREFIX + key),
};

/** Drafts of anybody else than this user, by their opaque id, are forgotten. */
export function claimDrafts(userId: string): void {
  if (sessionStorage.getItem(OWNER_KEY) === userId) return;
  forgetDrafts();
  sessionStorage.setItem(OWNER_KEY, userId);
}

export function forgetDrafts(): void {
  const keys = Array.from({ length: sessionStorage.length }, (_, index) => sessionStorage.key(index) ?? '');
  for (const key of keys) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  sessionStorage.removeItem(OWNER_KEY);
}
