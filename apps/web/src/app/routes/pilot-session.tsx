import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useRef } from 'react';
import { useNavigate, useParams, useSearchParams } from 'react-router';

import { hideChips } from '@/features/handoff/model/chips';
import { conflictText, madeText } from '@/features/handoff/model/words';
import { keepSession } from '@/features/pilot/api/mutations';
import { pilotKeys } from '@/features/pilot/api/recent';
import type { Joined } from '@/features/pilot/components/conversation';
import { openStep } from '@/features/pilot/model/transcript';
import { SessionPage } from '@/features/pilot/session-page';
import { useAuth } from '@/shared/api/auth-session';
import type { AiSession, AlreadyClaimed, HandoffIntent, HandoffMade } from '@/shared/api/types';
import { notify } from '@/shared/ui/toast';

const BesidePanel = lazy(() => import('@/features/assistant/beside-panel'));
const Briefing = lazy(() => import('@/features/handoff/components/briefing'));
const EscalateDialog = lazy(() => import('@/features/handoff/components/escalate-dialog'));
const StepChips = lazy(() => import('@/features/handoff/components/step-chips'));

/** A conversation, with what hands it over; or, for whoever is to take it over, the briefing before it. */
export function Component() {
  const { sessionId = '' } = useParams();
  const [params] = useSearchParams();
  return params.get('pickup') === 'true' ? (
    <Pickup key={sessionId} sessionId={sessionId} />
  ) : (
    <SessionPage sessionId={sessionId} joined={JOINED} />
  );
}

function Pickup({ sessionId }: { sessionId: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const toConversation = () => void navigate(`/pilot/${sessionId}`, { replace: true });
  const started = (session: AiSession) => {
    keepSession(client, session);
    toConversation();
  };
  const lost = (winner: AlreadyClaimed) => {
    notify('error', conflictText(winner));
    void navigate('/escalations', { replace: true });
  };
  return (
    <Suspense fallback={null}>
      <Briefing sessionId={sessionId} onStarted={started} onLost={lost} onNone={toConversation} />
    </Suspense>
  );
}

/** The session stands as escalated at once; what the server says of it follows, or it stands as it did before. */
function useHandingOver(sessionId: string) {
  const client = useQueryClient();
  const key = pilotKeys.one(sessionId);
  const before = useRef<AiSession | undefined>(undefined);
  const reload = () => {
    void client.invalidateQueries({ queryKey: key });
    void client.invalidateQueries({ queryKey: pilotKeys.lists });
  };
  return {
    onSent: (intent: HandoffIntent) => {
      before.current = client.getQueryData<AiSession>(key);
      if (intent !== 'escalate') return;
      void client.cancelQueries({ queryKey: key });
      client.setQueryData<AiSession>(key, (known) => known && { ...known, status: 'escalated' });
    },
    onDone: (made: HandoffMade) => {
      notify('success', madeText(made));
      reload();
    },
    onFailed: () => {
      client.setQueryData<AiSession>(key, before.current);
      reload();
    },
  };
}

function HandOver({ session, onClose }: { session: AiSession; onClose: () => void }) {
  const handing = useHandingOver(session.id);
  const done = (made: HandoffMade) => {
    handing.onDone(made);
    onClose();
  };
  return <EscalateDialog session={session} onClose={onClose} {...handing} onDone={done} />;
}

/** For whoever took it over. */
function Suggestions({ session, onWrite }: { session: AiSession; onWrite: (text: string) => void }) {
  const me = useAuth((s) => s.user?.id);
  if (session.escalated_to_id !== me) return null;
  return (
    <Suspense fallback={null}>
      <StepChips sessionId={session.id} open={openStep(session)?.title} onWrite={onWrite} />
    </Suspense>
  );
}

/** The assistant, for whoever works the session. */
function Beside({ session }: { session: AiSession }) {
  return (
    <Suspense fallback={null}>
      <div className="mt-4">
        <BesidePanel sessionId={session.id} />
      </div>
    </Suspense>
  );
}

const JOINED: Joined = { Beside, HandOver, Suggestions, onMessage: (session) => hideChips(session.id) };
