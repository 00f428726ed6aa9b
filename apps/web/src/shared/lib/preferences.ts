import { create } from 'zustand';

import { storage } from './storage';

export type Theme = 'system' | 'dark' | 'light';

interface Preferences {
  theme: Theme;
  railCollapsed: boolean;
  /** Single-key shortcuts can be switched off (WCAG 2.1.4). */
  shortcuts: boolean;
}

// The same key is read by public/theme.js before the first paint.
const KEY = 'rf.preferences';
const DEFAULTS: Preferences = { theme: 'system', railCollapsed: false, shortcuts: true };

function load(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(storage.get(KEY) ?? '{}') as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

export const usePreferences = create<Preferences>()(load);

export function setPreference(change: Partial<Preferences>): void {
  usePreferences.setState(change);
  storage.set(KEY, JSON.stringify(usePreferences.getState()));
}

const light = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: light)') : null;

function applyTheme(): void {
  const { theme } = usePreferences.getState();
  document.documentElement.dataset['theme'] =
    theme === 'system' ? (light?.matches ? 'light' : 'dark') : theme;
}

/** Keeps the page's theme in step with the choice and, for "system", with the system. */
export function watchTheme(): void {
  applyTheme();
  usePreferences.subscribe(applyTheme);
  light?.addEventListener('change', applyTheme);
}
