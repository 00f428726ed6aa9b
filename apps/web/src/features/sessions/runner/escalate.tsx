import { useQueryClient } from '@tanstack/react-query';
import { Siren } from 'lucide-react';
import { createContext, Suspense, use, useState, type ReactNode } from 'react';

import { useActions } from '@/shared/actions/registry';
import type { SessionResponse } from '@/shared/api/types';
import { psaKeys } from '@/shared/psa/keys';
import { Button } from '@/shared/ui/button';

import { sessionKeys } from '../api/queries';
import { settle } from './settle';
import type { Runner } from './use-runner';

export interface HandOverProps {
  session: SessionResponse;
  /** Resolves once everything that was done is with the server. */
  settled: () => Promise<void>;
  /** The session has ended; what it goes on in is the server's to tell. */
  onDone: () => void;
  onClose: () => void;
}

/** The dialog that hands a session over; another feature's, given by the route. */
export const HandOver = createContext<((props: HandOverProps) => ReactNode) | null>(null);

/** Hands the session over to the team, with everything that was tried. */
export function Escalate({ runner }: { runner: Runner }) {
  const { session } = runner;
  const dialog = use(HandOver);
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  useActions([
    {
      id: 'session.escalate',
      name: 'Hand the session over',
      section: 'This session',
      keys: ['h'],
      icon: Siren,
      enabled: dialog !== null,
      perform: () => setOpen(true),
    },
  ]);
  if (!dialog) return null;
  const done = () => {
    setOpen(false);
    void client.invalidateQueries({ queryKey: sessionKeys.all });
    // Its note may be on its way to the ticket now.
    void client.invalidateQueries({ queryKey: psaKeys.pushes });
  };
  return (
    <>
      <Button onClick={() => setOpen(true)} kbd="h">
        <Siren aria-hidden className="size-4" /> Escalate
      </Button>
      {open && (
        <Suspense fallback={null}>
          {dialog({
            session,
            settled: () => settle(runner),
            onDone: done,
            onClose: () => setOpen(false),
          })}
        </Suspense>
      )}
    </>
  );
}
