import type { AiSession, Message, Step } from '../api/types';

export type Entry =
  | { kind: 'message'; key: string; message: Message }
  | { kind: 'step'; key: string; step: Step };

/** What the engineer is asked for now. */
export const openStep = (session: AiSession): Step | null =>
  session.steps.findLast((step) => step.answer === null && !step.withdrawn) ?? null;

/** What was said and proposed, in the order it happened; the open step stands by itself below. */
export function entriesOf(session: AiSession): Entry[] {
  const open = openStep(session);
  const rows = [
    ...session.messages.map((message) => ({
      at: message.at,
      // All of one turn bears one time: what was said, the reply, and then what it proposes.
      rank: message.role === 'engineer' ? 0 : 1,
      entry: { kind: 'message', key: message.id, message } satisfies Entry as Entry,
    })),
    ...session.steps
      .filter((step) => step !== open)
      .map((step) => ({
        at: step.created_at,
        rank: 2,
        entry: { kind: 'step', key: step.id, step } satisfies Entry as Entry,
      })),
  ];
  return rows
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.rank - b.rank)
    .map(({ entry }) => entry);
}

/** What fixed it, as far as the steps tell: to be read and put right before it is recorded. */
export function draftOfResolution(session: AiSession): { summary: string; action: string } {
  const fix =
    session.fixes.findLast(({ status }) => status === 'applied_success' || status === 'applied_pending') ??
    session.fixes.findLast(({ status }) => status === 'applied_partial');
  const step = session.steps.findLast(
    ({ answer, withdrawn, kind }) => !withdrawn && kind === 'action' && answer?.verdict === 'worked',
  );
  const action = fix?.title ?? step?.title ?? '';
  const problem = session.problem_summary ?? session.title ?? '';
  const offered = session.suggested_resolution ?? '';
  const sentences = [
    ...(problem === '' ? [] : [`Problem: ${ended(problem)}`]),
    ...(offered === '' ? [] : [offered]),
    ...(action === '' || offered !== '' ? [] : [`Fixed by: ${ended(action)}`]),
    ...(fix?.status === 'applied_partial' && fix.partial_notes ? [ended(fix.partial_notes)] : []),
  ];
  return { summary: sentences.join(' '), action };
}

const ended = (text: string) => (/[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`);
