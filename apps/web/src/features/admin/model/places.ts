import { Building2, HeartPulse, ListTodo, Mails, ScrollText, Users, type LucideIcon } from 'lucide-react';

/** The pages of the site area, in the order of its navigation. */
export const SITE_PLACES: { to: string; label: string; icon: LucideIcon }[] = [
  { to: '/admin/accounts', label: 'Accounts', icon: Building2 },
  { to: '/admin/users', label: 'People', icon: Users },
  { to: '/admin/jobs', label: 'Jobs', icon: ListTodo },
  { to: '/admin/outbox', label: 'Outbox', icon: Mails },
  { to: '/admin/audit', label: 'Audit', icon: ScrollText },
  { to: '/admin/health', label: 'Health', icon: HeartPulse },
];
