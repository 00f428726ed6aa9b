import { keepPreviousData, queryOptions } from '@tanstack/react-query';

import { api } from '@/shared/api/client';
import { loadMeta } from '@/shared/api/meta';
import { sendStreamed } from '@/shared/api/streamed-answer';
import type { SentRequest, SimilarCase, TreePage } from '@/shared/api/types';
import type { AnswerStream } from '@/shared/lib/answer-stream';

import { pilotKeys } from './recent';
import type { AiSession, Documentation, DocumentKind, DueFix } from './types';

export const aiSessionQuery = (id: string) =>
  queryOptions({
    queryKey: pilotKeys.one(id),
    queryFn: ({ signal }) => api.get<AiSession>(`/ai-sessions/${id}`, { signal }),
    // Another tab, or whoever took it over, may have moved on: coming back to the page looks again.
    staleTime: 0,
  });

export const dueFixesQuery = () =>
  queryOptions({
    queryKey: pilotKeys.due,
    queryFn: ({ signal }) => api.get<DueFix[]>('/ai-sessions/fixes/due', { signal }),
    staleTime: 60_000,
  });

/** Which text of a session, and how. */
export interface NoteWanted {
  id: string;
  /** What is recorded up to it is in the text. */
  revision: number;
  kind: DocumentKind;
  masked: boolean;
}

export const noteKey = ({ id, revision, kind, masked }: NoteWanted) =>
  [...pilotKeys.document(id), kind, masked, revision] as const;

/** The text, sentence by sentence into `written` as the server checks them. Nobody looking stops whoever writes it. */
export const documentQuery = (wanted: NoteWanted, written?: AnswerStream) =>
  queryOptions({
    queryKey: noteKey(wanted),
    queryFn: ({ signal }) => {
      written?.clear();
      return sendStreamed<Documentation>({
        path: `/ai-sessions/${wanted.id}/documentation`,
        body: { kind: wanted.kind, redaction_mode: wanted.masked ? 'mask' : 'none' },
        onText: (text) => written?.push(text),
        signal,
      }).finally(() => written?.clear());
    },
    // The same text as of an older revision stays until the next is there.
    placeholderData: (before, query) =>
      query?.queryKey[3] === wanted.kind && query.queryKey[4] === wanted.masked ? before : undefined,
    staleTime: 60_000,
  });

export const flowSearchQuery = (search: string) =>
  queryOptions({
    queryKey: ['flows', 'list', { search, limit: 8, pilot: true }],
    queryFn: ({ signal }) =>
      api.get<TreePage>('/trees', {
        query: { search, limit: 8, sort: search === '' ? 'used' : undefined },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** What left the machine up to this revision, in the order it did. */
export const sentQuery = (id: string, revision: number) =>
  queryOptions({
    queryKey: ['pilot', 'sent', id, revision],
    queryFn: ({ signal }) => api.get<SentRequest[]>(`/ai-sessions/${id}/sent`, { signal }),
  });

/** What the installation has. */
export const metaQuery = () => queryOptions({ queryKey: ['meta'], queryFn: loadMeta, staleTime: Infinity });

/** What the account met before that is like the problem, as far as it is known after so many turns. */
export const similarQuery = (id: string, turn: number) =>
  queryOptions({
    queryKey: ['pilot', 'similar', id, turn],
    queryFn: ({ signal }) => api.get<SimilarCase[]>(`/ai-sessions/${id}/similar`, { signal }),
    // The next turn's is there in a moment; until then this stays.
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  });
