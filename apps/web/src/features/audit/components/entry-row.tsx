import { clsx } from 'clsx';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId } from 'react';
import { Link } from 'react-router';

import type { AuditEntry } from '@/shared/api/types';
import { formatDate, formatDateTime, formatTime } from '@/shared/lib/dates';

import { nameIn } from '../model/changes';
import { actionWords, isAlarming, kindWords, targetPath } from '../model/words';
import { EntryDetails } from './entry-details';

interface EntryRowProps {
  entry: AuditEntry;
  open: boolean;
  onToggle: () => void;
  /** On where entries of several accounts stand together. */
  ofSite: boolean;
}

export function EntryRow({ entry, open, onToggle, ofSite }: EntryRowProps) {
  const id = useId();
  const Chevron = open ? ChevronDown : ChevronRight;
  const words = actionWords(entry.action);
  const name = nameIn(entry.payload);
  const path = ofSite ? null : targetPath(entry.target_kind, entry.target_id);
  return (
    <>
      <tr className={clsx('border-line border-t', open ? 'bg-hover' : 'hover:bg-hover')}>
        <td className="px-3 py-2 align-top whitespace-nowrap">
          <time dateTime={entry.at} title={formatDateTime(entry.at)} className="tabular-nums">
            {formatTime(entry.at, true)}
            <span className="text-fg-subtle block text-xs">{formatDate(entry.at)}</span>
          </time>
        </td>
        <td className="px-3 py-2 align-top">
          <Actor entry={entry} />
        </td>
        <td className="px-3 py-2 align-top">
          <button
            type="button"
            data-row
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            onClick={onToggle}
            className="flex items-start gap-1.5 rounded-sm text-left font-medium"
          >
            <Chevron aria-hidden className="text-fg-subtle mt-0.5 size-4 shrink-0" />
            <span className={clsx('hover:underline', isAlarming(entry.action) && 'text-warning')}>
              {words}
            </span>
          </button>
        </td>
        <td className="text-fg-muted px-3 py-2 align-top">
          {path ? (
            <Link to={path} className="text-accent-fg hover:underline">
              {name ?? kindWords(entry.target_kind)}
            </Link>
          ) : (
            (name ?? kindWords(entry.target_kind))
          )}
          {name && <span className="text-fg-subtle block text-xs">{kindWords(entry.target_kind)}</span>}
        </td>
      </tr>
      {open && (
        <tr id={id} className="bg-hover">
          <td colSpan={4} className="px-4 pt-1 pb-4">
            <EntryDetails entry={entry} ofSite={ofSite} />
          </td>
        </tr>
      )}
    </>
  );
}

function Actor({ entry }: { entry: AuditEntry }) {
  if (!entry.actor) return <span className="text-fg-subtle">Nobody signed in</span>;
  return entry.actor.name ?? <span className="text-fg-subtle">Somebody outside the account</span>;
}
