import { BookOpenText, Compass, GitBranch, type LucideIcon } from 'lucide-react';

import { splitVariables } from '@/shared/lib/variables';

import type { Citation } from '../api/types';

interface Look {
  icon: LucideIcon;
  word: string;
  to: (id: string) => string;
}

const LOOK: Record<Citation['kind'], Look> = {
  flow: { icon: GitBranch, word: 'Flow', to: (id) => `/flows/${id}` },
  session: { icon: Compass, word: 'Resolved session', to: (id) => `/pilot/${id}` },
  document: { icon: BookOpenText, word: 'Document', to: (id) => `/assistant/documents/${id}` },
};

export const lookOf = ({ kind }: Citation): Look => LOOK[kind];

/** Where its source is read. */
export const addressOf = (citation: Citation): string => lookOf(citation).to(citation.source_id);

/** Of a flow nobody runs: what its variables stand for, in words. */
export const inWords = (text: string): string =>
  splitVariables(text)
    .map((part) => (part.kind === 'text' ? part.text : `‹${part.name.replaceAll('_', ' ')}›`))
    .join('');

/** The passage without its heading, which stands above it. */
export function bodyOf({ excerpt, heading }: Citation): string {
  const repeated = heading != null && excerpt.startsWith(`${heading}\n`);
  return inWords(repeated ? excerpt.slice(heading.length + 1) : excerpt);
}
