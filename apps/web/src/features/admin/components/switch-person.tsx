import { useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import type { SiteUser } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Dialog } from '@/shared/ui/dialog';
import { notify } from '@/shared/ui/toast';

import { useSetActive } from '../api/admin';

/** Switches a person off, after a question, or on again, without one. */
export function SwitchPerson({ person }: { person: SiteUser }) {
  const [asking, setAsking] = useState(false);
  const change = useSetActive();
  const set = (is_active: boolean) =>
    change.mutate(
      { id: person.id, is_active },
      {
        onSuccess: () => {
          setAsking(false);
          notify('success', `${person.name} is switched ${is_active ? 'on again' : 'off and signed out'}.`);
        },
        onError: (error) => is_active && notify('error', messageOf(error)),
      },
    );
  if (!person.is_active) {
    return (
      <Button
        size="sm"
        busy={change.isPending}
        aria-label={`Switch ${person.name} on again`}
        onClick={() => set(true)}
      >
        Switch on
      </Button>
    );
  }
  return (
    <>
      <Button
        size="sm"
        variant="danger"
        aria-label={`Switch ${person.name} off`}
        onClick={() => {
          change.reset();
          setAsking(true);
        }}
      >
        Switch off
      </Button>
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={`Switch ${person.name} off?`}
        description={`${person.email} is signed out everywhere at once and cannot sign in until switched on again. What they made stays.`}
      >
        {change.isError && (
          <Callout tone="danger" title={messageOf(change.error)} role="alert" className="mb-4" />
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={() => setAsking(false)}>Cancel</Button>
          <Button variant="danger" busy={change.isPending} onClick={() => set(false)}>
            Switch off
          </Button>
        </div>
      </Dialog>
    </>
  );
}
