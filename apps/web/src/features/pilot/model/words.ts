import {
  CircleCheck,
  CircleDot,
  MessageCircleQuestionMark,
  CirclePause,
  Clock,
  ScanSearch,
  Flag,
  Siren,
  Wrench,
  type LucideIcon,
} from 'lucide-react';

import type { Tone } from '@/shared/ui/badge';

import type { AiSession, AiSessionStatus, AiSessionSummary, StepKind, StepSource } from '../api/types';

interface Look {
  icon: LucideIcon;
  tone: Tone;
  word: string;
}

export const STATUS: Record<AiSessionStatus, Look> = {
  active: { icon: CircleDot, tone: 'accent', word: 'Running' },
  paused: { icon: CirclePause, tone: 'neutral', word: 'Paused' },
  resolved: { icon: CircleCheck, tone: 'success', word: 'Resolved' },
  escalated: { icon: Siren, tone: 'warning', word: 'Escalated' },
  requesting_escalation: { icon: Siren, tone: 'warning', word: 'Escalated' },
  abandoned: { icon: Clock, tone: 'neutral', word: 'Left alone' },
};

export const KIND: Record<StepKind, { icon: LucideIcon; word: string; ink: string }> = {
  question: { icon: MessageCircleQuestionMark, word: 'Question', ink: 'text-accent-fg' },
  action: { icon: Wrench, word: 'Do this', ink: 'text-accent-fg' },
  check: { icon: ScanSearch, word: 'Check this', ink: 'text-accent-fg' },
  outcome: { icon: Flag, word: 'Is it fixed?', ink: 'text-success' },
  escalation: { icon: Siren, word: 'Hand it over', ink: 'text-warning' },
};

/** The name in lists; what the problem is stands below it. */
export const titleOf = (session: Pick<AiSessionSummary, 'title'>) => session.title ?? 'New Chat';

export const isInTransit = (status: AiSessionStatus) =>
  status === 'escalated' || status === 'requesting_escalation';

/** What a page about it is called. */
export const headingOf = (session: Pick<AiSessionSummary, 'title' | 'problem_summary'>) =>
  session.title ?? session.problem_summary ?? 'New Chat';

/** Where a step comes from, before the name of the flow if there is one. */
export function sourceText(source: Exclude<StepSource, { kind: 'flow' }>): string {
  switch (source.kind) {
    case 'playbook':
      return `What a senior asks first: ${source.domain.replaceAll('_', ' ')}`;
    case 'candidates':
      return 'Flows that may fit';
    case 'model':
      return `Suggested by ${source.model}; no flow says so`;
    case 'handoff':
      return 'The briefing of who handed it over';
  }
}

export const percent = (share: number) => `${Math.round(share * 100)} %`;

/** Nothing more is done in it, by whoever had it: its note can go to the ticket. */
export const hasEnded = (status: AiSessionStatus) => status === 'resolved' || isInTransit(status);

/** The copilot is not sure, and the work goes on: what was met before may help. */
export const isExploring = ({ status, confidence_tier }: AiSession) =>
  (status === 'active' || status === 'paused') && confidence_tier !== 'guided';
