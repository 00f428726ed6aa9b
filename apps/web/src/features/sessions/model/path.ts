import type { CustomStep, Decision, FlowNode, SessionResponse, TreeSnapshot } from '@/shared/api/types';

export interface PathEntry {
  nodeId: string;
  title: string;
  decision: Decision | null;
  customSteps: CustomStep[];
}

/**
 * The steps taken before the current one, each with its own decision. A loop visits a node more than once, and the
 * server may keep decisions that were walked back, so visits and decisions are matched from the end.
 */
export function pathOf(session: SessionResponse): PathEntry[] {
  const titles = new Map((session.tree_snapshot.nodes ?? []).map((node) => [node.id, node.title]));
  const ended = session.status === 'completed';
  const visits = ended ? session.path_taken : session.path_taken.slice(0, -1);
  const used = new Map<string, number>();
  return visits
    .toReversed()
    .map((nodeId): PathEntry => {
      const nth = used.get(nodeId) ?? 0;
      used.set(nodeId, nth + 1);
      const own = session.decisions.filter((decision) => decision.node_id === nodeId);
      return {
        nodeId,
        title: titles.get(nodeId) ?? own.at(-1)?.title ?? nodeId,
        decision: own.at(-1 - nth) ?? null,
        customSteps: nth === 0 ? session.custom_steps.filter((step) => step.after_node_id === nodeId) : [],
      };
    })
    .toReversed();
}

export function nodeOf(snapshot: TreeSnapshot, id: string | null): FlowNode | null {
  return snapshot.nodes?.find((node) => node.id === id) ?? null;
}

export function currentNodeId(session: SessionResponse): string | null {
  return session.current_step_id ?? session.path_taken.at(-1) ?? session.tree_snapshot.root ?? null;
}

/** What a step says about itself in one or two words. */
export function answerText(decision: Decision | null): string | null {
  if (!decision) return null;
  if (decision.kind === 'skipped') return decision.reason ? `Skipped: ${decision.reason}` : 'Skipped';
  return decision.answer ?? 'Done';
}
