import { useQuery } from '@tanstack/react-query';
import { Eye, Pencil, Trash2 } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Link, useParams } from 'react-router';

import { IconButton } from '@/shared/ui/button';
import { PageHeader } from '@/shared/ui/page-header';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';

import { chatQuery } from './api/queries';
import type { Chat } from './api/types';
import { AskForm } from './components/ask-form';
import { Messages } from './components/messages';
import { useAsking } from './use-asking';

const RenameDialog = lazy(() => import('./components/rename-dialog'));
const DeleteDialog = lazy(() => import('./components/delete-dialog'));
const ChatSentDialog = lazy(() => import('./components/chat-sent-dialog'));

export function Component() {
  const { chatId = '' } = useParams();
  const query = useQuery(chatQuery(chatId));
  return (
    <QueryView page query={query} skeleton={<ChatSkeleton />}>
      {(chat) => <OpenChat key={chat.id} chat={chat} />}
    </QueryView>
  );
}

function OpenChat({ chat }: { chat: Chat }) {
  const asking = useAsking({ chatId: chat.id });
  const [dialog, setDialog] = useState<'rename' | 'delete' | 'sent' | null>(null);
  const close = () => setDialog(null);
  return (
    <div className="rf-assistant-talk mx-auto w-full max-w-3xl">
      <PageHeader
        title={chat.title}
        actions={
          <>
            <IconButton label="What was sent" onClick={() => setDialog('sent')}>
              <Eye aria-hidden className="size-4" />
            </IconButton>
            <IconButton label="Rename the chat" onClick={() => setDialog('rename')}>
              <Pencil aria-hidden className="size-4" />
            </IconButton>
            <IconButton label="Delete the chat" onClick={() => setDialog('delete')}>
              <Trash2 aria-hidden className="size-4" />
            </IconButton>
          </>
        }
      />
      {chat.ai_session_id != null && (
        <p className="text-fg-muted -mt-2 text-sm">
          Asked beside <Link to={`/pilot/${chat.ai_session_id}`}>a session</Link>.
        </p>
      )}
      <div className="rf-assistant-scroll" data-testid="chat">
        <Messages messages={chat.messages} sending={asking.sending} answer={asking.answer} atLast />
      </div>
      <AskForm asking={asking} takesFocus />
      <Suspense fallback={null}>
        {dialog === 'rename' && <RenameDialog chat={chat} onClose={close} />}
        {dialog === 'delete' && <DeleteDialog chat={chat} onClose={close} />}
        {dialog === 'sent' && <ChatSentDialog chat={chat} onClose={close} />}
      </Suspense>
    </div>
  );
}

function ChatSkeleton() {
  return (
    <div role="status" aria-label="Loading the chat" className="mx-auto grid w-full max-w-3xl gap-6">
      <Skeleton className="h-10" />
      <Skeleton className="ml-auto h-12 w-1/3" />
      <Skeleton className="h-32" />
    </div>
  );
}
