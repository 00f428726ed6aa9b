import type { KeyboardEvent } from 'react';

/** Enter sends the form of a text field, Shift+Enter makes a new line; an unfinished character stays in the making. */
export function submitOnEnter(event: KeyboardEvent<HTMLTextAreaElement>): void {
  if (event.key !== 'Enter' || event.shiftKey || event.altKey || event.nativeEvent.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}

/** As the ref of the field a dialog is about: it has the focus before the dialog looks for something to give it to. */
export const takeFocus = (field: HTMLElement | null): void => field?.focus();
