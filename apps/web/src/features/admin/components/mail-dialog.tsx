import { useQuery } from '@tanstack/react-query';

import { formatDateTime } from '@/shared/lib/dates';
import { Callout } from '@/shared/ui/callout';
import { CopyButton } from '@/shared/ui/copy-button';
import { Dialog } from '@/shared/ui/dialog';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { mailQuery } from '../api/admin';
import { MAIL_STATES, readable } from '../model/words';

/** One mail as its reader would get it; only what is kept here can be read. */
export function MailDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(mailQuery(id));
  const mail = query.data;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={mail ? (mail.subject ?? readable(mail.about)) : 'Mail'}
      description={mail && `To ${mail.to}, ${formatDateTime(mail.created_at)}`}
      className="w-[min(40rem,calc(100vw-2rem))]!"
    >
      <QueryView query={query} skeleton={<Skeleton className="h-40" />}>
        {({ text, state }) =>
          text ? (
            <>
              <pre className="border-line bg-canvas rounded-md border p-4 font-sans text-sm break-words whitespace-pre-wrap">
                {text}
              </pre>
              <div className="mt-4 flex justify-end">
                <CopyButton text={text} label="Copy the mail" />
              </div>
            </>
          ) : (
            <Callout
              tone="info"
              title={`${MAIL_STATES[state]?.words ?? state}: its words are its reader's alone`}
            >
              Its links would sign you in as somebody else, so only mails kept here are shown.
            </Callout>
          )
        }
      </QueryView>
    </Dialog>
  );
}
