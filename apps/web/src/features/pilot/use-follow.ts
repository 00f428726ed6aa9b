import { useCallback, useEffect, useRef, useState } from 'react';

/**
 * Follows a growing transcript, but only while its end is in sight: whoever reads further up is never moved. What is
 * tall is shown from its beginning.
 */
export function useFollow(changes: string) {
  const last = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  /** The end of an answer that is being written; it is what is followed while it is there. */
  const tail = useRef<HTMLDivElement | null>(null);
  const observer = useRef<IntersectionObserver | null>(null);
  const seen = useRef(new Map<Element, boolean>());
  /** Whether the newest is in sight: the end, or some of the last part where that is tall. */
  const [inSight, setInSight] = useState(true);
  const following = useRef(true);

  const jump = useCallback(() => {
    if (tail.current) {
      // With what was said before it in sight, and room to grow into.
      tail.current.scrollIntoView({ block: 'end' });
      return;
    }
    const element = last.current;
    const tall = element !== null && element.offsetHeight > window.innerHeight * 0.6;
    if (tall) element.scrollIntoView({ block: 'start' });
    else end.current?.scrollIntoView({ block: 'end' });
  }, []);

  useEffect(() => {
    if (!end.current) return undefined;
    const visible = seen.current;
    observer.current = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) visible.set(target, isIntersecting);
      const newest = tail.current ?? end.current;
      const known = newest ? visible.get(newest) : undefined;
      if (known === undefined) return;
      following.current = known;
      setInSight(tail.current ? known : [...visible.values()].includes(true));
    });
    observer.current.observe(end.current);
    if (last.current) observer.current.observe(last.current);
    if (tail.current) observer.current.observe(tail.current);
    return () => observer.current?.disconnect();
  }, []);

  const tailRef = useCallback((element: HTMLDivElement | null) => {
    if (tail.current) {
      observer.current?.unobserve(tail.current);
      seen.current.delete(tail.current);
    }
    tail.current = element;
    if (element) observer.current?.observe(element);
  }, []);

  /** Something grew: whoever follows goes along. */
  const follow = useCallback(() => {
    if (following.current) jump();
  }, [jump]);

  useEffect(follow, [changes, follow]);

  /** Whoever acts wants to see what comes of it. */
  const attach = useCallback(() => {
    following.current = true;
  }, []);

  return { last, end, tailRef, inSight, jump, follow, attach };
}
