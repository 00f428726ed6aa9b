import type { IntakeField, VariableValue } from '@/shared/api/types';
import { parseValue, valueText } from '@/shared/lib/variables';
import { SecretField, SelectField, TextArea, TextField } from '@/shared/ui/field';

interface VariableFieldProps {
  field: IntakeField;
  value: VariableValue | undefined;
  onChange: (value: VariableValue) => void;
  id?: string;
  onEnter?: () => void;
  error?: string | undefined;
}

/** The right control for a variable. A name the intake form does not know is a plain text field. */
export function VariableField({ field, value, onChange, id, onEnter, error }: VariableFieldProps) {
  const text = value === true ? 'true' : value === false ? 'false' : valueText(value);
  const shared = {
    label: field.label,
    hint: field.help ?? undefined,
    error,
    value: text,
    required: field.required === true,
    'aria-required': field.required === true,
    ...(id ? { id } : {}),
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key !== 'Enter' || !onEnter || event.shiftKey) return;
    event.preventDefault();
    onEnter();
  };
  if (field.type === 'boolean') {
    return (
      <SelectField
        {...shared}
        onChange={(event) => onChange(event.target.value === '' ? null : event.target.value === 'true')}
      >
        <option value="">Not known</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </SelectField>
    );
  }
  if (field.type === 'select') {
    return (
      <SelectField {...shared} onChange={(event) => onChange(event.target.value || null)}>
        <option value="">Choose</option>
        {(field.options ?? []).map((option) => (
          <option key={option}>{option}</option>
        ))}
      </SelectField>
    );
  }
  const onText = (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
    onChange(parseValue(event.target.value, field));
  const placeholder = field.placeholder ?? undefined;
  if (field.secret)
    return <SecretField {...shared} placeholder={placeholder} onChange={onText} onKeyDown={onKeyDown} />;
  if (field.type === 'multiline') return <TextArea {...shared} placeholder={placeholder} onChange={onText} />;
  return (
    <TextField
      {...shared}
      type={field.type === 'number' ? 'number' : field.type === 'date' ? 'date' : 'text'}
      placeholder={placeholder}
      onChange={onText}
      onKeyDown={onKeyDown}
      autoComplete="off"
    />
  );
}

export function fieldNamed(name: string, label: string, fields: IntakeField[]): IntakeField {
  return fields.find((field) => field.name === name) ?? { name, label, type: 'text' };
}
