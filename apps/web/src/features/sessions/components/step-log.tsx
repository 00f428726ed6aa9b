import { useQuery } from '@tanstack/react-query';
import {
  Check,
  ChevronRight,
  CornerUpLeft,
  FileText,
  Flag,
  MessageSquarePlus,
  Pencil,
  PencilLine,
  Play,
  Plus,
  SkipForward,
  UserPlus,
  type LucideIcon,
} from 'lucide-react';
import { useState } from 'react';

import type { LogEntry, LogKind, SessionResponse } from '@/shared/api/types';
import { formatDate, formatTime } from '@/shared/lib/dates';
import { plural } from '@/shared/lib/plural';
import { plainText, valuesOf } from '@/shared/lib/variables';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { logQuery, membersQuery } from '../api/queries';
import { LOG_LABEL, logAnswer } from '../model/log';

const ICON: Record<LogKind, LucideIcon> = {
  prepared: UserPlus,
  started: Play,
  answered: Check,
  done: Check,
  skipped: SkipForward,
  back: CornerUpLeft,
  custom: Plus,
  note: MessageSquarePlus,
  variables: PencilLine,
  revised: Pencil,
  completed: Flag,
  exported: FileText,
};

/** What really happened, to the second and as it was typed; the note is what of it belongs in the ticket. */
export function StepLog({ session }: { session: SessionResponse }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="border-line bg-surface group mt-6 rounded-lg border"
    >
      <summary className="flex min-h-11 list-none items-center gap-2 rounded-lg px-4 text-sm font-semibold [&::-webkit-details-marker]:hidden">
        <ChevronRight
          aria-hidden
          className="text-fg-subtle size-4 transition-transform duration-120 group-open:rotate-90"
        />
        <span>Step log</span>
        <span className="text-fg-subtle font-normal max-sm:hidden">
          everything that happened, to the second
        </span>
      </summary>
      {open && <Entries session={session} />}
    </details>
  );
}

function Entries({ session }: { session: SessionResponse }) {
  const query = useQuery(logQuery(session.id, session.revision));
  return (
    <div className="border-line border-t">
      <QueryView query={query} skeleton={<Skeleton className="m-4 h-24" />}>
        {(log) => <Rows session={session} log={log} />}
      </QueryView>
    </div>
  );
}

function Rows({ session, log }: { session: SessionResponse; log: LogEntry[] }) {
  const several = new Set(log.map((entry) => entry.actor_id)).size > 1;
  const members = useQuery({ ...membersQuery(), enabled: several }).data ?? [];
  const fields = session.tree_snapshot.intake_form?.fields ?? [];
  const values = valuesOf(session);
  const plain = (text: string) => plainText(text, values, fields);
  return (
    <>
      <ol aria-label="Step log" className="divide-line divide-y">
        {log.map((entry, i) => {
          const Icon = ICON[entry.kind];
          const day = formatDate(entry.at);
          const answer = logAnswer(entry);
          const before = log[i - 1];
          return (
            <li key={entry.seq} className="flex gap-3 px-4 py-2 text-sm">
              <time
                dateTime={entry.at}
                className="text-fg-subtle w-20 shrink-0 pt-px text-right whitespace-nowrap tabular-nums"
              >
                {(before === undefined || formatDate(before.at) !== day) && (
                  <span className="block text-xs">{day}</span>
                )}
                {formatTime(entry.at, true)}
              </time>
              <Icon aria-hidden className="text-fg-subtle mt-px size-4 shrink-0" />
              <div className="min-w-0 flex-1">
                <p>
                  <span className="font-medium">{LOG_LABEL[entry.kind]}</span>
                  {answer && <span className="font-medium">: {plain(answer)}</span>}
                  {entry.reason && <span>: {entry.reason}</span>}
                  {several && (
                    <span className="text-fg-subtle">
                      {' '}
                      by {members.find((member) => member.id === entry.actor_id)?.name ?? 'a colleague'}
                    </span>
                  )}
                </p>
                {entry.title && <p className="text-fg-muted">{plain(entry.title)}</p>}
                {entry.notes && (
                  <p className="border-line text-fg-muted mt-0.5 border-l-2 pl-2.5 whitespace-pre-wrap">
                    {entry.notes}
                  </p>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      <p className="border-line text-fg-subtle border-t px-4 py-2 text-xs">
        {plural(log.length, 'entry', 'entries')}. Not masked; for your eyes, not for the ticket.
      </p>
    </>
  );
}
