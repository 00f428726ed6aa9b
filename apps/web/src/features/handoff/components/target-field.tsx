import { useQuery } from '@tanstack/react-query';

import { useAuth } from '@/shared/api/auth-session';
import { membersQuery } from '@/shared/api/members';
import { SelectField } from '@/shared/ui/field';

interface TargetFieldProps {
  label: string;
  optional?: boolean;
  value: string;
  onChange: (id: string) => void;
  disabled?: boolean;
}

/** Only those who can pick it up: a viewer works no sessions, and nobody hands over to themselves. */
export function TargetField({ label, optional, value, onChange, disabled }: TargetFieldProps) {
  const me = useAuth((s) => s.user?.id);
  const { data: members = [] } = useQuery(membersQuery());
  return (
    <SelectField
      label={label}
      optional={optional}
      value={value}
      disabled={disabled}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">Whoever is free first</option>
      {members
        .filter(({ id, role }) => id !== me && role !== 'viewer')
        .map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
    </SelectField>
  );
}
