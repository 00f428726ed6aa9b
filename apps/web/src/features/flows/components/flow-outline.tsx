import { clsx } from 'clsx';
import { CornerDownRight } from 'lucide-react';

import type { ChecklistSection, FlowStructure, GraphStructure } from '@/shared/api/types';
import { isGraph, NODE_TYPE_LABEL, OUTCOME_LABEL, outlineOf } from '@/shared/lib/flow-structure';
import { Badge, type Tone } from '@/shared/ui/badge';

import { NODE_ICON, NODE_TONE } from './node-look';

type TitleOf = (title: string) => string;

/** The flow as text in reading order: the twin of the diagram for the keyboard, screen readers and narrow screens. */
export function FlowOutline({ structure, titleOf }: { structure: FlowStructure; titleOf: TitleOf }) {
  return isGraph(structure) ? (
    <GraphOutline structure={structure} titleOf={titleOf} />
  ) : (
    <ChecklistOutline sections={structure.sections} titleOf={titleOf} />
  );
}

function GraphOutline({ structure, titleOf }: { structure: GraphStructure; titleOf: TitleOf }) {
  return (
    <ol
      aria-label="Steps of the flow"
      className="grid grid-cols-1 gap-0.5 [--indent:0.5rem] sm:[--indent:1.25rem]"
    >
      {outlineOf(structure).map((row, i) => {
        const Icon = row.repeat ? CornerDownRight : NODE_ICON[row.node.type];
        const tone: Tone = NODE_TONE[row.node.type];
        return (
          <li
            key={`${row.node.id}-${i}`}
            style={{ paddingInlineStart: `calc(${Math.min(row.depth, 8)} * var(--indent))` }}
            aria-level={row.depth + 1}
            className="relative"
          >
            <div
              className={clsx(
                'flex items-start gap-2 rounded-md border-l-2 border-line py-1.5 pl-2.5 max-sm:flex-wrap sm:pr-2.5',
                row.repeat && 'text-fg-subtle',
              )}
            >
              <Icon aria-hidden className="text-fg-subtle mt-0.5 size-4 shrink-0" />
              <div className="min-w-0 flex-1 max-sm:basis-3/4">
                {row.via && <span className="text-accent-fg mr-1.5 text-sm">{titleOf(row.via)} →</span>}
                <span className={row.repeat ? undefined : 'font-medium'}>
                  {row.repeat ? `see “${titleOf(row.node.title)}”` : titleOf(row.node.title)}
                </span>
              </div>
              {!row.repeat && (
                <Badge tone={tone} className="max-sm:ml-6">
                  {row.node.type === 'outcome' && row.node.outcome
                    ? OUTCOME_LABEL[row.node.outcome]
                    : NODE_TYPE_LABEL[row.node.type]}
                </Badge>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function ChecklistOutline({ sections, titleOf }: { sections: ChecklistSection[]; titleOf: TitleOf }) {
  return (
    <ol aria-label="Sections of the flow" className="grid gap-5">
      {sections.map((section, i) => (
        <li key={section.id}>
          <h2 className="mb-1.5 text-sm font-semibold">
            <span className="text-fg-subtle mr-2 tabular-nums">{i + 1}</span>
            {section.title}
          </h2>
          <ol className="grid gap-0.5">
            {section.steps.map((step) => (
              <li
                key={step.id}
                className="border-line flex items-start gap-2 rounded-md border-l-2 px-2.5 py-1.5"
              >
                <span aria-hidden className="border-control mt-0.5 size-4 shrink-0 rounded-sm border" />
                <span className="min-w-0 flex-1">{titleOf(step.title)}</span>
                {step.expected_minutes != null && (
                  <span className="text-fg-subtle text-sm">{step.expected_minutes} min</span>
                )}
                {step.required === false && <Badge>Optional</Badge>}
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}
