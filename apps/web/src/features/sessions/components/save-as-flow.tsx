import { BookmarkPlus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';

import { useActions } from '@/shared/actions/registry';
import { useAuth } from '@/shared/api/auth-session';
import type { SessionResponse } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';

const SaveAsFlowDialog = lazy(() => import('./save-as-flow-dialog'));

/** The button, the palette's command and the dialog behind both. */
export function SaveAsFlow({
  session,
  settled,
  size = 'md',
  compact = false,
}: {
  session: SessionResponse;
  settled?: () => Promise<void>;
  size?: 'md' | 'lg';
  /** Only the icon where there is little room; the name stays for screen readers. */
  compact?: boolean;
}) {
  const [open, setOpen] = useState(false);
  // The server lets only the session's own engineer do it.
  const own = useAuth((s) => s.user?.id === session.user_id);
  useActions([
    {
      id: 'session.save-as-flow',
      name: 'Save this session as a flow',
      section: 'This session',
      icon: BookmarkPlus,
      enabled: own,
      perform: () => setOpen(true),
    },
  ]);
  if (!own) return null;
  return (
    <>
      <Button
        size={size}
        variant={compact ? 'ghost' : 'secondary'}
        title={compact ? 'Save as flow' : undefined}
        onClick={() => setOpen(true)}
      >
        <BookmarkPlus aria-hidden className="size-4" />
        <span className={compact ? 'sr-only' : undefined}>Save as flow</span>
      </Button>
      {open && (
        <Suspense fallback={null}>
          <SaveAsFlowDialog session={session} settled={settled} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
