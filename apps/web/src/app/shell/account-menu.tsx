import { Keyboard, LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react';
import type { ReactNode } from 'react';
import { useNavigate } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import { setPreference, usePreferences, type Theme } from '@/shared/lib/preferences';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '@/shared/ui/menu';

interface AccountMenuProps {
  trigger: ReactNode;
  side: 'top' | 'bottom' | 'right';
  onSignOut: () => void;
  onShortcuts: () => void;
}

export default function AccountMenu({ trigger, side, onSignOut, onShortcuts }: AccountMenuProps) {
  const theme = usePreferences((s) => s.theme);
  const user = useAuth((s) => s.user);
  const navigate = useNavigate();
  return (
    <Menu trigger={trigger} side={side} align={side === 'bottom' ? 'end' : 'start'} defaultOpen>
      <p className="text-fg-subtle truncate px-2 py-1.5 text-xs">{user?.email}</p>
      <MenuChoice
        label="Theme"
        value={theme}
        onChange={(value) => setPreference({ theme: value as Theme })}
        options={[
          { value: 'system', label: 'System', icon: Monitor },
          { value: 'dark', label: 'Dark', icon: Moon },
          { value: 'light', label: 'Light', icon: Sun },
        ]}
      />
      <MenuSeparator />
      <MenuItem icon={Settings} onSelect={() => void navigate('/account')}>
        Account settings
      </MenuItem>
      <MenuItem icon={Keyboard} onSelect={onShortcuts}>
        Keyboard shortcuts
      </MenuItem>
      <MenuItem icon={LogOut} onSelect={onSignOut}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
