import { useQuery } from '@tanstack/react-query';
import { Mails } from 'lucide-react';
import { useState } from 'react';

import type { OutboxMail } from '@/shared/api/types';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { useUrlState } from '@/shared/lib/use-url-state';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';
import { Pager } from '@/shared/ui/pager';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { outboxQuery, PAGE_SIZE } from './api/admin';
import { DataTable } from './components/data-table';
import { MailDialog } from './components/mail-dialog';
import { StateFilter } from './components/state-filter';
import { MAIL_STATES, readable } from './model/words';

export function Component() {
  const url = useUrlState();
  const [shown, setShown] = useState<string | null>(null);
  const page = Math.max(1, Number(url.get('page')) || 1);
  const query = useQuery(outboxQuery({ state: url.get('state'), page }));
  const columns = [
    {
      name: 'To',
      cell: (mail: OutboxMail) => (
        <>
          <span className="font-medium break-all">{mail.to}</span>
          <span className="text-fg-muted block">{mail.subject ?? readable(mail.about)}</span>
        </>
      ),
    },
    {
      name: 'State',
      cell: ({ state, response }: OutboxMail) => (
        <>
          <Badge tone={MAIL_STATES[state]?.tone ?? 'neutral'}>{MAIL_STATES[state]?.words ?? state}</Badge>
          {response && (
            <span className="text-fg-muted mt-0.5 block max-w-prose text-xs break-words">{response}</span>
          )}
        </>
      ),
    },
    { name: 'Tries', right: true, cell: (mail: OutboxMail) => mail.attempts.toLocaleString() },
    {
      name: 'When',
      cell: ({ created_at: at }: OutboxMail) => (
        <time dateTime={at} title={formatDateTime(at)} className="whitespace-nowrap">
          {formatAgo(at)}
        </time>
      ),
    },
    {
      name: 'Actions',
      hideName: true,
      right: true,
      cell: (mail: OutboxMail) => (
        <Button size="sm" aria-label={`Open the mail to ${mail.to}`} onClick={() => setShown(mail.id)}>
          Open
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageHeader
        title="Outbox"
        description="Mails and what became of them. Where no mail server is set up they are kept here to be read and passed on."
      />
      <StateFilter states={MAIL_STATES} legend="State of mails" />
      <QueryView query={query} skeleton={<SkeletonRows rows={8} label="Loading mails" />}>
        {(mails) =>
          mails.length === 0 ? (
            <EmptyState icon={Mails} title="No mails here">
              Invitations, password resets and proofs of an address show up here.
            </EmptyState>
          ) : (
            <>
              <DataTable caption="Mails" rows={mails.slice(0, PAGE_SIZE)} columns={columns} />
              <Pager
                page={page}
                hasNext={mails.length > PAGE_SIZE}
                summary={`Page ${page}`}
                onPage={(next) => url.set({ page: next > 1 ? String(next) : null })}
              />
            </>
          )
        }
      </QueryView>
      {shown && <MailDialog id={shown} onClose={() => setShown(null)} />}
    </>
  );
}
