import { CircleSlash, Hourglass, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

import { Menu, MenuItem, MenuSeparator } from '@/shared/ui/menu';

import type { Fix } from '../api/types';

interface FixMenuProps {
  trigger: ReactNode;
  fix: Fix;
  onForm: (form: 'pending' | 'partial') => void;
  onDismiss: () => void;
}

export default function FixMenu({ trigger, fix, onForm, onDismiss }: FixMenuProps) {
  // After the menu has given the focus back, or it would take it away from the form.
  const open = (form: 'pending' | 'partial') => () => setTimeout(() => onForm(form), 0);
  return (
    <Menu trigger={trigger} defaultOpen>
      <MenuItem icon={Hourglass} onSelect={open('pending')}>
        Waiting to verify…
      </MenuItem>
      <MenuItem icon={TriangleAlert} onSelect={open('partial')}>
        {fix.status === 'applied_partial' ? 'Update what it helped with…' : 'Helped in part…'}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={CircleSlash} onSelect={onDismiss}>
        Dismiss
      </MenuItem>
    </Menu>
  );
}
