import { Ticket } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import type { PsaTicket } from '@/shared/api/types';
import { Button, type ButtonProps } from '@/shared/ui/button';

const TicketPicker = lazy(() => import('./ticket-picker'));

interface TicketButtonProps extends Pick<ButtonProps, 'variant' | 'size' | 'className'> {
  label: string;
  mode: 'start' | 'link';
  /** Where the PSA does not answer there is only a number. */
  onPick: (ticket: Pick<PsaTicket, 'id'> & Partial<PsaTicket>) => void;
}

/** A button that lets somebody choose a ticket for what they fill in. */
export default function TicketButton({ label, mode, onPick, ...look }: TicketButtonProps) {
  const [open, setOpen] = useState(false);
  const pick: TicketButtonProps['onPick'] = (ticket) => {
    setOpen(false);
    onPick(ticket);
  };
  return (
    <>
      <Button {...look} onClick={() => setOpen(true)}>
        <Ticket aria-hidden className="size-4" /> {label}
      </Button>
      <Suspense fallback={null}>
        {open && (
          <TicketPicker
            mode={mode}
            onPick={pick}
            onNumber={(id) => pick({ id })}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}
