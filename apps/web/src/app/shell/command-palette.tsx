import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { CornerDownLeft, Search, type LucideIcon } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';

import { flowsQuery } from '@/features/flows/api/queries';
import { sessionsQuery } from '@/features/sessions/api/queries';
import { useRegisteredActions, type Action } from '@/shared/actions/registry';
import { FLOW_TYPE_LABEL } from '@/shared/lib/flow-structure';
import { useDebounced } from '@/shared/lib/use-debounced';
import { FLOW_TYPE_ICON } from '@/shared/ui/flow-type-badge';
import { Kbd } from '@/shared/ui/kbd';

const SECTIONS: Action['section'][] = ['This session', 'This page', 'Go to', 'General'];

/** Every action that applies here, the flows the server finds, and the running sessions. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const settled = useDebounced(text.trim(), 150);
  const navigate = useNavigate();
  const actions = useRegisteredActions().filter((action) => !action.hidden && action.enabled !== false);
  const wanted = settled === '' ? ({ sort: 'used', limit: 4 } as const) : { search: settled, limit: 8 };
  const flows = useQuery(flowsQuery(wanted)).data?.items ?? [];
  const sessions = useQuery(sessionsQuery({ status: 'active', limit: 5 })).data ?? [];

  const run = (perform: () => void) => () => {
    onClose();
    // After the dialog has given the focus back, or it would take it away again.
    setTimeout(perform, 0);
  };
  const words = text.trim();
  const matches = (name: string) =>
    words
      .toLowerCase()
      .split(/\s+/)
      .every((word) => name.toLowerCase().includes(word));
  const shownActions = actions.filter((action) => matches(`${action.name} ${action.keywords ?? ''}`));
  const shownSessions = sessions.filter((session) =>
    matches(
      `${session.tree_snapshot.name} ${session.ticket_number ?? ''} ${session.client_name ?? ''} ${session.target_label ?? ''} resume session`,
    ),
  );

  const values = [
    ...shownSessions.map((session) => session.id),
    ...SECTIONS.flatMap((section) => shownActions.filter((action) => action.section === section)).map(
      (action) => action.id,
    ),
    ...flows.map((flow) => flow.id),
  ];
  // Whatever stands first is selected until somebody chooses, so that Enter always means something.
  const selected = chosen !== null && values.includes(chosen) ? chosen : (values[0] ?? '');

  // Flows come from the server and later than the rest, so they stand last: nothing may move under the finger.
  const flowGroup = flows.length > 0 && (
    <Group heading="Flows">
      {flows.map((flow) => (
        <Item
          key={flow.id}
          value={flow.id}
          icon={FLOW_TYPE_ICON[flow.tree_type]}
          onSelect={run(() => void navigate(`/flows/${flow.id}`))}
          hint={flow.category ?? FLOW_TYPE_LABEL[flow.tree_type]}
        >
          {flow.name}
        </Item>
      ))}
    </Group>
  );

  return (
    <Command.Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      label="Command palette"
      shouldFilter={false}
      value={selected}
      onValueChange={setChosen}
      loop
      overlayClassName="fixed inset-0 z-40 animate-fade bg-black/60"
      contentClassName="fixed top-[12vh] left-1/2 z-50 w-[min(40rem,calc(100vw-2rem))] -translate-x-1/2 animate-enter overflow-hidden rounded-xl border border-line bg-raised shadow-2xl"
    >
      <div className="border-line flex items-center gap-2.5 border-b px-4">
        <Search aria-hidden className="text-fg-subtle size-4 shrink-0" />
        <Command.Input
          value={text}
          onValueChange={(next) => {
            setText(next);
            setChosen(null);
          }}
          placeholder="Search flows, sessions and commands"
          className="text-fg h-12 w-full bg-transparent text-lg outline-none"
        />
        <Kbd keys="Escape" />
      </div>
      <Command.List className="max-h-[55vh] scroll-py-2 overflow-y-auto p-2">
        <Command.Empty className="text-fg-muted px-3 py-8 text-center">
          Nothing matches “{text}”.
        </Command.Empty>
        {shownSessions.length > 0 && (
          <Group heading="Running sessions">
            {shownSessions.map((session) => (
              <Item
                key={session.id}
                value={session.id}
                icon={FLOW_TYPE_ICON[session.tree_snapshot.tree_type]}
                onSelect={run(() => void navigate(`/sessions/${session.id}`))}
                hint={
                  session.ticket_number
                    ? `#${session.ticket_number}`
                    : (session.client_name ?? session.target_label)
                }
              >
                Resume {session.tree_snapshot.name}
              </Item>
            ))}
          </Group>
        )}
        {SECTIONS.map((section) => {
          const own = shownActions.filter((action) => action.section === section);
          return (
            own.length > 0 && (
              <Group key={section} heading={section}>
                {own.map((action) => (
                  <Item
                    key={action.id}
                    value={action.id}
                    icon={action.icon}
                    onSelect={run(() => action.perform(''))}
                    keys={action.keys?.[0]}
                  >
                    {action.name}
                  </Item>
                ))}
              </Group>
            )
          );
        })}
        {flowGroup}
      </Command.List>
    </Command.Dialog>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:text-fg-subtle [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs"
    >
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  value: string;
  icon?: LucideIcon | undefined;
  keys?: string | undefined;
  hint?: string | null | undefined;
  onSelect: () => void;
  children: ReactNode;
}

function Item({ value, icon: Icon = CornerDownLeft, keys, hint, onSelect, children }: ItemProps) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="data-[selected=true]:bg-hover flex h-9 cursor-default items-center gap-2.5 rounded-md px-2 text-sm"
    >
      <Icon aria-hidden className="text-fg-subtle size-4 shrink-0" />
      <span className="truncate">{children}</span>
      {hint && <span className="text-fg-subtle ml-auto shrink-0 text-xs">{hint}</span>}
      {keys && (
        <span className="ml-auto">
          <Kbd keys={keys} />
        </span>
      )}
    </Command.Item>
  );
}
