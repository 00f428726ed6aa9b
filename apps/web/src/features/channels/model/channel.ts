import { CircleCheck, CircleHelp, Clock, TriangleAlert, type LucideIcon } from 'lucide-react';

import type { Channel, ChannelInput, ChannelMessage } from '@/shared/api/types';
import type { Tone } from '@/shared/ui/badge';

/** What a channel can be told, in the words of a settings page. */
export const EVENTS: { value: string; label: string }[] = [
  { value: 'session.escalated', label: 'A session is escalated' },
  { value: 'handoff.unclaimed', label: 'An escalation waits for too long' },
  { value: 'handoff.released', label: 'An escalation goes back to the queue' },
  { value: 'handoff.claimed', label: 'An escalation is claimed' },
  { value: 'psa.push_failed', label: 'A note did not reach its ticket' },
];

export const eventLabel = (event: string): string =>
  EVENTS.find(({ value }) => value === event)?.label ?? event.replaceAll(/[._]/g, ' ');

export const KINDS: { value: Channel['kind']; label: string; hint: string; placeholder: string }[] = [
  {
    value: 'slack',
    label: 'Slack',
    hint: 'In Slack, add “Incoming Webhooks” to the channel and copy its address.',
    placeholder: 'https://hooks.slack.com/services/…',
  },
  {
    value: 'teams',
    label: 'Microsoft Teams',
    hint: 'In Teams, open the channel’s Workflows, choose “Send webhook alerts to a channel” and copy the address.',
    placeholder: 'https://….logic.azure.com/workflows/…',
  },
];

export const kindOf = (kind: Channel['kind']) => KINDS.find(({ value }) => value === kind) ?? KINDS[0]!;

export const MESSAGE: Record<ChannelMessage['state'], { word: string; tone: Tone; icon: LucideIcon }> = {
  queued: { word: 'Waiting', tone: 'info', icon: Clock },
  sending: { word: 'Being sent', tone: 'info', icon: Clock },
  sent: { word: 'Sent', tone: 'success', icon: CircleCheck },
  failed: { word: 'Not sent', tone: 'danger', icon: TriangleAlert },
  uncertain: { word: 'Look first', tone: 'warning', icon: CircleHelp },
};

export interface ChannelFields {
  kind: Channel['kind'];
  name: string;
  url: string;
  events: string[];
  enabled: boolean;
}

export const fieldsOf = (channel: Channel | null): ChannelFields => ({
  kind: channel?.kind ?? 'slack',
  name: channel?.name ?? '',
  url: '',
  events: channel?.events ?? ['session.escalated', 'handoff.unclaimed'],
  enabled: channel?.enabled ?? true,
});

export const inputOf = ({ url, name, ...rest }: ChannelFields): ChannelInput => ({
  ...rest,
  name: name.trim(),
  ...(url.trim() === '' ? {} : { url: url.trim() }),
});

/** What is still to be filled in. */
export function missingOf(
  fields: ChannelFields,
  kept: Channel | null,
): Partial<Record<'name' | 'url', string>> {
  return {
    ...(fields.name.trim() === '' ? { name: 'Give it a name.' } : {}),
    ...(fields.url.trim() === '' && kept?.kind !== fields.kind
      ? { url: 'Paste the webhook’s address.' }
      : {}),
  };
}
