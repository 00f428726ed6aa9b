import { BookOpenText, Compass, GitBranch } from 'lucide-react';
import { useNavigate } from 'react-router';

import { PageHeader } from '@/shared/ui/page-header';

import { AskForm } from './components/ask-form';
import { Messages } from './components/messages';
import { useAsking } from './use-asking';

/** A question without a chat yet: asking begins one. */
export function Component() {
  const navigate = useNavigate();
  const asking = useAsking({
    chatId: null,
    onBegun: (chat) => void navigate(`/assistant/chats/${chat.id}`, { replace: true }),
  });
  return (
    <div className="mx-auto grid w-full max-w-3xl grid-cols-1 gap-6">
      <PageHeader title="Assistant" />
      {asking.sending === null ? (
        <div className="grid gap-4">
          <p className="text-fg-muted">
            Ask anything your library may know. Every answer shows the passages it rests on, and opens them.
          </p>
          <ul className="text-fg-muted grid gap-2 text-sm">
            <Reads icon={GitBranch} text="Published flows and each of their steps" />
            <Reads icon={Compass} text="Sessions you resolved, and what fixed them" />
            <Reads icon={BookOpenText} text="Documents of your account" />
          </ul>
        </div>
      ) : (
        <Messages messages={[]} sending={asking.sending} answer={asking.answer} />
      )}
      <AskForm asking={asking} takesFocus />
    </div>
  );
}

function Reads({ icon: Icon, text }: { icon: typeof GitBranch; text: string }) {
  return (
    <li className="flex items-center gap-2">
      <Icon aria-hidden className="text-fg-subtle size-4" /> {text}
    </li>
  );
}
