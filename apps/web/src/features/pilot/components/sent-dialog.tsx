import { useQuery } from '@tanstack/react-query';

import { SentDialog } from '@/shared/ui/sent-dialog';

import { sentQuery } from '../api/queries';

interface Props {
  sessionId: string;
  revision: number;
  onClose: () => void;
}

/** What left the machine for a session. */
export default function SessionSentDialog({ sessionId, revision, onClose }: Props) {
  return <SentDialog query={useQuery(sentQuery(sessionId, revision))} onClose={onClose} />;
}
