import '@xyflow/react/dist/base.css';
import './flow-canvas.css';
import {
  Background,
  BaseEdge,
  Controls,
  EdgeLabelRenderer,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  type Edge,
  type EdgeProps,
  type Node,
  type NodeProps,
} from '@xyflow/react';
import { clsx } from 'clsx';
import { memo, useCallback, useMemo, useState } from 'react';

import type { FlowNode, GraphStructure } from '@/shared/api/types';
import { NODE_TYPE_LABEL, OUTCOME_LABEL } from '@/shared/lib/flow-structure';

import { layoutGraph, NODE_HEIGHT, NODE_WIDTH, pathThrough, type Layout, type Way } from '../model/layout';
import { NODE_ICON } from './node-look';

type StepNode = Node<{ step: FlowNode; root: boolean }, 'step'>;

const INK: Record<FlowNode['type'], string> = {
  question: 'text-accent-fg',
  action: 'text-fg-subtle',
  instruction: 'text-fg-subtle',
  outcome: 'text-success',
  escalation: 'text-warning',
};

const Step = memo(function Step({ data: { step, root } }: NodeProps<StepNode>) {
  const Icon = NODE_ICON[step.type];
  const word =
    step.type === 'outcome' && step.outcome ? OUTCOME_LABEL[step.outcome] : NODE_TYPE_LABEL[step.type];
  return (
    <div
      style={{ width: NODE_WIDTH, height: NODE_HEIGHT }}
      className={clsx(
        'flex flex-col gap-1 rounded-lg border bg-raised px-3 py-2.5 text-fg shadow-sm',
        root ? 'border-accent-fg' : 'border-line',
      )}
    >
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <span className={clsx('flex items-center gap-1.5 text-xs font-medium', INK[step.type])}>
        <Icon aria-hidden className="size-3.5" /> {root ? `Start · ${word}` : word}
      </span>
      <span className="line-clamp-2 text-sm leading-snug font-medium">{step.title}</span>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
});

type WayEdge = Edge<{ way: Way }, 'way'>;

/** Drawn where the layout put it. The label is HTML, so that it reads in the page's font and above other lines. */
const Line = memo(function Line({ id, data, markerEnd }: EdgeProps<WayEdge>) {
  if (!data) return null;
  const { points, label, labelAt } = data.way;
  return (
    <>
      <BaseEdge id={id} path={pathThrough(points)} {...(markerEnd ? { markerEnd } : {})} />
      {label && labelAt && (
        <EdgeLabelRenderer>
          <span
            className="border-line bg-canvas text-fg-muted absolute rounded-sm border px-1.5 py-0.5 text-xs"
            style={{ transform: `translate(-50%, -50%) translate(${labelAt.x}px, ${labelAt.y}px)` }}
          >
            {label}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

const nodeTypes = { step: Step };
const edgeTypes = { way: Line };

const MARGIN = 24;
const SMALLEST_READABLE = 0.55;

/** The whole drawing, lines and labels included; a flow too big to read at once opens at its first step instead. */
function openingView(drawing: Layout, rootId: string, view: { width: number; height: number }) {
  const fit = Math.min(
    1,
    (view.width - 2 * MARGIN) / drawing.width,
    (view.height - 2 * MARGIN) / drawing.height,
  );
  const root = drawing.nodes.find(({ node }) => node.id === rootId);
  if (fit >= SMALLEST_READABLE || !root) {
    return {
      zoom: fit,
      x: (view.width - drawing.width * fit) / 2,
      y: (view.height - drawing.height * fit) / 2,
    };
  }
  const zoom = SMALLEST_READABLE;
  return { zoom, x: view.width / 2 - (root.x + NODE_WIDTH / 2) * zoom, y: MARGIN };
}

/** A picture of the flow, for looking only; the outline beside it says the same in text. */
export default function FlowCanvas({
  structure,
  titleOf,
}: {
  structure: GraphStructure;
  titleOf: (title: string) => string;
}) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  const measure = useCallback((host: HTMLDivElement | null) => {
    if (host) setSize({ width: host.clientWidth, height: host.clientHeight });
  }, []);
  const { nodes, edges, placed } = useMemo(() => {
    const placed = layoutGraph(structure);
    return {
      placed,
      nodes: placed.nodes.map(({ node, x, y }): StepNode => ({
        id: node.id,
        type: 'step',
        position: { x, y },
        data: { step: { ...node, title: titleOf(node.title) }, root: node.id === structure.root },
        ariaLabel: `${NODE_TYPE_LABEL[node.type]}: ${titleOf(node.title)}`,
      })),
      edges: placed.ways.map((way): WayEdge => ({
        id: way.id,
        source: way.source,
        target: way.target,
        type: 'way',
        data: { way },
        markerEnd: { type: MarkerType.ArrowClosed, color: 'var(--rf-control-line)' },
      })),
    };
  }, [structure, titleOf]);

  return (
    <div
      ref={measure}
      className="border-line bg-canvas h-[60vh] min-h-96 overflow-hidden rounded-lg border"
      data-testid="flow-canvas"
    >
      {size && (
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          defaultViewport={openingView(placed, structure.root, size)}
          minZoom={0.15}
          nodesDraggable={false}
          nodesConnectable={false}
          nodesFocusable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          zoomOnScroll={false}
          preventScrolling={false}
        >
          <Background gap={20} size={1} />
          <Controls showInteractive={false} />
        </ReactFlow>
      )}
    </div>
  );
}
