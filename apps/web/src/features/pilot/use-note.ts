import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { AnswerStream } from '@/shared/lib/answer-stream';

import { documentQuery, type NoteWanted } from './api/queries';

/** A text of a session, and what of it is written while it is on its way. */
export function useNote(wanted: NoteWanted) {
  const [written] = useState(() => new AnswerStream());
  const query = useQuery(documentQuery(wanted, written));
  return { query, note: query.data, written };
}
