import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, Check, Copy, Download, EyeOff, ShieldCheck } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';

import { useActions } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import type { ExportRequest, NoteFormat, SessionResponse } from '@/shared/api/types';
import { downloadText } from '@/shared/lib/clipboard';
import { PushChip, PushPanel } from '@/shared/psa/lazy';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Switch } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { Tabs } from '@/shared/ui/tabs';
import { notify } from '@/shared/ui/toast';

import { noteQuery, sessionQuery } from './api/queries';
import { MaskSelection } from './components/mask-selection';
import { NotePreview } from './components/note-preview';
import { SessionStatusBadge } from './components/outcome-badge';
import { RedactionPanel } from './components/redaction-panel';
import { SaveAsFlow } from './components/save-as-flow';
import { StepLog } from './components/step-log';
import { maskProblem } from './model/redaction';
import { useNoteChoices } from './use-note-choices';
import { useSelectedText } from './use-selected-text';
import { useTakeNote, type Taken } from './use-take-note';

const FORMATS: { value: NoteFormat; label: string; extension: string; type: string }[] = [
  { value: 'psa', label: 'PSA note', extension: 'txt', type: 'text/plain' },
  { value: 'markdown', label: 'Markdown', extension: 'md', type: 'text/markdown' },
  { value: 'text', label: 'Plain text', extension: 'txt', type: 'text/plain' },
  { value: 'html', label: 'HTML', extension: 'html', type: 'text/html' },
];

const INITIAL: Omit<ExportRequest, 'redaction'> = {
  format: 'psa',
  redaction_mode: 'mask',
  include_timestamps: true,
  include_scratchpad: false,
  include_decisions: true,
  include_next_steps: true,
  include_time_spent: true,
  include_details: true,
};

const OPTIONS: {
  key: Exclude<keyof ExportRequest, 'format' | 'redaction_mode' | 'redaction'>;
  label: string;
}[] = [
  { key: 'include_decisions', label: 'Steps and answers' },
  { key: 'include_timestamps', label: 'Times' },
  { key: 'include_time_spent', label: 'Time spent' },
  { key: 'include_details', label: 'Variables' },
  { key: 'include_next_steps', label: 'Next steps' },
  { key: 'include_scratchpad', label: 'Scratchpad' },
];

export function Component() {
  const { sessionId = '' } = useParams();
  const query = useQuery(sessionQuery(sessionId));
  return (
    <QueryView page query={query} skeleton={<Skeleton className="h-96" />}>
      {(session) => <NotePage session={session} />}
    </QueryView>
  );
}

