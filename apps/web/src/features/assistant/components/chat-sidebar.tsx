import { useInfiniteQuery } from '@tanstack/react-query';
import { BookOpenText, Plus } from 'lucide-react';

import { formatAgo } from '@/shared/lib/dates';
import { ButtonLink } from '@/shared/ui/button';
import { RecentLink, RecentList } from '@/shared/ui/recent-list';

import { chatsQuery } from '../api/queries';

/** The chats of this person, the last used first, and the way to the documents. */
export function ChatSidebar() {
  const query = useInfiniteQuery(chatsQuery());
  return (
    <nav aria-label="Chats" className="flex flex-col overflow-hidden">
      <RecentLink to="/assistant/documents" className="mb-3 flex items-center gap-2">
        <BookOpenText aria-hidden className="text-fg-subtle size-4" /> Documents
      </RecentLink>
      <div className="mb-2 flex items-center gap-2">
        <h2 className="text-sm font-semibold">Chats</h2>
        <ButtonLink to="/assistant" size="sm" className="ml-auto">
          <Plus aria-hidden className="size-3.5" /> New
        </ButtonLink>
      </div>
      <RecentList
        query={query}
        label="Chats"
        things="chats"
        empty="Nothing asked yet. Your chats stay here, for you alone."
      >
        {(chat) => (
          <li key={chat.id}>
            <RecentLink to={`/assistant/chats/${chat.id}`} className="grid gap-0.5">
              <span className="truncate font-medium">{chat.title}</span>
              <span className="text-fg-subtle flex gap-1.5 text-xs">
                {chat.ai_session_id != null && <span>Beside a session</span>}
                <span className="ml-auto shrink-0">{formatAgo(chat.updated_at)}</span>
              </span>
            </RecentLink>
          </li>
        )}
      </RecentList>
    </nav>
  );
}
