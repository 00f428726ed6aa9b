import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, Check, Copy, PenLine, ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';

import { useActions } from '@/shared/actions/registry';
import { messageOf } from '@/shared/api/problem';
import { PushChip, PushPanel } from '@/shared/psa/lazy';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { Tabs } from '@/shared/ui/tabs';

import { useEditNote } from './api/mutations';
import { aiSessionQuery } from './api/queries';
import type { AiSession, DocumentKind } from './api/types';
import { NoteEditor } from './components/note-editor';
import { EditedText, EditLine, MaskSwitch, WritingNote } from './components/note-parts';
import { NoteSentences } from './components/note-sentences';
import { AiStatusBadge } from './components/status-badge';
import { hasEnded, headingOf } from './model/words';
import { useCopy } from './use-copy';
import { useNote } from './use-note';

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
  const [editing, setEditing] = useState<DocumentKind | null>(null);
  const wanted = { id: session.id, revision: session.revision, kind, masked };
  const { query, note, written } = useNote(wanted);
  const change = useEditNote(wanted);
  const { state, copy } = useCopy(note?.text);
  const mayEdit = session.can_work && note !== undefined;
  const edit = () => setEditing(kind);

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
      id: 'document.edit',
      name: 'Edit the note',
      section: 'This page',
      keys: ['e'],
      icon: PenLine,
      enabled: mayEdit && editing !== kind,
      perform: edit,
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
          <>
            {session.can_work && (
              <Button size="lg" onClick={edit} disabled={!mayEdit || editing === kind} kbd="e">
                <PenLine aria-hidden className="size-4" /> Edit
              </Button>
            )}
            <Button size="lg" variant="primary" onClick={copy} disabled={note === undefined} kbd="c">
              {state === 'done' ? (
                <Check aria-hidden className="size-4" />
              ) : (
                <Copy aria-hidden className="size-4" />
              )}
              {state === 'done' ? 'Copied' : 'Copy note'}
            </Button>
          </>
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
        {editing === kind ? (
          <div className="max-w-3xl">
            <NoteEditor key={kind} wanted={wanted} onClose={() => setEditing(null)} />
          </div>
        ) : (
          <QueryView query={query} skeleton={<WritingNote written={written} />}>
            {(data) => {
              const beside = (
                <>
                  <Panel title="Sensitive data">
                    <MaskSwitch note={data} masked={masked} onChange={setMasked} />
                  </Panel>
                  <PushPanel
                    session={{ id: session.id, kind: 'ai' }}
                    ticketId={session.psa_ticket_id}
                    mayPush={session.can_work}
                    hasEnded={hasEnded(session.status)}
                  />
                </>
              );
              return (
                <>
                  <EditLine
                    note={data}
                    mayEdit={session.can_work}
                    busy={change.isPending}
                    onKeep={edit}
                    onReset={() => change.mutate({ text: null, revision: data.revision })}
                  />
                  {change.isError && (
                    <Callout
                      tone="danger"
                      role="alert"
                      title={messageOf(change.error)}
                      className="mb-4"
                      action={
                        <Button size="sm" onClick={() => void query.refetch().then(() => change.reset())}>
                          Reload the note
                        </Button>
                      }
                    />
                  )}
                  {data.edit?.holds === true ? (
                    <div className="rf-pilot-note">
                      <EditedText note={data} />
                      <div className="rf-pilot-beside">{beside}</div>
                    </div>
                  ) : (
                    <NoteSentences key={`${kind} ${masked}`} note={data}>
                      {beside}
                    </NoteSentences>
                  )}
                </>
              );
            }}
          </QueryView>
        )}
      </Tabs>
    </>
  );
}
