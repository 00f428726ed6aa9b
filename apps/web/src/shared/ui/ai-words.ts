import {
  Ban,
  CircleCheck,
  CircleX,
  Clock,
  Compass,
  MessageSquareReply,
  Route,
  SearchX,
  type LucideIcon,
} from 'lucide-react';

import type { AiSession, AiVerdict } from '@/shared/api/types';

import type { Tone } from './badge';

/** How well the copilot knows the problem; the same words wherever it is shown. */
export const TIER: Record<
  AiSession['confidence_tier'],
  { icon: LucideIcon; word: string; ink: string; means: string }
> = {
  guided: { icon: Route, ink: 'text-success', word: 'Guided', means: 'A flow fits, and is followed.' },
  exploring: {
    icon: Compass,
    ink: 'text-info',
    word: 'Exploring',
    means: 'Some flows may fit; none is certain.',
  },
  discovery: {
    icon: SearchX,
    ink: 'text-warning',
    word: 'Discovery',
    means: 'No flow fits yet: first find out what it is.',
  },
};

/** What came of a step. */
export const VERDICT: Record<AiVerdict, { icon: LucideIcon; tone: Tone; word: string }> = {
  answered: { icon: MessageSquareReply, tone: 'accent', word: 'Answered' },
  worked: { icon: CircleCheck, tone: 'success', word: 'Worked' },
  did_not_work: { icon: CircleX, tone: 'danger', word: 'Didn’t work' },
  not_applicable: { icon: Ban, tone: 'neutral', word: 'Not applicable' },
  cannot_now: { icon: Clock, tone: 'warning', word: 'Can’t do now' },
};
