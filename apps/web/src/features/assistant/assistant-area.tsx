import { Lock } from 'lucide-react';
import { Outlet, useMatch } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import { ButtonLink } from '@/shared/ui/button';
import { EmptyState } from '@/shared/ui/empty-state';
import { PageHeader } from '@/shared/ui/page-header';

import { ChatSidebar } from './components/chat-sidebar';

import './assistant.css';

/** The chats at the side, and beside them the one that is open or the place to begin one. */
export function Component() {
  const atStart = useMatch('/assistant') !== null;
  const mayAsk = useAuth((s) => s.user?.role !== 'viewer');
  if (!mayAsk) {
    return (
      <>
        <PageHeader title="Assistant" />
        <EmptyState
          icon={Lock}
          title="You cannot open this"
          action={<ButtonLink to="/flows">Look at the flows</ButtonLink>}
        >
          The assistant is for engineers; a viewer reads flows and notes. Ask a team admin if you need it.
        </EmptyState>
      </>
    );
  }
  return (
    <div className="rf-assistant" data-open={atStart ? undefined : ''}>
      <div className="rf-assistant-side">
        <ChatSidebar />
      </div>
      <div className="rf-assistant-main">
        <Outlet />
      </div>
    </div>
  );
}
