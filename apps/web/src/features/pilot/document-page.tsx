import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, Check, Copy, ShieldCheck } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';

import { useActions } from '@/shared/actions/registry';
import { copyText } from '@/shared/lib/clipboard';
import { plural } from '@/shared/lib/plural';
import { PushChip, PushPanel } from '@/shared/psa/lazy';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Switch } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { Tabs } from '@/shared/ui/tabs';

import { aiSessionQuery, documentQuery } from './api/queries';
import type { AiSession, Documentation, DocumentKind } from './api/types';
import { NoteSentences } from './components/note-sentences';
import { AiStatusBadge } from './components/status-badge';
import { hasEnded, headingOf } from './model/words';

import './pilot.css';

const KINDS: { value: DocumentKind; label: string }[] = [
  { value: 'resolution_note', label: 'Resolution note' },
  { value: 'ticket_summary', label: 'Ticket summary' },
  { value: 'client_summary', label: 'For the client' },
  { value: 'knowledge_article', label: 'Knowledge article' },
];

export function Component() {
  const { sessionId = '' } = useParams();
  const query = useQuery(aiSessionQuery(sessionId));
  return (
    <QueryView page query={query} skeleton={<Skeleton className="h-96" />}>
      {(session) => <DocumentPage key={session.id} session={session} />}
    </QueryView>
  );
}

function DocumentPage({ session }: { session: AiSession }) {
  const [kind, setKind] = useState<DocumentKind>(
    session.status === 'resolved' ? 'resolution_note' : 'ticket_summary',
  );
  const [masked, setMasked] = useState(true);
  const query = useQuery(documentQuery(session.id, session.revision, kind, masked));
  const note = query.data;
  const { state, copy } = useCopy(note?.text);

  useActions([
    {
      id: 'document.copy',
      name: 'Copy the note',
      section: 'This page',
      keys: ['c'],
      icon: Copy,
      enabled: note !== undefined,
      perform: copy,
    },
    {
      id: 'document.mask',
      name: 'Mask or show sensitive data',
      section: 'This page',
      keys: ['m'],
      icon: ShieldCheck,
      perform: () => setMasked(!masked),
    },
  ]);

  const title = headingOf(session);
  return (
    <>
      <PageHeader
        title="Note"
        documentTitle={`Note ${session.psa_ticket_id ? `#${session.psa_ticket_id}` : title}`}
        eyebrow={
          <>
            <Link
              to={`/pilot/${session.id}`}
              className="hover:text-fg inline-flex min-h-6 items-center gap-1 hover:underline"
            >
              <ArrowLeft aria-hidden className="size-3.5" /> {title}
            </Link>
            <AiStatusBadge status={session.status} />
            {session.psa_ticket_id && <PushChip session={{ id: session.id, kind: 'ai' }} />}
          </>
        }
        description={
          <>
            {session.psa_ticket_id && (
              <span className="text-fg mr-2 font-mono">#{session.psa_ticket_id}</span>
            )}
            {session.client_name}
          </>
        }
        actions={
          <Button size="lg" variant="primary" onClick={copy} disabled={note === undefined} kbd="c">
            {state === 'done' ? (
              <Check aria-hidden className="size-4" />
            ) : (
              <Copy aria-hidden className="size-4" />
            )}
            {state === 'done' ? 'Copied' : 'Copy note'}
          </Button>
        }
      />
      <p role="status" className="sr-only">
        {state === 'done' ? 'The note is on the clipboard.' : ''}
      </p>
      {state === 'failed' && (
        <Callout tone="warning" title="The browser did not allow copying" role="alert" className="mb-4">
          Select the text below and copy it with the keyboard.
        </Callout>
      )}
      <Tabs label="Kind of note" value={kind} onChange={setKind} tabs={KINDS}>
        <QueryView query={query} skeleton={<NoteSkeleton />}>
          {(data) => (
            <NoteSentences key={`${kind} ${masked}`} note={data}>
              <Panel title="Sensitive data">
                <Switch label="Mask sensitive data" checked={masked} onChange={setMasked} />
                <p aria-live="polite" className="text-fg-muted mt-2 text-sm">
                  {maskedText(data, masked)}
                </p>
              </Panel>
              <PushPanel
                session={{ id: session.id, kind: 'ai' }}
                ticketId={session.psa_ticket_id}
                mayPush={session.can_work}
                hasEnded={hasEnded(session.status)}
              />
            </NoteSentences>
          )}
        </QueryView>
      </Tabs>
    </>
  );
}

function maskedText(note: Documentation, masked: boolean): string {
  if (!masked) return 'Passwords and personal data are readable in this note.';
  const total = note.redaction?.total ?? 0;
  return total === 0 ? 'Nothing in it had to be masked.' : `${plural(total, 'item')} masked.`;
}

function NoteSkeleton() {
  return (
    <div role="status" aria-label="Loading the note" className="grid gap-3">
      <Skeleton className="h-7 w-1/3" />
      <Skeleton className="h-4" />
      <Skeleton className="h-4" />
      <Skeleton className="h-4 w-2/3" />
      <Skeleton className="mt-4 h-7 w-1/3" />
      <Skeleton className="h-4" />
    </div>
  );
}

const COPIED_MS = 2_500;

/** Copies exactly what the server rendered, at once: the browser allows it only right after the press. */
function useCopy(text: string | undefined) {
  const [state, setState] = useState<'idle' | 'done' | 'failed'>('idle');
  useEffect(() => {
    if (state !== 'done') return undefined;
    const timer = setTimeout(() => setState('idle'), COPIED_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    if (text !== undefined) void copyText(text).then((done) => setState(done ? 'done' : 'failed'));
  };
  return { state, copy };
}
