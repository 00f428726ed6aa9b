/** What is kept of the PSA in the query cache. Apart, so that whoever only invalidates it loads nothing else. */
export const psaKeys = {
  all: ['psa'] as const,
  connection: ['psa', 'connection'] as const,
  members: ['psa', 'members'] as const,
  tickets: ['psa', 'tickets'] as const,
  ticket: (id: string) => ['psa', 'ticket', id] as const,
  kept: (sessionId: string) => ['psa', 'kept', sessionId] as const,
  pushes: ['psa', 'pushes'] as const,
  options: ['psa', 'options'] as const,
  preview: ['psa', 'preview'] as const,
  time: ['psa', 'time'] as const,
};
