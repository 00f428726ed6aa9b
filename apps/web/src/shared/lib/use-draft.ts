import { useCallback, useState } from 'react';

import { drafts } from './storage';

/** A text field whose content outlives a reload. Give the component a `key` when the draft's name changes. */
export function useDraft(name: string, initial = ''): [string, (text: string) => void] {
  const [text, setText] = useState(() => drafts.get(name) || initial);
  const update = useCallback(
    (next: string) => {
      setText(next);
      drafts.set(name, next);
    },
    [name],
  );
  return [text, update];
}
