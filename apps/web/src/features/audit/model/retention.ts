/** What is offered, in days; the server takes anything between 30 days and ten years. */
export const RETENTIONS = [90, 180, 365, 730, 1095, 2555, 3650];

export function retentionWords(days: number | null): string {
  if (days === null) return 'for ever';
  if (days % 365 !== 0) return `for ${days} days`;
  return days === 365 ? 'for 1 year' : `for ${days / 365} years`;
}

/** Whether something that is kept now would not be any longer. */
export function isShorter(days: number | null, kept: number | null): boolean {
  return days !== null && (kept === null || days < kept);
}
