import type {
  ChecklistSection,
  ChecklistStep,
  FlowNode,
  FlowStructure,
  FlowType,
  GraphStructure,
  NodeType,
  Outcome,
} from '@/shared/api/types';

export function isGraph(structure: FlowStructure): structure is GraphStructure {
  return 'nodes' in structure;
}

export const FLOW_TYPE_LABEL: Record<FlowType, string> = {
  troubleshooting: 'Troubleshooting',
  procedural: 'Procedure',
  maintenance: 'Maintenance',
};

export const NODE_TYPE_LABEL: Record<NodeType, string> = {
  question: 'Question',
  action: 'Action',
  instruction: 'Instruction',
  outcome: 'Outcome',
  escalation: 'Escalation',
};

export const OUTCOME_LABEL: Record<Outcome, string> = {
  resolved: 'Resolved',
  workaround: 'Workaround',
  unresolved: 'Unresolved',
  escalated: 'Escalated',
  cancelled: 'Cancelled',
};

export function isTerminal(node: FlowNode): boolean {
  return node.type === 'outcome' || node.type === 'escalation';
}

/** Where a node leads, in the order a person would read the ways. */
export function waysOut(node: FlowNode): { to: string; label: string | null }[] {
  const options = (node.options ?? []).map((option) => ({ to: option.next, label: option.label }));
  return options.length > 0 ? options : node.next ? [{ to: node.next, label: null }] : [];
}

export function stepsOf(sections: ChecklistSection[]): ChecklistStep[] {
  return sections.flatMap((section) => section.steps);
}

export interface OutlineRow {
  node: FlowNode;
  depth: number;
  /** The answer that leads here from the row above. */
  via: string | null;
  /** The node has been listed before; its branch is not repeated. */
  repeat: boolean;
}

/** The graph as an indented reading order: every node once with its branch, later visits as a reference. */
export function outlineOf(structure: GraphStructure): OutlineRow[] {
  const nodes = new Map(structure.nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const rows: OutlineRow[] = [];

  function visit(id: string, depth: number, via: string | null): void {
    const node = nodes.get(id);
    if (!node) return;
    const repeat = seen.has(id);
    rows.push({ node, depth, via, repeat });
    if (repeat) return;
    seen.add(id);
    const ways = waysOut(node);
    // A single way on is a sequence, not a branch: it keeps its indent.
    for (const way of ways) visit(way.to, ways.length > 1 ? depth + 1 : depth, way.label);
  }

  visit(structure.root, 0, null);
  for (const node of structure.nodes) if (!seen.has(node.id)) visit(node.id, 0, null);
  return rows;
}
