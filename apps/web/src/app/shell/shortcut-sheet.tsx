import { useRegisteredActions, type Action } from '@/shared/actions/registry';
import { setPreference, usePreferences } from '@/shared/lib/preferences';
import { Dialog } from '@/shared/ui/dialog';
import { Switch } from '@/shared/ui/field';
import { Kbd } from '@/shared/ui/kbd';

const SECTIONS: Action['section'][] = ['This session', 'This page', 'Go to', 'General'];

/** Everything the keyboard can do on this screen, straight from the registry. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const actions = useRegisteredActions().filter((action) => (action.keys?.length ?? 0) > 0);
  const enabled = usePreferences((s) => s.shortcuts);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title="Keyboard shortcuts"
      className="w-[min(40rem,calc(100vw-2rem))]!"
    >
      <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        {SECTIONS.map((section) => {
          const own = actions.filter((action) => action.section === section);
          if (own.length === 0) return null;
          return (
            <section key={section} aria-label={section}>
              <h3 className="mb-1.5 text-sm font-semibold">{section}</h3>
              <ul className="grid gap-0.5">
                {own.map((action) => (
                  <li
                    key={action.id}
                    className="text-fg-muted flex min-h-7 items-center justify-between gap-3 text-sm"
                  >
                    <span>{action.name}</span>
                    <Keys keys={action.keys ?? []} />
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      <div className="border-line mt-5 border-t pt-4">
        <Switch
          label="Single-key shortcuts"
          hint="Keys with Ctrl or ⌘ keep working when these are off."
          checked={enabled}
          onChange={(shortcuts) => setPreference({ shortcuts })}
        />
      </div>
    </Dialog>
  );
}

function Keys({ keys }: { keys: string[] }) {
  const first = keys[0] ?? '';
  const last = keys.at(-1) ?? '';
  return (
    <span className="flex shrink-0 items-center gap-1">
      <span className="sr-only">{keys.length > 2 ? `${first} to ${last}` : first}</span>
      <Kbd always keys={first} />
      {keys.length > 1 && (
        <>
          <span aria-hidden>–</span>
          <Kbd always keys={last} />
        </>
      )}
    </span>
  );
}
