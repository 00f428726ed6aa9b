import { Cpu, Eye, Sparkles } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { Button } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';

import type { AiSession } from '../api/types';
import { engineName, isFallback, OFFLINE } from '../model/engine';

const SentDialog = lazy(() => import('./sent-dialog'));

/** Who answers in this session and why, and what that has cost. */
export function EnginePanel({ session }: { session: AiSession }) {
  const [open, setOpen] = useState(false);
  const { engine } = session;
  const Icon = engine.name === OFFLINE ? Cpu : Sparkles;
  const tokens = session.total_input_tokens + session.total_output_tokens;
  return (
    <Panel title="Who answers">
      <div className="grid justify-items-start gap-2 text-sm">
        <p className="flex min-w-0 items-center gap-2 font-medium">
          <Icon aria-hidden className="text-fg-subtle size-4 shrink-0" />
          <span className="break-all">{engineName(engine)}</span>
        </p>
        <p className={isFallback(engine) ? 'text-warning' : 'text-fg-muted'}>
          {engine.reason ??
            (engine.name === OFFLINE
              ? 'From your flows and the playbooks. Nothing leaves this machine.'
              : 'A model, with names and addresses replaced.')}
        </p>
        {tokens > 0 && (
          <p className="text-fg-subtle text-xs tabular-nums">
            {session.total_input_tokens} tokens in, {session.total_output_tokens} out
          </p>
        )}
        <Button size="sm" onClick={() => setOpen(true)}>
          <Eye aria-hidden className="size-3.5" /> What was sent
        </Button>
      </div>
      <Suspense fallback={null}>
        {open && (
          <SentDialog sessionId={session.id} revision={session.revision} onClose={() => setOpen(false)} />
        )}
      </Suspense>
    </Panel>
  );
}
