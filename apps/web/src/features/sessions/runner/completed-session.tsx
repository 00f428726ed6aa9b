import { FileText } from 'lucide-react';
import { useNavigate } from 'react-router';

import { useActions } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import type { SessionResponse } from '@/shared/api/types';
import { formatDateTime, formatDuration, formatTime } from '@/shared/lib/dates';
import { PushChip, PushPanel } from '@/shared/psa/lazy';
import { ButtonLink } from '@/shared/ui/button';
import { FlowTypeLabel } from '@/shared/ui/flow-type-badge';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';

import { SessionStatusBadge } from '../components/outcome-badge';
import { SaveAsFlow } from '../components/save-as-flow';
import { answerText } from '../model/path';
import { Fact } from './prepared-session';
import { usePlainText, VariableProvider } from './variables';

/** A finished session, to be read: what was done and how it ended. */
export function CompletedSession({ session }: { session: SessionResponse }) {
  const navigate = useNavigate();
  const mayPush = useAuth((s) => s.user?.role !== 'viewer');
  useActions([
    {
      id: 'session.note',
      name: 'Open the ticket note',
      section: 'This session',
      keys: ['Enter'],
      icon: FileText,
      perform: () => void navigate(`/sessions/${session.id}/document`),
    },
  ]);
  return (
    <VariableProvider session={session} queue={null}>
      <div className="mx-auto max-w-4xl">
        <PageHeader
          title={session.tree_snapshot.name}
          eyebrow={
            <>
              <SessionStatusBadge session={session} />
              <FlowTypeLabel type={session.tree_snapshot.tree_type} />
              {session.ticket_number && <PushChip session={{ id: session.id, kind: 'guided' }} />}
            </>
          }
          actions={
            <>
              <SaveAsFlow session={session} size="lg" />
              {session.ai_session_id != null && (
                <ButtonLink to={`/pilot/${session.ai_session_id}`} size="lg">
                  Goes on in a conversation
                </ButtonLink>
              )}
              <ButtonLink to={`/sessions/${session.id}/document`} variant="primary" size="lg">
                <FileText aria-hidden className="size-4" /> Open the note
              </ButtonLink>
            </>
          }
        />
        <dl className="border-line bg-surface mb-5 grid gap-px overflow-hidden rounded-lg border sm:grid-cols-2 lg:grid-cols-4">
          <Fact name="Ticket" mono value={session.ticket_number ? `#${session.ticket_number}` : null} />
          <Fact name="Client" value={session.client_name} />
          <Fact name="Completed" value={session.completed_at ? formatDateTime(session.completed_at) : null} />
          <Fact name="Active time" value={formatDuration(session.active_seconds)} />
        </dl>
        <div className="grid gap-4">
          {(session.outcome_notes || session.next_steps) && (
            <div className="grid gap-4 md:grid-cols-2">
              {session.outcome_notes && (
                <Panel title="Outcome notes">
                  <p className="whitespace-pre-wrap">{session.outcome_notes}</p>
                </Panel>
              )}
              {session.next_steps && (
                <Panel title="Next steps">
                  <p className="whitespace-pre-wrap">{session.next_steps}</p>
                </Panel>
              )}
            </div>
          )}
          {session.ticket_number && (
            <PushPanel
              session={{ id: session.id, kind: 'guided' }}
              ticketId={session.ticket_number}
              mayPush={mayPush}
              hasEnded
            />
          )}
          <Transcript session={session} />
        </div>
      </div>
    </VariableProvider>
  );
}

function Transcript({ session }: { session: SessionResponse }) {
  const plain = usePlainText();
  const rows = [
    ...session.decisions.map((decision) => ({
      id: decision.entry_id,
      at: decision.timestamp,
      title: decision.title,
      answer: answerText(decision),
      notes: decision.notes,
    })),
    ...session.custom_steps.map((step) => ({
      id: step.id,
      at: step.timestamp,
      title: step.title,
      answer: 'Own step',
      notes: step.notes,
    })),
  ].toSorted((a, b) => a.at.localeCompare(b.at));
  return (
    <Panel title="What was done" flush>
      {rows.length === 0 ? (
        <p className="text-fg-muted p-4">No steps were recorded.</p>
      ) : (
        <ol className="divide-line divide-y">
          {rows.map((row) => (
            <li key={row.id} className="flex gap-4 px-4 py-2.5">
              <time
                dateTime={row.at}
                className="text-fg-subtle w-16 shrink-0 pt-px text-sm whitespace-nowrap tabular-nums"
              >
                {formatTime(row.at)}
              </time>
              <div className="min-w-0 flex-1">
                <p className="text-fg-muted">{plain(row.title)}</p>
                {row.answer && <p className="font-medium">{plain(row.answer)}</p>}
                {row.notes && (
                  <p className="border-line text-fg-muted mt-0.5 border-l-2 pl-2.5 text-sm whitespace-pre-wrap">
                    {row.notes}
                  </p>
                )}
              </div>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
