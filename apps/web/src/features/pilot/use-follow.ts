import { useCallback, useEffect, useRef, useState } from 'react';

/**
 * Follows a growing transcript, but only while its end is in sight: whoever reads further up is never moved. What is
 * tall is shown from its beginning.
 */
export function useFollow(changes: string) {
  const last = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  /** Whether the newest is in sight: the end, or some of the last part where that is tall. */
  const [inSight, setInSight] = useState(true);
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
    const seen = new Map<Element, boolean>();
    const observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) seen.set(target, isIntersecting);
      following.current = seen.get(sentinel) === true;
      setInSight([...seen.values()].includes(true));
    });
    observer.observe(sentinel);
    if (last.current) observer.observe(last.current);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (following.current) jump();
  }, [changes, jump]);

  /** Whoever acts wants to see what comes of it. */
  const attach = useCallback(() => {
    following.current = true;
  }, []);

  return { last, end, inSight, jump, attach };
}
