import { useEffect, useState, type RefObject } from 'react';

import type { NotePreview } from '@/shared/api/types';

import { textsToMask } from './model/redaction';

export interface Selected {
  texts: string[];
  /** Where to offer what can be done with it, in the window. */
  top: number;
  left: number;
}

/** What of the note is selected, as texts to mask; null while nothing is, or nothing that could be. */
export function useSelectedText(
  box: RefObject<HTMLElement | null>,
  note: NotePreview | undefined,
): Selected | null {
  const [selected, setSelected] = useState<Selected | null>(null);
  useEffect(() => {
    const read = () => setSelected(note && box.current ? selectionIn(box.current, note) : null);
    const forget = () => setSelected(null);
    document.addEventListener('selectionchange', read);
    // It would hang in the air; the shortcut still works once the selection is made anew.
    window.addEventListener('scroll', forget, true);
    return () => {
      document.removeEventListener('selectionchange', read);
      window.removeEventListener('scroll', forget, true);
    };
  }, [box, note]);
  return selected;
}

function selectionIn(box: HTMLElement, note: NotePreview): Selected | null {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  if (!box.contains(range.startContainer) || !box.contains(range.endContainer)) return null;
  const start = offsetIn(box, range.startContainer, range.startOffset);
  const end = offsetIn(box, range.endContainer, range.endOffset);
  const texts = textsToMask(note.text, note.hits, start, end);
  if (texts.length === 0) return null;
  const { top, left } = range.getBoundingClientRect();
  return { texts, top, left };
}

/** How much text of the box stands before a place in it. The box holds the note and nothing else. */
function offsetIn(box: HTMLElement, node: Node, offset: number): number {
  const before = document.createRange();
  before.setStart(box, 0);
  before.setEnd(node, offset);
  return before.toString().length;
}
