import type { AlreadyClaimed, AssessmentStatus, Handoff, HandoffMade } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { TIER } from '@/shared/ui/ai-words';

/** What stands where the assessment is missing. */
export const PLACEHOLDER: Record<Exclude<AssessmentStatus, 'ready'>, string> = {
  pending: 'AI assessment is still generating...',
  unavailable: "Assessment unavailable - model didn't respond in time",
};

export const tierOf = ({ snapshot }: Handoff) => TIER[snapshot.confidence_tier].word;

export const problemOf = ({ snapshot, reason }: Handoff) => snapshot.problem_summary ?? reason;

/** "active_directory" as people write it. */
export function domainName(domain: string): string {
  const words = domain.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const conflictText = ({ winner_name, claimed_at }: AlreadyClaimed, now?: number) =>
  `Already claimed by ${winner_name} ${formatAgo(claimed_at, now)}.`;

/** Where somebody reads what the handoff says before they take it over. */
export const briefingPath = ({ session_id }: Pick<Handoff, 'session_id'>) =>
  `/pilot/${session_id}?pickup=true`;

/** What was done, in a sentence, and what becomes of the ticket. */
export function madeText({ handoff, psa_result: psa }: HandoffMade): string {
  if (handoff.intent === 'park') return 'It is parked.';
  const ticket = psa.status === 'queued' ? ' The note is on its way to the ticket.' : '';
  return `It is escalated to ${handoff.target_name ?? 'the team'}.${ticket}`;
}
