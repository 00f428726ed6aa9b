import { KeyRound } from 'lucide-react';

import { Button } from '@/shared/ui/button';

/** The people of the demo account, which only an installation started with it has. Their password is public. */
const PEOPLE = [
  { email: 'eli@northwind.example', role: 'Engineer' },
  { email: 'tess@northwind.example', role: 'Team admin' },
  { email: 'olivia@northwind.example', role: 'Owner' },
  { email: 'vic@northwind.example', role: 'Viewer' },
];
const PASSWORD = 'resolutionflow-demo';

export default function DemoPanel({ onPick }: { onPick: (email: string, password: string) => void }) {
  return (
    <section aria-labelledby="demo" className="border-line bg-surface mt-6 rounded-lg border">
      <h2 id="demo" className="text-fg-muted flex items-center gap-2 px-3.5 pt-3 text-sm font-medium">
        <KeyRound aria-hidden className="text-fg-subtle size-4" /> Demo: try it as
      </h2>
      <ul className="px-1.5 py-1.5">
        {PEOPLE.map(({ email, role }) => (
          <li key={email} className="flex items-center gap-3 rounded-md py-0.5 pr-1 pl-2">
            <span className="min-w-0 flex-1 text-sm">
              <span className="block truncate">{email}</span>
            </span>
            <span className="text-fg-subtle shrink-0 text-xs">{role}</span>
            <Button
              size="sm"
              variant="ghost"
              aria-label={`Fill in ${email}`}
              onClick={() => onPick(email, PASSWORD)}
            >
              Fill in
            </Button>
          </li>
        ))}
      </ul>
      <p className="border-line text-fg-subtle border-t px-3.5 py-2 text-xs">
        Password of all: <code className="text-fg-muted font-mono">{PASSWORD}</code>
      </p>
    </section>
  );
}
