import { ArrowRight } from 'lucide-react';
import { Link } from 'react-router';

import type { AuditEntry } from '@/shared/api/types';
import { useUrlState } from '@/shared/lib/use-url-state';
import { Button } from '@/shared/ui/button';

import { changesOf, factsOf } from '../model/changes';

/** Everything an entry holds: what changed, what else was said, and what to look for it by. */
export function EntryDetails({ entry, ofSite }: { entry: AuditEntry; ofSite: boolean }) {
  const { set } = useUrlState();
  const changes = changesOf(entry.payload);
  const facts = factsOf(entry.payload);
  const { actor, target_id: target } = entry;
  return (
    <div className="grid gap-3 pl-4">
      {changes.length > 0 && (
        <ul aria-label="What changed" className="grid gap-1">
          {changes.map(({ field, before, after }) => (
            <li key={field} className="flex flex-wrap items-baseline gap-x-2">
              <span className="text-fg-muted w-44 shrink-0">{field}</span>
              {before !== null && (
                <del className="bg-danger/10 rounded-sm px-1 break-all">
                  <span className="sr-only">was </span>
                  {before}
                </del>
              )}
              {before !== null && after !== null && (
                <ArrowRight aria-hidden className="text-fg-subtle size-3.5 self-center" />
              )}
              {after !== null && (
                <ins className="bg-success/12 rounded-sm px-1 break-all">
                  <span className="sr-only">is </span>
                  {after}
                </ins>
              )}
            </li>
          ))}
        </ul>
      )}
      <dl className="grid gap-1">
        {facts.map(({ field, value }) => (
          <Line key={field} name={field}>
            {value}
          </Line>
        ))}
        <Line name="Event" code>
          {entry.action}
        </Line>
        {target && (
          <Line name="Target" code>
            {entry.target_kind} {target}
          </Line>
        )}
        {ofSite && entry.account_id && (
          <Line name="Account" code>
            <Link to={`/admin/accounts/${entry.account_id}`} className="text-accent-fg hover:underline">
              {entry.account_id}
            </Link>
          </Line>
        )}
        <Line name="Request" code>
          {entry.request_id}
        </Line>
      </dl>
      <div className="flex flex-wrap gap-2">
        {actor && (
          <Button size="sm" onClick={() => set({ actor: actor.id })}>
            Only by {actor.name ?? 'this person'}
          </Button>
        )}
        <Button size="sm" onClick={() => set({ action: entry.action })}>
          Only this kind
        </Button>
        {target && (
          <Button size="sm" onClick={() => set({ target })}>
            Only on this target
          </Button>
        )}
      </div>
    </div>
  );
}

function Line({ name, code = false, children }: { name: string; code?: boolean; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-2">
      <dt className="text-fg-muted w-44 shrink-0">{name}</dt>
      <dd className={code ? 'font-mono text-xs break-all' : 'break-words'}>{children}</dd>
    </div>
  );
}
