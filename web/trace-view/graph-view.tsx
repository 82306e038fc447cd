import dagre from '@dagrejs/dagre';
import {
  Background,
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getBezierPath,
  Handle,
  MarkerType,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from '@xyflow/react';
import '@xyflow/react/dist/base.css';
import './graph-view.css';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { formatCost, formatDuration } from '../../contract/format.ts';
import type { StepTree } from '../../contract/trace/step-tree.ts';
import { ObservationTypeIcon, observationTypeColour } from '../lib/observation-type.tsx';
import { cn } from '../ui/cn.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { buildAgentGraph, type GraphEdge, type GraphGroup, initialFolds, visibleGraph } from './agent-graph.ts';

const WIDTH = 208;
const HEIGHT = 54;
/** More boxes than this are not read; whole levels start folded. */
const READABLE = 60;

type GroupNode = Node<
  { group: GraphGroup; inside: number; folded: boolean; at: number; active: boolean; onFold(): void },
  'group-of-steps'
>;
type LinkEdge = Edge<{ link: GraphEdge }, 'link'>;

function layOut(groups: readonly GraphGroup[], edges: readonly GraphEdge[]): Map<number, { x: number; y: number }> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 36, ranksep: 56, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const group of groups) graph.setNode(String(group.id), { width: WIDTH, height: HEIGHT });
  for (const { from, to, kind } of edges)
    if (from !== to) graph.setEdge(String(from), String(to), { weight: kind === 'then' ? 2 : 1 });
  dagre.layout(graph);
  return new Map(
    groups.map(({ id }) => {
      const node = graph.node(String(id));
      return [id, { x: node.x - WIDTH / 2, y: node.y - HEIGHT / 2 }];
    }),
  );
}

export interface GraphViewProps {
  tree: StepTree;
  selected: number;
  onSelect(position: number): void;
}

/** What the agent did, as a graph: one box for steps of one name, arrows for what called and what followed what, loops as loops. */
export default function GraphView(props: GraphViewProps) {
  if (props.tree.steps.length === 0) {
    return <EmptyState title="No steps yet">The graph is drawn from the steps of the trace.</EmptyState>;
  }
  return (
    <ReactFlowProvider>
      <Graph {...props} />
    </ReactFlowProvider>
  );
}

function Graph({ tree, selected, onSelect }: GraphViewProps) {
  const graph = useMemo(() => buildAgentGraph(tree), [tree]);
  const [folded, setFolded] = useState(() => initialFolds(graph, READABLE));
  useEffect(() => setFolded(initialFolds(graph, READABLE)), [graph]);
  const shown = useMemo(() => visibleGraph(graph, folded), [graph, folded]);
  const places = useMemo(() => layOut(shown.groups, shown.edges), [shown]);
  const { fitView } = useReactFlow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new layout is shown whole
  useEffect(() => {
    requestAnimationFrame(() => void fitView({ padding: 0.08, maxZoom: 1, minZoom: 0.6 }));
  }, [places]);

  const groupOfSelected = selected >= 0 ? graph.groupOf[selected]! : -1;
  const nodes: GroupNode[] = shown.groups.map((group) => ({
    id: String(group.id),
    type: 'group-of-steps',
    position: places.get(group.id)!,
    width: WIDTH,
    height: HEIGHT,
    draggable: false,
    connectable: false,
    ariaLabel: `${group.name}, ${group.steps.length === 1 ? '1 step' : `${group.steps.length} steps`}`,
    data: {
      group,
      inside: group.children.length,
      folded: folded.has(group.id),
      at: group.steps.indexOf(selected),
      active: group.id === groupOfSelected,
      onFold: () => {
        const next = new Set(folded);
        if (!next.delete(group.id)) next.add(group.id);
        setFolded(next);
      },
    },
  }));
  const edges: LinkEdge[] = shown.edges.map((link) => ({
    id: `${link.from}-${link.to}-${link.kind}`,
    type: 'link',
    source: String(link.from),
    target: String(link.to),
    focusable: false,
    markerEnd: { type: MarkerType.ArrowClosed, width: 16, height: 16, color: 'var(--faint)' },
    data: { link },
  }));

  return (
    <div className="relative min-h-0 flex-1">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        nodesConnectable={false}
        nodesDraggable={false}
        minZoom={0.1}
        maxZoom={1.6}
        onNodeClick={(_, node) => {
          // A click on the box that is chosen already goes on to its next step.
          const { group, at } = (node as GroupNode).data;
          onSelect(group.steps[(at + 1) % group.steps.length]!);
        }}
        onlyRenderVisibleElements={nodes.length > 150}
      >
        <Background gap={20} size={1} color="var(--line)" />
        <Controls
          showInteractive={false}
          className="overflow-hidden rounded-md border border-line bg-surface shadow-xs [&_button]:flex [&_button]:size-6 [&_button]:items-center [&_button]:justify-center [&_button]:text-muted [&_button:hover]:bg-hover [&_svg]:size-3 [&_svg]:fill-current"
        />
      </ReactFlow>
      <p className="pointer-events-none absolute top-2 right-3 flex gap-3 text-2xs text-faint">
        <span>dashed: calls</span>
        <span>solid: then</span>
      </p>
    </div>
  );
}

