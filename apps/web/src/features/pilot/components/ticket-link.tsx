import { Link2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import { Button } from '@/shared/ui/button';

import { useLinkTicket } from '../api/mutations';
import type { AiSession } from '../api/types';

const TicketPicker = lazy(() => import('@/shared/psa/ticket-picker'));

/** The ticket of a session, or the way to name it while the session runs. */
export function TicketLink({ session, mayLink }: { session: AiSession; mayLink: boolean }) {
  const [open, setOpen] = useState(false);
  const link = useLinkTicket(session.id);
  if (session.psa_ticket_id) {
    return <span className="text-fg font-mono">#{session.psa_ticket_id}</span>;
  }
  if (!mayLink) return null;
  const take = (id: string) => link.mutate(id);
  return (
    <>
      <Button size="sm" variant="ghost" onClick={() => setOpen(true)}>
        <Link2 aria-hidden className="size-3.5" /> Link a ticket
      </Button>
      <Suspense fallback={null}>
        {open && (
          <TicketPicker
            mode="link"
            busy={link.isPending}
            problem={link.isError ? messageOf(link.error) : null}
            onPick={(ticket) => take(ticket.id)}
            onNumber={take}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}
