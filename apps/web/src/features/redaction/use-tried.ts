import { useEffect, useState } from 'react';

import type { EditedRule } from './model/rules';
import type { Tried } from './model/try-rules';

const LIMIT_MS = 500;

/** What the rules would mask in the text, as it is typed. "slow" when a pattern did not end; null before the first answer. */
export function useTried(rules: EditedRule[], text: string): Tried | 'slow' | null {
  const [tried, setTried] = useState<Tried | 'slow' | null>(null);
  useEffect(() => {
    const worker = new Worker(new URL('model/try-rules.worker.ts', import.meta.url), { type: 'module' });
    let timer: ReturnType<typeof setTimeout> | undefined;
    worker.addEventListener('message', (event: MessageEvent<Tried>) => {
      clearTimeout(timer);
      setTried(event.data);
    });
    const patterns = rules.map(({ pattern, ignore_case, whole_word }) => ({
      pattern,
      ignore_case,
      whole_word,
    }));
    worker.postMessage([patterns, text]);
    timer = setTimeout(() => {
      worker.terminate();
      setTried('slow');
    }, LIMIT_MS);
    return () => {
      clearTimeout(timer);
      worker.terminate();
    };
  }, [rules, text]);
  return tried;
}
