import {
  Bell,
  Building2,
  CircleUser,
  CreditCard,
  EyeOff,
  KeyRound,
  MailPlus,
  Plug,
  ScrollText,
  ShieldCheck,
  Users,
  UsersRound,
  type LucideIcon,
} from 'lucide-react';

import type { UserResponse } from '@/shared/api/types';

export interface AccountPlace {
  to: string;
  label: string;
  icon: LucideIcon;
  /** Who finds it in the navigation; the server decides who may open it. */
  isFor: (user: UserResponse) => boolean;
}

const everybody = () => true;
const owners = (user: UserResponse) => user.role === 'owner' || user.is_super_admin;
const peopleManagers = (user: UserResponse) => user.role === 'team_admin' || owners(user);

/** The pages of the account area, in the order of its navigation. The first one somebody may see is its front page. */
export const ACCOUNT_PLACES: AccountPlace[] = [
  { to: '/account/profile', label: 'Profile', icon: CircleUser, isFor: everybody },
  { to: '/account/general', label: 'Account', icon: Building2, isFor: owners },
  { to: '/account/people', label: 'People', icon: Users, isFor: peopleManagers },
  { to: '/account/teams', label: 'Teams', icon: UsersRound, isFor: peopleManagers },
  { to: '/account/invites', label: 'Invites', icon: MailPlus, isFor: peopleManagers },
  { to: '/account/security', label: 'Session security', icon: ShieldCheck, isFor: owners },
  { to: '/account/sign-ins', label: 'Linked sign-ins', icon: KeyRound, isFor: everybody },
  { to: '/account/integrations', label: 'Integrations', icon: Plug, isFor: peopleManagers },
  { to: '/account/redaction', label: 'Redaction', icon: EyeOff, isFor: everybody },
  { to: '/account/notifications', label: 'Notifications', icon: Bell, isFor: everybody },
  { to: '/account/billing', label: 'Plan and billing', icon: CreditCard, isFor: owners },
  { to: '/account/audit', label: 'Audit log', icon: ScrollText, isFor: owners },
];

export const placesOf = (user: UserResponse | null): AccountPlace[] =>
  user === null ? [] : ACCOUNT_PLACES.filter((place) => place.isFor(user));