function GroupBox({ data }: NodeProps<GroupNode>) {
  const { group, inside, folded, at, active, onFold } = data;
  return (
    <div
      className={cn(
        'flex h-full w-full cursor-pointer items-center gap-2 rounded-lg border bg-surface px-2.5 shadow-xs',
        active ? 'border-accent ring-2 ring-accent/35' : group.errors > 0 ? 'border-danger/60' : 'border-line-strong',
      )}
      style={{ borderLeft: `3px solid ${observationTypeColour(group.type)}` }}
    >
      <Handle type="target" position={Position.Top} className="!size-px !border-0 !bg-transparent" />
      <Handle type="source" position={Position.Bottom} className="!size-px !border-0 !bg-transparent" />
      <ObservationTypeIcon type={group.type} className="size-4" />
      <div className="min-w-0 flex-1">
        <div className="flex items-center gap-1.5">
          <span className="truncate font-medium text-sm" title={group.name}>
            {group.name}
          </span>
          {group.steps.length > 1 && (
            <span className="shrink-0 rounded-sm bg-hover px-1 text-2xs text-muted">
              {at >= 0 ? `${at + 1}/${group.steps.length}` : `×${group.steps.length}`}
            </span>
          )}
        </div>
        <div className="flex gap-2 truncate text-2xs text-muted">
          <span>{formatDuration(group.duration)}</span>
          {group.cost > 0 && <span>{formatCost(group.cost)}</span>}
          {group.errors > 0 && <span className="text-danger">{group.errors === 1 ? '1 error' : `${group.errors} errors`}</span>}
        </div>
      </div>
      {inside > 0 && (
        <button
          type="button"
          aria-label={folded ? `Unfold ${group.name}` : `Fold ${group.name}`}
          aria-expanded={!folded}
          className="nodrag flex size-5 shrink-0 items-center justify-center rounded-sm text-faint hover:bg-hover hover:text-fg"
          onClick={(event) => {
            event.stopPropagation();
            onFold();
          }}
        >
          {folded ? <ChevronRight aria-hidden className="size-3.5" /> : <ChevronDown aria-hidden className="size-3.5" />}
        </button>
      )}
    </div>
  );
}

/** How far from the middle of a box an arrow back leaves it, so that it does not lie on the arrow that came. */
const BESIDE = 48;

/**
 * An arrow. Downwards it goes from the bottom of one box to the top of the other. One that leads back (a loop) leaves beside the
 * middle of the top and comes in at the side; one that leads to its own box goes around the right side.
 */
function Link({ sourceX, sourceY, targetX, targetY, source, target, markerEnd, data }: EdgeProps<LinkEdge>) {
  let path: string;
  let labelX: number;
  let labelY: number;
  if (source === target) {
    const side = sourceX + WIDTH / 2;
    const middle = sourceY - HEIGHT / 2;
    path = `M ${side} ${middle + 12} C ${side + 44} ${middle + 26}, ${side + 44} ${middle - 26}, ${side} ${middle - 12}`;
    labelX = side + 34;
    labelY = middle;
  } else if (targetY <= sourceY) {
    const side = sourceX < targetX ? -1 : 1;
    const from = { x: sourceX + side * BESIDE, y: sourceY - HEIGHT };
    const to = { x: targetX + (side * WIDTH) / 2, y: targetY + HEIGHT / 2 };
    const swing = 36 + Math.abs(from.y - to.y) * 0.12;
    path = `M ${from.x} ${from.y} C ${from.x} ${from.y - swing}, ${to.x + side * swing} ${to.y}, ${to.x} ${to.y}`;
    labelX = (from.x + 3 * from.x + 3 * (to.x + side * swing) + to.x) / 8;
    labelY = (from.y + 3 * (from.y - swing) + 3 * to.y + to.y) / 8;
  } else {
    [path, labelX, labelY] = getBezierPath({
      sourceX,
      sourceY,
      targetX,
      targetY,
      sourcePosition: Position.Bottom,
      targetPosition: Position.Top,
    });
  }
  const link = data!.link;
  return (
    <>
      <BaseEdge
        path={path}
        markerEnd={markerEnd}
        style={{ stroke: 'var(--faint)', strokeWidth: 1.25, strokeDasharray: link.kind === 'calls' ? '4 3' : undefined }}
      />
      {link.count > 1 && (
        <EdgeLabelRenderer>
          <span
            className="pointer-events-none absolute rounded-sm border border-line bg-canvas px-1 text-2xs text-muted"
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            ×{link.count}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
}

const NODE_TYPES = { 'group-of-steps': GroupBox };
const EDGE_TYPES = { link: Link };
