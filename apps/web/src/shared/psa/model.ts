import {
  CheckCheck,
  CircleX,
  Clock,
  Send,
  SendHorizontal,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';

import { isCode, messageOf } from '@/shared/api/problem';
import type { NoteVisibility, PsaPush, PushState } from '@/shared/api/types';
import type { Tone } from '@/shared/ui/badge';

interface Look {
  icon: LucideIcon;
  tone: Tone;
  word: string;
  means: string;
}

export const PUSH: Record<PushState, Look> = {
  queued: { icon: Clock, tone: 'neutral', word: 'Queued', means: 'It goes to the ticket next.' },
  sending: { icon: Send, tone: 'accent', word: 'Sending', means: 'It is being written.' },
  sent: {
    icon: SendHorizontal,
    tone: 'info',
    word: 'Sent',
    means: 'The PSA took it; it is read back to be sure.',
  },
  confirmed: { icon: CheckCheck, tone: 'success', word: 'Confirmed', means: 'It is in the ticket.' },
  failed: { icon: CircleX, tone: 'warning', word: 'Failed', means: 'It is tried again every five minutes.' },
  needs_review: {
    icon: TriangleAlert,
    tone: 'danger',
    word: 'Needs review',
    means: 'It is not tried again by itself.',
  },
};

/** In the order somebody looks for trouble. */
export const PUSH_STATES: PushState[] = ['needs_review', 'failed', 'queued', 'sending', 'sent', 'confirmed'];

export const ARTEFACT: Record<PsaPush['artefact'], string> = {
  note: 'Note',
  time: 'Time entry',
  status: 'Status',
};

export const VISIBILITY: Record<NoteVisibility, { label: string; means: string }> = {
  internal: { label: 'Internal', means: 'Only your team reads it.' },
  discussion: { label: 'Discussion', means: 'The client reads it too.' },
  resolution: { label: 'Resolution', means: 'It stands as what solved the ticket; clients often read it.' },
};

/** The server goes on with it by itself soon. */
export const isUnderWay = ({ state }: Pick<PsaPush, 'state'>): boolean =>
  state === 'queued' || state === 'sending';

/** Somebody may send it on its way again. */
export const mayRetry = ({ state }: Pick<PsaPush, 'state'>): boolean =>
  state === 'failed' || state === 'needs_review';

const WORST: PushState[] = ['needs_review', 'failed', 'sending', 'queued', 'sent', 'confirmed'];

/** What is said of several pushes in one word: the one that wants a person first. Null when there is none. */
export function worstOf(pushes: readonly Pick<PsaPush, 'state'>[]): PushState | null {
  return WORST.find((state) => pushes.some((push) => push.state === state)) ?? null;
}

/** The last push of each artefact: what was pushed anew counts, and not what it replaced. */
export function latestOf(pushes: readonly PsaPush[]): PsaPush[] {
  const latest = new Map<string, PsaPush>();
  for (const push of pushes) {
    const known = latest.get(push.artefact);
    if (known === undefined || Date.parse(known.created_at) < Date.parse(push.created_at))
      latest.set(push.artefact, push);
  }
  return [...latest.values()].sort((a, b) => a.artefact.localeCompare(b.artefact));
}

export type TicketTrouble = 'not_connected' | 'not_found' | 'no_access' | 'busy' | 'away' | 'refused';

/** Why the PSA did not answer, as far as it decides what a person can do about it. */
export function troubleOf(error: unknown): TicketTrouble {
  if (isCode(error, 'psa_not_connected')) return 'not_connected';
  if (isCode(error, 'psa_not_found')) return 'not_found';
  if (isCode(error, 'psa_rate_limited')) return 'busy';
  if (isCode(error, 'psa_credentials_refused', 'psa_not_permitted', 'psa_address_refused'))
    return 'no_access';
  if (isCode(error, 'psa_unavailable', 'psa_outcome_unknown')) return 'away';
  return 'refused';
}

export const TROUBLE: Record<TicketTrouble, { title: string; text: (error: unknown) => string }> = {
  not_connected: {
    title: 'No PSA is connected',
    text: () => 'Tickets can be chosen here once a team admin has connected one.',
  },
  not_found: {
    title: 'The PSA has no such ticket',
    text: () => 'It may have been deleted, or the number is not right.',
  },
  no_access: {
    title: 'The PSA does not let us in',
    text: (error) => `${messageOf(error)} A team admin can test the connection.`,
  },
  busy: { title: 'The PSA is busy', text: () => 'It takes no more calls just now. Try again in a minute.' },
  away: { title: 'The PSA did not answer', text: messageOf },
  refused: { title: 'This did not work', text: messageOf },
};

const MOST_MINUTES = 24 * 60;

/** Minutes as people write them: `45`, `1:30`, `1.5 h`, `1h 30m`. Null for what is none, or is more than a day. */
export function parseMinutes(written: string): number | null {
  const text = written.trim().toLowerCase().replace(',', '.');
  const whole = /^(\d+)\s*(?:m|min|minutes?)?$/.exec(text);
  const clock = /^(\d+):([0-5]\d)$/.exec(text);
  const hours = /^(\d+(?:\.\d+)?)\s*(?:h|hours?)$/.exec(text);
  const both = /^(\d+)\s*h\s*(\d+)\s*(?:m|min)?$/.exec(text);
  const minutes = whole
    ? Number(whole[1])
    : clock
      ? Number(clock[1]) * 60 + Number(clock[2])
      : hours
        ? Math.round(Number(hours[1]) * 60)
        : both
          ? Number(both[1]) * 60 + Number(both[2])
          : null;
  return minutes !== null && minutes >= 1 && minutes <= MOST_MINUTES ? minutes : null;
}

/** `1:05`, the way a time sheet has it. */
export const formatMinutes = (minutes: number): string =>
  `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
