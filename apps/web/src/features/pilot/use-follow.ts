import { useCallback, useEffect, useRef, useState } from 'react';

/**
 * Follows a growing transcript, but only while its end is in sight: whoever reads further up is never moved. What is
 * tall is shown from its beginning.
 */
export function useFollow(changes: string) {
  const last = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);

  const jump = useCallback(() => {
    const element = last.current;
    const tall = element !== null && element.offsetHeight > window.innerHeight * 0.6;
    if (tall) element.scrollIntoView({ block: 'start' });
    else end.current?.scrollIntoView({ block: 'end' });
  }, []);

  useEffect(() => {
    const sentinel = end.current;
    if (!sentinel) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      const seen = entry?.isIntersecting === true;
      following.current = seen;
      setAtEnd(seen);
    });
    observer.observe(sentinel);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (following.current) jump();
  }, [changes, jump]);

  /** Whoever acts wants to see what comes of it. */
  const attach = useCallback(() => {
    following.current = true;
  }, []);

  return { last, end, atEnd, jump, attach };
}
