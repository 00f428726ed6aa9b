import type { KeyboardEvent } from 'react';

/** Enter sends the form of a text field, Shift+Enter makes a new line; an unfinished character stays in the making. */
export function submitOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.altKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
