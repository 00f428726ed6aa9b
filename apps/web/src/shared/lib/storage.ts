/** localStorage that never throws: private modes and full quotas must not break the app. */
export const storage = {
  get(key: string): string | null {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key: string, value: string): boolean {
    try {
      localStorage.setItem(key, value);
      return true;
    } catch {
      return false;
    }
  },
  remove(key: string): void {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing to remove where nothing can be stored.
    }
  },
  keys(prefix: string): string[] {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      return [];
    }
  },
};

/** Drafts survive a reload of this tab and nothing more; they may hold what an engineer typed about a client. */
export const drafts = {
  get(key: string): string {
    try {
      return sessionStorage.getItem(`rf.draft.${key}`) ?? '';
    } catch {
      return '';
    }
  },
  set(key: string, value: string): void {
    try {
      if (value === '') sessionStorage.removeItem(`rf.draft.${key}`);
      else sessionStorage.setItem(`rf.draft.${key}`, value);
    } catch {
      // A draft that cannot be kept still stands in the field.
    }
  },
};
