import { clsx } from 'clsx';
import { Star } from 'lucide-react';
import { useId, useState, type FormEvent } from 'react';

import { messageOf } from '@/shared/api/problem';
import { submitOnEnter } from '@/shared/lib/form-keys';
import { Button } from '@/shared/ui/button';
import { TextArea } from '@/shared/ui/field';

import { useRate } from '../api/mutations';
import type { AiSession } from '../api/types';

const WORDS = ['Useless', 'Poor', 'All right', 'Good', 'Excellent'];

/** How good the copilot was. It may be left out, and said again. */
export function RatingForm({
  session,
  done,
  onLater,
}: {
  session: AiSession;
  done?: () => void;
  onLater?: () => void;
}) {
  const [rating, setRating] = useState(session.session_rating ?? 0);
  const [feedback, setFeedback] = useState(session.session_feedback ?? '');
  const rate = useRate(session.id);
  const group = useId();
  function submit(event: FormEvent) {
    event.preventDefault();
    if (rating === 0) return;
    const text = feedback.trim();
    rate.mutate({ rating, ...(text === '' ? {} : { feedback: text }) }, { onSuccess: () => done?.() });
  }
  return (
    <form onSubmit={submit} aria-label="Rate the copilot" className="grid gap-3">
      <fieldset>
        <legend className="mb-1 text-sm font-medium">How much did the copilot help?</legend>
        <div className="flex items-center gap-1">
          {WORDS.map((word, i) => (
            <label
              key={word}
              title={word}
              className="hover:bg-hover has-focus-visible:outline-focus relative grid size-9 cursor-pointer place-items-center rounded-md has-focus-visible:outline-2"
            >
              <input
                type="radio"
                name={group}
                checked={rating === i + 1}
                onChange={() => setRating(i + 1)}
                className="absolute opacity-0"
                aria-label={`${i + 1} of 5: ${word}`}
              />
              <Star
                aria-hidden
                className={clsx('size-5', i < rating ? 'fill-warning text-warning' : 'text-fg-subtle')}
              />
            </label>
          ))}
          <span className="text-fg-muted ml-2 text-sm">{WORDS[rating - 1]}</span>
        </div>
      </fieldset>
      <TextArea
        label="What could be better?"
        optional
        rows={2}
        maxLength={4000}
        value={feedback}
        onChange={(event) => setFeedback(event.target.value)}
        onKeyDown={submitOnEnter}
      />
      {rate.isError && (
        <p role="alert" className="text-danger text-sm">
          {messageOf(rate.error)}
        </p>
      )}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" disabled={rating === 0} busy={rate.isPending}>
          {session.session_rating === null ? 'Rate' : 'Rate anew'}
        </Button>
        {onLater && (
          <Button variant="ghost" onClick={onLater}>
            Skip
          </Button>
        )}
      </div>
    </form>
  );
}
