import { useQuery } from '@tanstack/react-query';
import { Maximize2 } from 'lucide-react';
import { useState } from 'react';

import { ButtonLink } from '@/shared/ui/button';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { SkeletonRows } from '@/shared/ui/skeleton';

import { chatQuery, chatsBesideQuery } from './api/queries';
import { AskForm } from './components/ask-form';
import { Messages } from './components/messages';
import { useAsking } from './use-asking';

/** The assistant beside a conversation with the copilot: a chat of its own, which changes nothing in the conversation. */
export default function BesidePanel({ sessionId }: { sessionId: string }) {
  const query = useQuery(chatsBesideQuery(sessionId));
  return (
    <Panel title="Ask the library">
      <QueryView query={query} skeleton={<SkeletonRows rows={1} label="Loading the chat" />}>
        {([chat]) =>
          chat === undefined ? (
            <NewBeside sessionId={sessionId} />
          ) : (
            <KnownBeside chatId={chat.id} sessionId={sessionId} />
          )
        }
      </QueryView>
    </Panel>
  );
}

function NewBeside({ sessionId }: { sessionId: string }) {
  const asking = useAsking({ chatId: null, sessionId });
  return (
    <div className="grid grid-cols-1 gap-3">
      {asking.sending === null ? (
        <p className="text-fg-muted text-sm">
          What the copilot does not ask: your flows, resolved sessions and documents.
        </p>
      ) : (
        <Messages messages={[]} sending={asking.sending} answer={asking.answer} />
      )}
      <AskForm asking={asking} />
    </div>
  );
}

function KnownBeside({ chatId, sessionId }: { chatId: string; sessionId: string }) {
  const query = useQuery(chatQuery(chatId));
  const asking = useAsking({ chatId, sessionId });
  const [whole, setWhole] = useState(false);
  return (
    <QueryView query={query} skeleton={<SkeletonRows rows={2} label="Loading the chat" />}>
      {(chat) => (
        <div className="grid grid-cols-1 gap-3">
          {!whole && chat.messages.length > 2 && (
            <button
              type="button"
              className="text-accent-fg justify-self-start text-sm hover:underline"
              onClick={() => setWhole(true)}
            >
              Show what was asked before
            </button>
          )}
          <Messages
            messages={whole ? chat.messages : chat.messages.slice(-2)}
            sending={asking.sending}
            answer={asking.answer}
          />
          <AskForm asking={asking} />
          <ButtonLink
            to={`/assistant/chats/${chatId}`}
            size="sm"
            variant="ghost"
            className="justify-self-start"
          >
            <Maximize2 aria-hidden className="size-3.5" /> Open in the assistant
          </ButtonLink>
        </div>
      )}
    </QueryView>
  );
}
