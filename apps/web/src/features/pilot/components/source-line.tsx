import { BookOpen, GitBranch, Sparkles } from 'lucide-react';
import { Link } from 'react-router';

import type { Step } from '../api/types';
import { sourceText } from '../model/words';

/** Where a step comes from; nothing is proposed without it. */
export function SourceLine({ step }: { step: Step }) {
  const { source } = step;
  if (source.kind === 'flow') {
    return (
      <span className="inline-flex min-w-0 items-center gap-1.5">
        <GitBranch aria-hidden className="size-3.5 shrink-0" />
        <span className="min-w-0">
          From{' '}
          <Link
            to={`/flows/${source.tree_id}`}
            className="text-fg-muted hover:text-fg underline underline-offset-2"
          >
            {source.tree_name}
          </Link>
          , step <span className="font-mono">{source.node_id}</span>
        </span>
      </span>
    );
  }
  const Icon = source.kind === 'model' ? Sparkles : source.kind === 'playbook' ? BookOpen : GitBranch;
  return (
    <span className="inline-flex items-center gap-1.5">
      <Icon aria-hidden className="size-3.5 shrink-0" /> {sourceText(source)}
    </span>
  );
}
