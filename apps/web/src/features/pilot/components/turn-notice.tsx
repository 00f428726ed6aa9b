import { RotateCw } from 'lucide-react';

import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';

import type { Move } from '../api/types';
import type { TurnNotice as Notice } from '../use-turns';

const TONE = { moved: 'info', stopped: 'info', unsent: 'warning', refused: 'danger' } as const;

/** What became of a turn that was not taken. */
export function TurnNotice({
  notice,
  onAgain,
  onDismiss,
}: {
  notice: Notice;
  onAgain: (move: Move) => void;
  onDismiss: () => void;
}) {
  const { again } = notice;
  return (
    <Callout
      tone={TONE[notice.kind]}
      title={notice.title}
      role="alert"
      action={
        again ? (
          <Button size="sm" onClick={() => onAgain(again)}>
            <RotateCw aria-hidden className="size-3.5" /> Try again
          </Button>
        ) : (
          <Button size="sm" variant="ghost" onClick={onDismiss}>
            Dismiss
          </Button>
        )
      }
    >
      {notice.text}
    </Callout>
  );
}
