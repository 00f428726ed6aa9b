import type { ChecklistSection, FlowNode, SessionResponse, TreeSnapshot } from '@/shared/api/types';

export const NODES: FlowNode[] = [
  {
    id: 'start',
    type: 'question',
    title: 'Can {{mailbox}} sign in?',
    options: [
      { id: 'yes', label: 'Yes', next: 'clear' },
      { id: 'no', label: 'No', next: 'end' },
    ],
  },
  { id: 'clear', type: 'action', title: 'Clear the cache', ask: ['temp_password'], next: 'again' },
  {
    id: 'again',
    type: 'question',
    title: 'Does it work now?',
    options: [
      { id: 'yes', label: 'Yes', next: 'end' },
      { id: 'no', label: 'No', next: 'start' },
    ],
  },
  { id: 'end', type: 'outcome', title: 'It works', outcome: 'resolved' },
];

export const SECTIONS: ChecklistSection[] = [
  {
    id: 'before',
    title: 'Before',
    steps: [
      { id: 'backup', title: 'Check the backup' },
      { id: 'snapshot', title: 'Take a snapshot', required: false },
    ],
  },
  { id: 'after', title: 'After', steps: [{ id: 'services', title: 'Check the services' }] },
];

const GRAPH: TreeSnapshot = {
  name: 'Outlook will not connect',
  tree_type: 'troubleshooting',
  root: 'start',
  nodes: NODES,
  intake_form: {
    fields: [
      { name: 'mailbox', label: 'Mailbox address', type: 'text' },
      { name: 'temp_password', label: 'Temporary password', type: 'text', secret: true },
    ],
  },
};

export const CHECKLIST: TreeSnapshot = {
  name: 'Server patching',
  tree_type: 'maintenance',
  sections: SECTIONS,
  intake_form: { fields: [] },
};

export function makeSession(change: Partial<SessionResponse> = {}): SessionResponse {
  return {
    id: 'session',
    tree_id: 'tree',
    user_id: 'user',
    account_id: 'account',
    tree_snapshot: GRAPH,
    path_taken: [],
    decisions: [],
    custom_steps: [],
    session_variables: {},
    scratchpad: '',
    ticket_number: '48213',
    client_name: 'Contoso Dental',
    batch_id: null,
    target_label: null,
    prepared_by_id: null,
    assigned_to_id: null,
    started_at: '2026-11-23T14:00:00Z',
    completed_at: null,
    outcome: null,
    outcome_notes: null,
    next_steps: null,
    exported: false,
    created_at: '2026-11-23T14:00:00Z',
    updated_at: '2026-11-23T14:00:00Z',
    revision: 1,
    status: 'active',
    ai_session_id: null,
    current_step_id: 'start',
    active_seconds: 0,
    ...change,
  };
}
