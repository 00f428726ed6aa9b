import type { Decision, SessionResponse, StepRequest } from '@/shared/api/types';
import { stepsOf } from '@/shared/lib/flow-structure';

import { nodeOf } from './path';
import type { QueueEntry } from './queue';

/**
 * What the session will look like once the server has taken the waiting entries. The fold is idempotent: an entry the
 * server already knows changes nothing, so acknowledging and dropping may happen in either order.
 */
export function withPending(session: SessionResponse, entries: QueueEntry[]): SessionResponse {
  return entries.reduce(apply, session);
}

function apply(session: SessionResponse, entry: QueueEntry): SessionResponse {
  switch (entry.kind) {
    case 'variables':
      return { ...session, session_variables: { ...session.session_variables, ...entry.body } };
    case 'scratchpad':
      return { ...session, scratchpad: entry.text };
    case 'details':
      return { ...session, ...entry.body };
    case 'step':
      return session.tree_snapshot.nodes
        ? graphStep(session, entry.body, entry.at)
        : listStep(session, entry.body, entry.at);
  }
}

function decisionOf(title: string, body: StepRequest, at: string, answer: string | null): Decision {
  return {
    entry_id: body.entry_id,
    node_id: body.node_id,
    kind: body.action === 'answer' ? 'answered' : body.action === 'skip' ? 'skipped' : 'done',
    title,
    answer,
    option_id: body.option_id ?? null,
    reason: body.reason ?? null,
    notes: body.notes ?? null,
    timestamp: at,
  };
}

function graphStep(session: SessionResponse, body: StepRequest, at: string): SessionResponse {
  if (body.action === 'custom') return withCustom(session, body, at);
  // A note goes to the step log, which is not part of what the page shows.
  if (body.action === 'note') return session;
  if (body.action === 'back') return stepBack(session, body.node_id);
  const node = nodeOf(session.tree_snapshot, body.node_id);
  const known = session.decisions.some((decision) => decision.entry_id === body.entry_id);
  if (!node || known || session.current_step_id !== node.id) return session;
  const option = node.options?.find((candidate, i) => optionId(candidate.id, i) === body.option_id);
  const next = option?.next ?? node.next ?? null;
  if (next === null) return session;
  const path = session.path_taken.length > 0 ? session.path_taken : [node.id];
  return {
    ...session,
    decisions: [...session.decisions, decisionOf(node.title, body, at, option?.label ?? null)],
    path_taken: [...path, next],
    current_step_id: next,
  };
}

/** Options may go without an id; the server then numbers them from one. */
export function optionId(id: string | null | undefined, index: number): string {
  return id ?? String(index + 1);
}

function stepBack(session: SessionResponse, target: string): SessionResponse {
  const at = session.path_taken.lastIndexOf(target);
  if (at < 0 || session.current_step_id === target) return session;
  // The current visit, the last one, has no decision of its own yet.
  const undone = session.path_taken.slice(at, -1);
  const decisions = [...session.decisions];
  for (const id of undone.toReversed()) {
    const last = decisions.findLastIndex((decision) => decision.node_id === id);
    if (last >= 0) decisions.splice(last, 1);
  }
  return { ...session, path_taken: session.path_taken.slice(0, at + 1), decisions, current_step_id: target };
}

function withCustom(session: SessionResponse, body: StepRequest, at: string): SessionResponse {
  if (session.custom_steps.some((step) => step.id === body.entry_id)) return session;
  const step = {
    id: body.entry_id,
    after_node_id: body.node_id,
    title: body.title ?? '',
    notes: body.notes ?? null,
    timestamp: at,
  };
  return { ...session, custom_steps: [...session.custom_steps, step] };
}

function listStep(session: SessionResponse, body: StepRequest, at: string): SessionResponse {
  if (body.action === 'custom') return withCustom(session, body, at);
  if (body.action === 'note') return session;
  const steps = stepsOf(session.tree_snapshot.sections ?? []);
  const step = steps.find((candidate) => candidate.id === body.node_id);
  if (!step || session.decisions.some((decision) => decision.entry_id === body.entry_id)) return session;
  const others = session.decisions.filter((decision) => decision.node_id !== step.id);
  const decisions = body.action === 'back' ? others : [...others, decisionOf(step.title, body, at, null)];
  const settled = new Set(decisions.map((decision) => decision.node_id));
  const current =
    body.action === 'back' ? step.id : (steps.find((candidate) => !settled.has(candidate.id))?.id ?? null);
  return { ...session, decisions, current_step_id: current };
}
