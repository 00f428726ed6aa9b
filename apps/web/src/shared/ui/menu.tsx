import type { LucideIcon } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface MenuProps {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom' | 'right';
  defaultOpen?: boolean;
}

/** Imported lazily by its users: the menu code is not needed for the first paint. */
export function Menu({ trigger, children, align = 'end', side = 'bottom', defaultOpen = false }: MenuProps) {
  return (
    <Radix.Root defaultOpen={defaultOpen} modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          sideOffset={6}
          align={align}
          side={side}
          className="animate-enter border-line bg-raised z-50 min-w-52 rounded-lg border p-1 text-sm shadow-xl"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const item =
  'flex h-8 cursor-default items-center gap-2 rounded-md px-2 text-fg outline-none data-highlighted:bg-hover';

export function MenuItem({
  icon: Icon,
  onSelect,
  children,
}: {
  icon?: LucideIcon;
  onSelect: () => void;
  children: ReactNode;
}) {
  return (
    <Radix.Item className={item} onSelect={onSelect}>
      {Icon && <Icon aria-hidden className="text-fg-subtle size-4" />}
      {children}
    </Radix.Item>
  );
}

export function MenuChoice({
  label,
  value,
  onChange,
  options,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: { value: string; label: string; icon: LucideIcon }[];
}) {
  return (
    <>
      <Radix.Label className="text-fg-subtle px-2 pt-2 pb-1 text-xs">{label}</Radix.Label>
      <Radix.RadioGroup value={value} onValueChange={onChange}>
        {options.map(({ value: option, label: name, icon: Icon }) => (
          <Radix.RadioItem key={option} value={option} className={item}>
            <Icon aria-hidden className="text-fg-subtle size-4" />
            {name}
            <Radix.ItemIndicator className="text-accent-fg ml-auto">✓</Radix.ItemIndicator>
          </Radix.RadioItem>
        ))}
      </Radix.RadioGroup>
    </>
  );
}

export function MenuSeparator() {
  return <Radix.Separator className="bg-line my-1 h-px" />;
}
