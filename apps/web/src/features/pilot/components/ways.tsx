import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, GitBranch, Maximize2, Sparkles } from 'lucide-react';

import { useActions } from '@/shared/actions/registry';
import { Button } from '@/shared/ui/button';

import { metaQuery } from '../api/queries';
import type { Move } from '../api/types';

interface WaysProps {
  busy: boolean;
  /** Whether there is a step to go back to. */
  canBack: boolean;
  onMove: (move: Move) => void;
  onPickFlow: () => void;
}

/** The ways off the one that is followed; there whether a step is open or not. */
export function Ways({ busy, canBack, onMove, onPickFlow }: WaysProps) {
  const back = () => onMove({ kind: 'back' });
  const widen = () => onMove({ kind: 'widen' });
  const think = () => onMove({ kind: 'think' });
  const hasModel = useQuery(metaQuery()).data?.model_enabled === true;
  useActions([
    {
      id: 'pilot.think',
      name: 'Ask the model to look at it',
      section: 'This session',
      keys: ['a'],
      icon: Sparkles,
      enabled: !busy && hasModel,
      perform: think,
    },
    {
      id: 'pilot.back',
      name: 'Back to the step before',
      section: 'This session',
      keys: ['b'],
      icon: ArrowLeft,
      enabled: !busy && canBack,
      perform: back,
    },
    {
      id: 'pilot.widen',
      name: 'Try another approach',
      section: 'This session',
      keys: ['x'],
      icon: Maximize2,
      keywords: 'widen',
      enabled: !busy,
      perform: widen,
    },
    {
      id: 'pilot.pick',
      name: 'Pick another flow',
      section: 'This session',
      keys: ['p'],
      icon: GitBranch,
      enabled: !busy,
      perform: onPickFlow,
    },
  ]);
  return (
    <div role="group" aria-label="Another way" className="-mt-2 flex flex-wrap items-center gap-1">
      <Button variant="ghost" size="sm" disabled={busy || !canBack} onClick={back} kbd="b">
        <ArrowLeft aria-hidden className="size-3.5" /> Back
      </Button>
      <Button variant="ghost" size="sm" disabled={busy} onClick={widen} kbd="x">
        <Maximize2 aria-hidden className="size-3.5" /> Widen
      </Button>
      <Button variant="ghost" size="sm" disabled={busy} onClick={onPickFlow} kbd="p">
        <GitBranch aria-hidden className="size-3.5" /> Another flow
      </Button>
      {hasModel && (
        <Button variant="ghost" size="sm" disabled={busy} onClick={think} kbd="a">
          <Sparkles aria-hidden className="size-3.5" /> Ask the model
        </Button>
      )}
    </div>
  );
}
