import dagre from '@dagrejs/dagre';

import type { FlowNode, GraphStructure } from '@/shared/api/types';
import { waysOut } from '@/shared/lib/flow-structure';

export const NODE_WIDTH = 216;
export const NODE_HEIGHT = 76;
const LABEL_HEIGHT = 22;
const LABEL_MAX = 26;

export interface Point {
  x: number;
  y: number;
}

export interface Placed extends Point {
  node: FlowNode;
}

export interface Way {
  id: string;
  source: string;
  target: string;
  label: string | null;
  /** Where the layout leads the line, so that it passes beside nodes and not through them. */
  points: Point[];
  labelAt: Point | null;
}

function shorten(label: string | null): string | null {
  if (label === null || label.length <= LABEL_MAX) return label;
  return `${label.slice(0, LABEL_MAX - 1).trimEnd()}…`;
}

/** Places every node top-down in ranks; pure, so that it can be tested and later moved into a worker. */
export interface Layout {
  nodes: Placed[];
  ways: Way[];
  /** The size of the whole drawing, lines and labels included. */
  width: number;
  height: number;
}

export function layoutGraph(structure: GraphStructure): Layout {
  const known = new Set(structure.nodes.map((node) => node.id));
  const links = structure.nodes.flatMap((node) =>
    waysOut(node)
      .filter((way) => known.has(way.to))
      .map((way, i) => ({
        id: `${node.id}-${i}`,
        source: node.id,
        target: way.to,
        label: shorten(way.label),
      })),
  );
  const graph = new dagre.graphlib.Graph({ multigraph: true })
    .setGraph({ rankdir: 'TB', nodesep: 28, edgesep: 16, ranksep: 32 })
    .setDefaultEdgeLabel(() => ({}));
  for (const node of structure.nodes) graph.setNode(node.id, { width: NODE_WIDTH, height: NODE_HEIGHT });
  for (const { id, source, target, label } of links) {
    // The labels take part in the layout: about seven pixels a letter is what the font needs.
    const room = label === null ? {} : { width: label.length * 7 + 16, height: LABEL_HEIGHT, labelpos: 'c' };
    graph.setEdge(source, target, room, id);
  }
  dagre.layout(graph);

  const nodes = structure.nodes.map((node) => {
    const at = graph.node(node.id) as Point;
    return { node, x: at.x - NODE_WIDTH / 2, y: at.y - NODE_HEIGHT / 2 };
  });
  const ways = links.map((link): Way => {
    const edge = graph.edge(link.source, link.target, link.id) as { points: Point[] } & Partial<Point>;
    const labelAt = edge.x !== undefined && edge.y !== undefined ? { x: edge.x, y: edge.y } : null;
    return { ...link, points: edge.points, labelAt: link.label === null ? null : labelAt };
  });
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { nodes, ways, width, height };
}

/** A soft line through the points: straight to the first, then curves whose handles are the points themselves. */
export function pathThrough(points: Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  let path = `M ${first.x} ${first.y}`;
  for (let i = 0; i < rest.length - 1; i += 1) {
    const at = rest[i] as Point;
    const next = rest[i + 1] as Point;
    const end = i === rest.length - 2 ? next : { x: (at.x + next.x) / 2, y: (at.y + next.y) / 2 };
    path += ` Q ${at.x} ${at.y} ${end.x} ${end.y}`;
  }
  return rest.length === 1 ? `${path} L ${last.x} ${last.y}` : path;
}