function NotePage({ session }: { session: SessionResponse }) {
  const navigate = useNavigate();
  const mayPush = useAuth((s) => s.user?.role !== 'viewer');
  const [settings, setSettings] = useState(INITIAL);
  const { choices, change: changeChoices, toggle } = useNoteChoices(session.id);
  const options: ExportRequest = { ...settings, redaction: choices };
  const query = useQuery(noteQuery(session.id, session.revision, options));
  const note = query.data;
  const source = useRef<HTMLPreElement>(null);
  const selected = useSelectedText(source, note);
  const set = (change: Partial<typeof INITIAL>) => setSettings((now) => ({ ...now, ...change }));

  const format = FORMATS.find((candidate) => candidate.value === options.format) ?? FORMATS[0];
  const name = session.ticket_number
    ? `ticket-${session.ticket_number}`
    : `session-${session.id.slice(0, 8)}`;
  const { state, copy, download } = useTakeNote({
    session,
    options,
    // Never what was shown before the last decision.
    text: query.isPlaceholderData ? undefined : note?.text,
    save: (text) => format && downloadText(`${name}.${format.extension}`, text, format.type),
  });
  const ready = note !== undefined && !query.isPlaceholderData;
  const mask = (texts: string[]): string | null => {
    const problem = texts
      .map((text) => maskProblem(text, note?.text ?? '', choices))
      .find((found) => found !== null);
    if (problem) return problem;
    changeChoices({ mask: [...new Set([...choices.mask, ...texts])] });
    return null;
  };
  const maskSelected = () => {
    const problem = selected && mask(selected.texts);
    if (problem) notify('error', problem);
    else document.getSelection()?.removeAllRanges();
  };

  useActions([
    {
      id: 'note.copy',
      name: 'Copy the note',
      section: 'This page',
      keys: ['c'],
      icon: Copy,
      enabled: ready,
      perform: copy,
    },
    {
      id: 'note.download',
      name: 'Download the note',
      section: 'This page',
      keys: ['d'],
      icon: Download,
      enabled: ready,
      perform: download,
    },
    {
      id: 'note.mask',
      name: 'Mask or show sensitive data',
      section: 'This page',
      keys: ['m'],
      icon: ShieldCheck,
      perform: () => set({ redaction_mode: options.redaction_mode === 'mask' ? 'none' : 'mask' }),
    },
    {
      id: 'note.rules',
      name: 'Redaction rules of the account',
      section: 'Go to',
      icon: ShieldCheck,
      keywords: 'mask patterns detectors settings',
      perform: () => void navigate('/account/redaction'),
    },
    {
      id: 'note.mask-selection',
      name: 'Mask the selected text',
      section: 'This page',
      keys: ['x'],
      icon: EyeOff,
      enabled: selected !== null,
      perform: maskSelected,
    },
  ]);

  const reference = session.ticket_number ? `#${session.ticket_number}` : session.tree_snapshot.name;
  return (
    <>
      <PageHeader
        title="Ticket note"
        documentTitle={`Note ${reference}`}
        eyebrow={
          <>
            <Link
              to={`/sessions/${session.id}`}
              className="hover:text-fg inline-flex min-h-6 items-center gap-1 hover:underline"
            >
              <ArrowLeft aria-hidden className="size-3.5" /> {session.tree_snapshot.name}
            </Link>
            <SessionStatusBadge session={session} />
            {session.ticket_number && <PushChip session={{ id: session.id, kind: 'guided' }} />}
          </>
        }
        description={
          <>
            {session.ticket_number && (
              <span className="text-fg mr-2 font-mono">#{session.ticket_number}</span>
            )}
            {session.client_name}
          </>
        }
        actions={
          <>
            <Button size="lg" onClick={download} disabled={!ready} kbd="d">
              <Download aria-hidden className="size-4" /> Download
            </Button>
            <Button size="lg" variant="primary" onClick={copy} disabled={!ready} kbd="c">
              {state.copied === 'done' ? (
                <Check aria-hidden className="size-4" />
              ) : (
                <Copy aria-hidden className="size-4" />
              )}
              {state.copied === 'done' ? 'Copied' : 'Copy note'}
            </Button>
          </>
        }
      />
      <TakenNotice state={state} />
      {session.status !== 'completed' && (
        <Callout tone="info" title="This session is still running" className="mb-4">
          The note shows what is recorded so far.
        </Callout>
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_18rem]">
        <Tabs
          label="Format of the note"
          value={options.format}
          onChange={(value) => set({ format: value })}
          tabs={FORMATS}
        >
          <QueryView query={query} skeleton={<Skeleton className="h-[28rem]" />}>
            {(data) => (
              <NotePreview
                note={data}
                format={options.format}
                stale={query.isPlaceholderData}
                source={source}
                onToggle={toggle}
              />
            )}
          </QueryView>
          <StepLog session={session} />
        </Tabs>
        <div className="grid gap-4 lg:pt-9">
          <RedactionPanel
            masked={options.redaction_mode === 'mask'}
            note={note}
            choices={choices}
            onMasked={(on) => set({ redaction_mode: on ? 'mask' : 'none' })}
            onChoices={changeChoices}
            onToggle={toggle}
            onMask={(text) => mask([text])}
          />
          <Panel title="In the note">
            <div className="grid gap-1.5">
              {OPTIONS.map(({ key, label }) => (
                <Switch
                  key={key}
                  label={label}
                  checked={options[key]}
                  onChange={(on) => set({ [key]: on })}
                />
              ))}
            </div>
          </Panel>
          <PushPanel
            session={{ id: session.id, kind: 'guided' }}
            ticketId={session.ticket_number ?? null}
            mayPush={mayPush}
            hasEnded={session.completed_at !== null}
          />
          <Panel title="Worth doing again?">
            <p className="text-fg-muted mb-3 text-sm">Keep the way that led here as a flow of its own.</p>
            <SaveAsFlow session={session} />
          </Panel>
        </div>
      </div>
      {selected && <MaskSelection selected={selected} onMask={maskSelected} />}
    </>
  );
}

/** What became of taking the note; copying itself is said by the button and to screen readers. */
function TakenNotice({ state }: { state: Taken }) {
  return (
    <>
      <p role="status" className="sr-only">
        {state.copied === 'done' ? 'The note is on the clipboard.' : ''}
      </p>
      {state.copied === 'failed' && (
        <Callout tone="warning" title="The browser did not allow copying" role="alert" className="mb-4">
          Select the text below and copy it with the keyboard.
        </Callout>
      )}
      {state.changed && (
        <Callout tone="warning" title="The session changed meanwhile" role="alert" className="mb-4">
          You have the note as it was shown. Look at it again before you use it.
        </Callout>
      )}
      {state.problem && (
        <Callout
          tone="warning"
          title="The log does not say that the note was taken"
          role="alert"
          className="mb-4"
        >
          {state.problem}
        </Callout>
      )}
    </>
  );
}
