// How this browser shows the app. Nothing personal: it may be kept in local storage.

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  readonly density: 'comfortable' | 'compact';
  /** Single letters as keys. */
  readonly letterKeys: boolean;
  /** Read others' changes out. */
  readonly announceOthers: boolean;
}

const KEY = 'rapport.preferences';
const DEFAULTS: Preferences = { theme: 'system', density: 'comfortable', letterKeys: true, announceOthers: true };

let current: Preferences | null = null;
const listeners = new Set<() => void>();

export function loadPreferences(): Preferences {
  if (current) return current;
  let stored: Partial<Preferences> = {};
  try {
    stored = JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    // Somebody else wrote there: the defaults do.
  }
  current = { ...DEFAULTS, ...stored };
  return current;
}

export function savePreferences(changed: Partial<Preferences>): void {
  current = { ...loadPreferences(), ...changed };
  localStorage.setItem(KEY, JSON.stringify(current));
  applyPreferences(current);
  for (const listener of listeners) listener();
}

export function subscribePreferences(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function applyPreferences({ theme, density }: Preferences): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  root.dataset.density = density;
}
