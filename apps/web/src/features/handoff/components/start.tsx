import { ArrowRight } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { useActions } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import { messageOf } from '@/shared/api/problem';
import type { AiSession, AlreadyClaimed, Handoff, PickupMode } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Choice } from '@/shared/ui/choice';
import { Panel } from '@/shared/ui/panel';

import { usePickUp, useRelease, winnerOf } from '../api/mutations';
import { NotYours } from './not-yours';

export interface StartProps {
  handoff: Handoff;
  /** It is this person's now. */
  onStarted: (session: AiSession) => void;
  /** Somebody else was faster. */
  onLost: (winner: AlreadyClaimed) => void;
}

const MODES: { value: PickupMode; label: string; hint: string }[] = [
  { value: 'continue', label: 'Continue where it stands', hint: 'The open step stays open.' },
  { value: 'fresh', label: 'Start fresh', hint: 'The copilot begins again, with the briefing at hand.' },
];

/** Picks it up. One of several gets it, and the others learn who. */
export function Start({ handoff, onStarted, onLost }: StartProps) {
  const me = useAuth((s) => s.user?.id);
  const [mode, setMode] = useState<PickupMode>('continue');
  const pickUp = usePickUp();
  const mine = handoff.status === 'claimed' && handoff.claimed_by === me;
  const open = handoff.status === 'waiting' && handoff.created_by !== me;
  const start = () => {
    if (pickUp.isPending) return;
    pickUp.mutate(
      { handoff, mode },
      {
        onSuccess: onStarted,
        onError: (error) => {
          const winner = winnerOf(error);
          if (winner) onLost(winner);
        },
      },
    );
  };
  useActions([
    {
      id: 'handoff.start',
      name: 'Start here',
      section: 'This page',
      keys: ['s'],
      icon: ArrowRight,
      enabled: open || mine,
      perform: start,
    },
  ]);

  // Its own answer is still to come; what others did meanwhile must not take the place of it.
  if (!open && !mine && !pickUp.isPending) return <NotYours handoff={handoff} />;
  return (
    <Panel title={mine ? 'It is yours' : 'Pick it up'}>
      <div className="mb-4">
        <Choice legend="How to go on" value={mode} onChange={setMode} options={MODES} />
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" size="lg" busy={pickUp.isPending} onClick={start} kbd="s">
          Start here
        </Button>
        {mine && <PutBack handoff={handoff} disabled={pickUp.isPending} />}
      </div>
      {pickUp.isError && winnerOf(pickUp.error) === null && (
        <p role="alert" className="text-danger mt-2 text-sm">
          {messageOf(pickUp.error)}
        </p>
      )}
    </Panel>
  );
}

/** For whoever claimed it and cannot go on with it after all. */
function PutBack({ handoff, disabled }: { handoff: Handoff; disabled: boolean }) {
  const release = useRelease();
  const navigate = useNavigate();
  return (
    <>
      <Button
        variant="ghost"
        size="lg"
        disabled={disabled}
        busy={release.isPending}
        onClick={() => release.mutate(handoff, { onSuccess: () => void navigate('/escalations') })}
      >
        Put it back
      </Button>
      {release.isError && (
        <p role="alert" className="text-danger basis-full text-sm">
          {messageOf(release.error)}
        </p>
      )}
    </>
  );
}
