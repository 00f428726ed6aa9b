import { CircleCheck, CircleHelp, Info, Play, Siren, type LucideIcon } from 'lucide-react';

import type { NodeType } from '@/shared/api/types';
import type { Tone } from '@/shared/ui/badge';

export const NODE_ICON: Record<NodeType, LucideIcon> = {
  question: CircleHelp,
  action: Play,
  instruction: Info,
  outcome: CircleCheck,
  escalation: Siren,
};

export const NODE_TONE: Record<NodeType, Tone> = {
  question: 'accent',
  action: 'neutral',
  instruction: 'neutral',
  outcome: 'success',
  escalation: 'warning',
};
