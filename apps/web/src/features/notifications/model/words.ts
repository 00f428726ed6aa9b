/** What somebody can be told, in the words of a settings page. What the server adds later is shown by its own name. */
const EVENTS: Record<string, string> = {
  'session.escalated': 'A session is escalated',
  'handoff.assigned': 'An escalation is for me',
  'handoff.claimed': 'My escalation is claimed',
  'handoff.released': 'My escalation goes back to the queue',
  'handoff.unclaimed': 'An escalation waits for too long',
  'psa.push_failed': 'A note did not reach its ticket',
  'channel.failed': 'A message did not reach its channel',
  'fix.due': 'A fix you parked is to be verified',
};

export const eventName = (event: string): string => EVENTS[event] ?? event.replaceAll(/[._]/g, ' ');
