import { useInfiniteQuery } from '@tanstack/react-query';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';

import type { Handoff } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { TIER } from '@/shared/ui/ai-words';
import { ButtonLink } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';

import { queueQuery } from '../api/queries';
import { briefingPath, problemOf } from '../model/words';

const SHOWN = 5;

/** What waits for somebody, on the first page one sees. Without anything that waits it is not there. */
export default function PendingEscalations() {
  const { data } = useInfiniteQuery(queueQuery());
  const [expanded, setExpanded] = useState<string | null>(null);
  const handoffs = data?.pages.flatMap((page) => page.items) ?? [];
  if (handoffs.length === 0) return null;
  return (
    <Panel
      title="Escalations that wait"
      flush
      aside={
        <Link
          to="/escalations"
          className="text-fg-muted hover:text-fg inline-flex min-h-6 items-center rounded-sm px-1"
        >
          {handoffs.length > SHOWN ? `All ${handoffs.length}` : 'Open the queue'}
        </Link>
      }
    >
      <ul aria-label="Escalations that wait" className="divide-line divide-y">
        {handoffs.slice(0, SHOWN).map((handoff) => (
          <Row
            key={handoff.id}
            handoff={handoff}
            expanded={expanded === handoff.id}
            onToggle={() => setExpanded(expanded === handoff.id ? null : handoff.id)}
          />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ handoff, expanded, onToggle }: { handoff: Handoff; expanded: boolean; onToggle: () => void }) {
  const { snapshot } = handoff;
  const Chevron = expanded ? ChevronDown : ChevronRight;
  const details = `waits-${handoff.id}`;
  return (
    <li>
      {/* The row opens wherever it is pressed; its button is what the keyboard and screen readers use. */}
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <div
        onClick={onToggle}
        className="hover:bg-hover flex cursor-pointer items-center gap-3 px-4 py-2.5 transition-colors duration-120"
      >
        <button
          type="button"
          aria-expanded={expanded}
          aria-controls={expanded ? details : undefined}
          onClick={(event) => {
            event.stopPropagation();
            onToggle();
          }}
          className="flex min-w-0 flex-1 items-center gap-3 text-left"
        >
          <Chevron aria-hidden className="text-fg-subtle size-4 shrink-0" />
          <span className="min-w-0">
            <span className="block truncate font-medium">{problemOf(handoff)}</span>
            <span className="text-fg-muted block truncate text-sm">
              {handoff.created_by_name}, {formatAgo(handoff.created_at)}
            </span>
          </span>
        </button>
        <ButtonLink size="sm" to={briefingPath(handoff)} onClick={(event) => event.stopPropagation()}>
          Pick up
        </ButtonLink>
      </div>
      {expanded && (
        <dl id={details} className="animate-fade flex flex-wrap gap-x-8 gap-y-2 px-4 pt-2 pb-3 pl-11 text-sm">
          <div className="basis-full">
            <dt className="text-fg-subtle text-xs">Reason</dt>
            <dd className="whitespace-pre-wrap">{handoff.reason}</dd>
          </div>
          <Fact name="On record" value={plural(snapshot.steps_on_record, 'step')} />
          <Fact name="Confidence" value={TIER[snapshot.confidence_tier].word} />
          {snapshot.psa_ticket_id && <Fact name="Ticket" value={`#${snapshot.psa_ticket_id}`} mono />}
        </dl>
      )}
    </li>
  );
}

function Fact({ name, value, mono = false }: { name: string; value: string; mono?: boolean }) {
  return (
    <div>
      <dt className="text-fg-subtle text-xs">{name}</dt>
      <dd className={mono ? 'font-mono' : undefined}>{value}</dd>
    </div>
  );
}
