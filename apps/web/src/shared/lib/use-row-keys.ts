import { useRef, type KeyboardEvent } from 'react';

/** Arrow keys, Home and End move between the links marked `data-row` of a list; Tab order stays as it is. */
export function useRowKeys<T extends HTMLElement>() {
  const container = useRef<T>(null);
  const rows = () => [...(container.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];

  function onKeyDown(event: KeyboardEvent) {
    const all = rows();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: all.length - 1,
    };
    const to = moves[event.key];
    if (at < 0 || to === undefined) return;
    const row = all[to];
    if (!row) return;
    event.preventDefault();
    row.focus();
  }

  return { container, onKeyDown, focusFirst: () => rows()[0]?.focus() };
}
