import { useQuery } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import type { SentRequest } from '@/shared/api/types';
import { SentDialog } from '@/shared/ui/sent-dialog';

import type { Chat } from '../api/types';

/** What left the machine for a chat. */
export default function ChatSentDialog({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const query = useQuery({
    queryKey: ['assistant', 'sent', chat.id, chat.messages_count],
    queryFn: ({ signal }) => api.get<SentRequest[]>(`/assistant/chats/${chat.id}/sent`, { signal }),
  });
  return <SentDialog query={query} onClose={onClose} />;
}
