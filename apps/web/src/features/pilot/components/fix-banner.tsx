import { clsx } from 'clsx';
import { CircleCheck, Ellipsis, Hourglass, Lightbulb, TriangleAlert, type LucideIcon } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';

import { messageOf } from '@/shared/api/problem';
import { formatAgo, formatDateTime } from '@/shared/lib/dates';
import { Button, IconButton } from '@/shared/ui/button';

import { useFixOutcome } from '../api/mutations';
import type { Fix, FixOutcome } from '../api/types';
import { bannerMode, type BannerMode } from '../model/fixes';
import { PartialForm, PendingForm } from './fix-forms';

const FixMenu = lazy(() => import('./fix-menu'));

const LOOK_AGAIN_MS = 30_000;

const LOOK: Record<BannerMode, { icon: LucideIcon; word: string; box: string; ink: string }> = {
  proposed: { icon: Lightbulb, word: 'Suggested fix', box: 'border-line bg-raised', ink: 'text-accent-fg' },
  verifying: { icon: CircleCheck, word: 'Did it help?', box: 'border-line bg-raised', ink: 'text-accent-fg' },
  partial: {
    icon: TriangleAlert,
    word: 'Helped in part',
    box: 'border-warning/40 bg-warning/8',
    ink: 'text-warning',
  },
  pending: {
    icon: Hourglass,
    word: 'Awaiting verification',
    box: 'border-info/35 bg-info/8',
    ink: 'text-info',
  },
  nudge: {
    icon: TriangleAlert,
    word: 'Still needs an outcome',
    box: 'border-warning/40 bg-warning/8',
    ink: 'text-warning',
  },
};

export type FixForm = 'pending' | 'partial';

/** What is to be said of a suggested fix. It asks and never insists: everything else goes on around it. */
export function FixBanner({ fix }: { fix: Fix }) {
  const now = useNow();
  const [form, setForm] = useState<FixForm | null>(null);
  const outcome = useFixOutcome(fix.session_id);
  const mode = bannerMode(fix, now);
  if (mode === null) return null;
  const { icon: Icon, word, box, ink } = LOOK[mode];
  const busy = outcome.isPending;
  const say = (change: FixOutcome) =>
    outcome.mutate({ fixId: fix.id, ...change }, { onSuccess: () => setForm(null) });
  const waits = fix.status === 'applied_pending';
  return (
    <section
      aria-label={`Suggested fix: ${fix.title}`}
      className={clsx('rounded-lg border px-3.5 py-2.5', box)}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <div className="flex min-w-0 flex-1 basis-56 gap-2.5">
          <Icon aria-hidden className={clsx('mt-0.5 size-4 shrink-0', ink)} />
          <div className="min-w-0 text-sm">
            <p>
              <span className={clsx('mr-2 font-medium', ink)}>{word}</span>
              <span className="font-medium">{fix.title}</span>
            </p>
            {fix.status === 'applied_partial' && fix.partial_notes && (
              <p className="text-fg-muted">{fix.partial_notes}</p>
            )}
            {waits && (
              <p className="text-fg-muted">
                {fix.pending_reason}
                {fix.due_at && (
                  <time dateTime={fix.due_at} title={formatDateTime(fix.due_at)} className="text-fg-subtle">
                    {' '}
                    · look again {formatAgo(fix.due_at, now)}
                  </time>
                )}
              </p>
            )}
          </div>
        </div>
        <div className="flex flex-wrap items-center gap-1.5">
          {mode === 'proposed' ? (
            <Button size="sm" disabled={busy} onClick={() => say({ status: 'verifying' })}>
              Trying it
            </Button>
          ) : (
            <>
              <Button size="sm" disabled={busy} onClick={() => say({ status: 'applied_success' })}>
                Worked
              </Button>
              <Button size="sm" disabled={busy} onClick={() => say({ status: 'applied_failed' })}>
                Didn’t work
              </Button>
              {mode === 'nudge' && (
                <Button size="sm" variant="ghost" disabled={busy} onClick={() => setForm('pending')}>
                  Still checking
                </Button>
              )}
              {mode === 'pending' && (
                <Button size="sm" variant="ghost" disabled={busy} onClick={() => setForm('pending')}>
                  Update reason
                </Button>
              )}
            </>
          )}
          {mode === 'proposed' || mode === 'pending' ? (
            <Button size="sm" variant="ghost" disabled={busy} onClick={() => say({ status: 'dismissed' })}>
              Dismiss
            </Button>
          ) : (
            <Overflow fix={fix} onForm={setForm} onDismiss={() => say({ status: 'dismissed' })} />
          )}
        </div>
      </div>
      {form === 'pending' && (
        <PendingForm
          reason={fix.pending_reason ?? ''}
          // One that has passed is not a time to look again.
          dueAt={mode === 'pending' ? fix.due_at : null}
          busy={busy}
          onClose={() => setForm(null)}
          onSave={(wait) => say({ status: 'applied_pending', ...wait })}
        />
      )}
      {form === 'partial' && (
        <PartialForm
          notes={fix.partial_notes ?? ''}
          busy={busy}
          onClose={() => setForm(null)}
          onSave={(notes) => say({ status: 'applied_partial', notes })}
        />
      )}
      {outcome.isError && (
        <p role="alert" className="text-danger mt-2 text-sm">
          {messageOf(outcome.error)}
        </p>
      )}
    </section>
  );
}

/** The time, looked at often enough for a reminder. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LOOK_AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The menu's code comes with the first press. */
function Overflow(props: { fix: Fix; onForm: (form: FixForm) => void; onDismiss: () => void }) {
  const [wanted, setWanted] = useState(false);
  const trigger = (
    <IconButton label={`More about “${props.fix.title}”`} onClick={() => setWanted(true)}>
      <Ellipsis aria-hidden className="size-4" />
    </IconButton>
  );
  if (!wanted) return trigger;
  return (
    <Suspense fallback={trigger}>
      <FixMenu trigger={trigger} {...props} />
    </Suspense>
  );
}
