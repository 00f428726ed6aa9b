import { ArrowUp, FileText, X } from 'lucide-react';
import {
  lazy,
  Suspense,
  useEffect,
  useRef,
  useState,
  type ClipboardEvent,
  type ComponentProps,
  type FormEvent,
} from 'react';
import { useNavigate } from 'react-router';

import { messageOf, NetworkError } from '@/shared/api/problem';
import { submitOnEnter } from '@/shared/lib/form-keys';
import { plural } from '@/shared/lib/plural';
import { useDraft } from '@/shared/lib/use-draft';
import { TicketButton, TicketPanel } from '@/shared/psa/lazy';
import { Button, IconButton } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { TextArea, TextField } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { scrollable } from '@/shared/ui/scrollable';

import { useStartAiSession } from './api/mutations';
import { AttachButton } from './components/attach-button';
import { DropHint } from './components/drop-hint';
import { DueFixes } from './components/due-fixes';
import { filesOf } from './model/files';
import { looksLikeLog, newSessionOf } from './model/intake';
import { useDrop } from './use-drop';
import { useFiles } from './use-files';

const FileChips = lazy(() => import('./components/file-chips'));

export function Component() {
  const navigate = useNavigate();
  const start = useStartAiSession();
  const [text, setText] = useDraft('pilot.new.text');
  const [log, setLog] = useDraft('pilot.new.log');
  const [ticket, setTicket] = useDraft('pilot.new.ticket');
  const [client, setClient] = useDraft('pilot.new.client');
  /** The ticket that was chosen, as long as its number stands in the field. */
  const [picked, setPicked] = useDraft('pilot.new.picked');
  const [problem, setProblem] = useState<string | null>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useFiles('pilot.new');
  const drop = useDrop(bring);

  useEffect(() => field.current?.focus(), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (start.isPending || files.busy) return;
    const uploads = files.ready.map(({ id }) => id);
    const input = newSessionOf({ text, log, ticket, client, uploads });
    setProblem(input === null ? 'Say in a few words what is wrong, or attach a picture or a log.' : null);
    if (input === null) {
      field.current?.focus();
      return;
    }
    start.mutate(input, {
      onSuccess: (session) => {
        files.sent(uploads);
        for (const forget of [setText, setLog, setTicket, setClient, setPicked]) forget('');
        void navigate(`/pilot/${session.id}`);
      },
    });
  }

  function pick({ id, summary, company }: Parameters<ComponentProps<typeof TicketButton>['onPick']>[0]) {
    setTicket(id);
    setPicked(summary === undefined ? '' : id);
    if (company) setClient(company);
    if (summary && text.trim() === '') setText(summary);
    setProblem(null);
    // After the dialog has given the focus back to its button.
    setTimeout(() => field.current?.focus(), 0);
  }
  function onPaste(event: ClipboardEvent) {
    const pictures = filesOf(event.clipboardData);
    if (pictures.length > 0) {
      event.preventDefault();
      bring(pictures);
      return;
    }
    const pasted = event.clipboardData.getData('text');
    if (!looksLikeLog(pasted) || log !== '') return;
    event.preventDefault();
    setLog(pasted);
  }
  function bring(chosen: File[]) {
    setProblem(null);
    files.add(chosen);
  }

  return (
    <div className="rf-pilot-start">
      <div className="mx-auto w-full max-w-3xl">
        <PageHeader
          title="What is broken?"
          documentTitle="Pilot"
          description="You are led one step at a time. Every step says where it comes from; the note writes itself."
        />
        <form onSubmit={submit} aria-label="Start a session" className="grid gap-4">
          <div className="border-line bg-surface relative grid gap-3 rounded-xl border p-4" {...drop.props}>
            {drop.over && <DropHint />}
            <TextArea
              ref={field}
              label="The problem"
              hideLabel
              rows={7}
              value={text}
              onChange={(event) => setText(event.target.value)}
              onPaste={onPaste}
              onKeyDown={submitOnEnter}
              placeholder="Paste the ticket, the log or describe the problem"
              className="text-lg"
              error={problem ?? undefined}
            />
            {log !== '' && (
              <LogCard
                log={log}
                onRemove={() => setLog('')}
                onInline={() => {
                  setText(text === '' ? log : `${text}\n\n${log}`);
                  setLog('');
                }}
              />
            )}
            {files.items.length > 0 && (
              <Suspense fallback={null}>
                <FileChips files={files} />
              </Suspense>
            )}
            <div className="flex flex-wrap items-center gap-2">
              <TicketButton label="From a ticket" mode="start" variant="ghost" onPick={pick} />
              <AttachButton onFiles={bring} />
              <span className="text-fg-subtle text-xs max-sm:hidden">
                Enter starts, Shift+Enter makes a new line
              </span>
              <Button
                type="submit"
                variant="primary"
                size="lg"
                busy={start.isPending}
                disabled={files.busy}
                className="ml-auto"
              >
                {!start.isPending && <ArrowUp aria-hidden className="size-4" />} Start
              </Button>
            </div>
          </div>
          <div className="grid gap-4 sm:grid-cols-2">
            <TextField
              label="Ticket number"
              optional
              value={ticket}
              onChange={(event) => setTicket(event.target.value)}
              maxLength={100}
              autoComplete="off"
              className="font-mono"
            />
            <TextField
              label="Client"
              optional
              value={client}
              onChange={(event) => setClient(event.target.value)}
              maxLength={255}
              autoComplete="off"
            />
          </div>
          {picked !== '' && picked === ticket && <TicketPanel ticketId={picked} />}
          {start.isError && (
            <Callout
              tone={start.error instanceof NetworkError ? 'warning' : 'danger'}
              title={
                start.error instanceof NetworkError ? 'Not started: no connection' : messageOf(start.error)
              }
              role="alert"
            >
              What you entered is kept here. Start again when it can go.
            </Callout>
          )}
        </form>
        <div className="mt-6">
          <DueFixes />
        </div>
      </div>
    </div>
  );
}

function LogCard({ log, onRemove, onInline }: { log: string; onRemove: () => void; onInline: () => void }) {
  const lines = log.trimEnd().split('\n');
  return (
    <section aria-label="Attached log" className="border-line overflow-hidden rounded-lg border">
      <div className="border-line bg-raised flex min-h-9 items-center gap-2 border-b pr-1 pl-3 text-sm">
        <FileText aria-hidden className="text-fg-subtle size-4 shrink-0" />
        <span className="font-medium">Log</span>
        <span className="text-fg-subtle truncate tabular-nums">{plural(lines.length, 'line')}</span>
        <Button size="sm" variant="ghost" className="ml-auto" onClick={onInline}>
          Put into the text
        </Button>
        <IconButton label="Remove the log" onClick={onRemove}>
          <X aria-hidden className="size-4" />
        </IconButton>
      </div>
      <pre
        {...scrollable}
        aria-label="Beginning of the log"
        className="bg-canvas overflow-x-auto px-3 py-2.5 font-mono text-sm leading-relaxed -outline-offset-2!"
      >
        {lines.slice(0, 4).join('\n')}
        {lines.length > 4 && '\n…'}
      </pre>
    </section>
  );
}
