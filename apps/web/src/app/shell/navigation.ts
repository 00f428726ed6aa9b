import {
  Compass,
  GitBranch,
  History,
  LayoutDashboard,
  ServerCog,
  Siren,
  Sparkles,
  type LucideIcon,
} from 'lucide-react';
import { lazy, type ComponentType } from 'react';

import { useAuth } from '@/shared/api/auth-session';

export interface Place {
  to: string;
  label: string;
  icon: LucideIcon;
  keys: string;
  end?: boolean;
  /** How many wait there. */
  Count?: ComponentType;
}

/** The places of the app; the rail, the palette and the shortcuts all read this list. */
const DASHBOARD: Place = { to: '/', label: 'Dashboard', icon: LayoutDashboard, keys: 'g d', end: true };
const LIBRARY: Place[] = [
  { to: '/flows', label: 'Flows', icon: GitBranch, keys: 'g f' },
  { to: '/sessions', label: 'Sessions', icon: History, keys: 'g s' },
];

/** Whoever only reads has no use for the copilot. */
const READING: Place[] = [DASHBOARD, ...LIBRARY];
const PLACES: Place[] = [
  DASHBOARD,
  { to: '/pilot', label: 'Pilot', icon: Compass, keys: 'g p' },
  { to: '/assistant', label: 'Assistant', icon: Sparkles, keys: 'g i' },
  {
    to: '/escalations',
    label: 'Escalations',
    icon: Siren,
    keys: 'g e',
    Count: lazy(() => import('@/features/handoff/components/nav-count')),
  },
  ...LIBRARY,
];

/** For whoever runs the installation. */
const WITH_SITE: Place[] = [...PLACES, { to: '/admin', label: 'Site', icon: ServerCog, keys: 'g a' }];

/** The places this person finds. */
export const usePlaces = (): Place[] =>
  useAuth((s) => {
    if (s.user?.is_super_admin === true) return WITH_SITE;
    return s.user?.role === 'viewer' ? READING : PLACES;
  });
