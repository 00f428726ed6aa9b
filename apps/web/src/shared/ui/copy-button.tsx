import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';

import { copyText } from '@/shared/lib/clipboard';

import { Button, type ButtonProps } from './button';

interface CopyButtonProps extends Omit<ButtonProps, 'children' | 'onClick'> {
  text: string | (() => string);
  label?: string;
}

export function CopyButton({ text, label = 'Copy', ...rest }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), 2000);
    return () => clearTimeout(timer);
  }, [state]);
  const Icon = state === 'copied' ? Check : Copy;
  return (
    <Button
      size="sm"
      variant="ghost"
      {...rest}
      onClick={() => {
        void copyText(typeof text === 'function' ? text() : text).then((done) =>
          setState(done ? 'copied' : 'failed'),
        );
      }}
    >
      <Icon aria-hidden className="size-3.5" />
      <span aria-live="polite">
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'Select and copy by hand' : label}
      </span>
    </Button>
  );
}
