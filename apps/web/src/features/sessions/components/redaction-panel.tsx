import { useQuery } from '@tanstack/react-query';
import { ShieldCheck, ShieldOff, X } from 'lucide-react';
import { useState, type FormEvent } from 'react';
import { Link } from 'react-router';

import { redactionSettingsQuery } from '@/shared/api/redaction';
import type { NotePreview } from '@/shared/api/types';
import { plural } from '@/shared/lib/plural';
import { Button, IconButton } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Switch, TextField } from '@/shared/ui/field';
import { Panel } from '@/shared/ui/panel';

import { findingsOf, isCredential, kindLabel, type Choices, type Finding } from '../model/redaction';

interface RedactionPanelProps {
  masked: boolean;
  note: NotePreview | undefined;
  choices: Choices;
  onMasked: (mask: boolean) => void;
  onChoices: (change: Partial<Choices>) => void;
  onToggle: (key: string) => void;
  /** Masks a text and says why not, if it cannot. */
  onMask: (text: string) => string | null;
}

/** What is masked in the note and what is not, with every decision about it in reach of the keyboard. */
export function RedactionPanel(props: RedactionPanelProps) {
  const { masked, note, choices, onMasked, onChoices, onToggle, onMask } = props;
  const findings = findingsOf(note?.hits ?? []);
  const shown = choices.mask.filter((text) => note?.text.includes(text) === true);
  return (
    <Panel title="Sensitive data">
      <Switch label="Mask sensitive data" checked={masked} onChange={onMasked} />
      {masked && <Detectors choices={choices} onChoices={onChoices} />}
      <div aria-live="polite" className="border-line mt-3 border-t pt-3 text-sm">
        {masked ? (
          <Counts note={note} />
        ) : (
          <p className="text-warning flex gap-1.5 font-medium">
            <ShieldOff aria-hidden className="mt-px size-4 shrink-0" />
            Passwords and personal data are readable in this note.
          </p>
        )}
      </div>
      {findings.length > 0 && (
        <ul aria-label="Found in the note" className="mt-2 text-sm">
          {findings.map((finding) => (
            <FindingRow key={finding.id} finding={finding} onToggle={onToggle} />
          ))}
        </ul>
      )}
      {choices.mask.length > 0 && (
        <ul aria-label="Masked by you" className="border-line mt-3 border-t pt-2 text-sm">
          {choices.mask.map((text) => (
            <li key={text} className="flex min-h-8 items-center gap-2">
              <span className="min-w-0 flex-1 truncate font-mono">{text}</span>
              <IconButton
                label={`Do not mask “${text}”`}
                onClick={() => onChoices({ mask: choices.mask.filter((other) => other !== text) })}
              >
                <X aria-hidden className="size-4" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {shown.length > 0 && (
        <Callout tone="warning" title="Still readable in the note" role="alert" className="mt-2">
          {shown.join(', ')}. Mask a shorter piece of it.
        </Callout>
      )}
      <MaskForm onMask={onMask} />
    </Panel>
  );
}

function Counts({ note }: { note: NotePreview | undefined }) {
  const total = note?.summary?.total ?? 0;
  const kept = new Set(note?.hits.flatMap(({ kept: on, key }) => (on && key ? [key] : []))).size;
  return (
    <>
      {(total > 0 || kept === 0) && (
        <p className="text-success flex items-center gap-1.5 font-medium">
          <ShieldCheck aria-hidden className="size-4" />
          {total > 0 ? `${plural(total, 'item')} masked` : 'Nothing had to be masked'}
        </p>
      )}
      {kept > 0 && <p className="text-warning mt-1">{`${plural(kept, 'value')} shown by your choice`}</p>}
    </>
  );
}

const DETECTORS = [
  { key: 'hostnames', label: 'Host names' },
  { key: 'unc_paths', label: 'Network paths' },
  { key: 'guids', label: 'GUIDs' },
] as const;

/** What is masked beyond what always is. What the account has switched on stays on. */
function Detectors({ choices, onChoices }: Pick<RedactionPanelProps, 'choices' | 'onChoices'>) {
  const account = useQuery(redactionSettingsQuery()).data;
  return (
    <fieldset className="mt-2">
      <legend className="text-fg-subtle mb-1 flex w-full items-center justify-between text-xs">
        Also mask
        <Link
          to="/account/redaction"
          className="text-accent-fg inline-flex min-h-6 items-center underline underline-offset-2"
        >
          Rules of the account
        </Link>
      </legend>
      {DETECTORS.map(({ key, label }) =>
        account?.[key] === true ? (
          <p key={key} className="flex min-h-7 items-center justify-between text-sm">
            {label} <span className="text-fg-subtle text-xs">always, by your account</span>
          </p>
        ) : (
          <Switch
            key={key}
            label={label}
            checked={choices[key]}
            onChange={(on) => onChoices({ [key]: on })}
          />
        ),
      )}
    </fieldset>
  );
}

function FindingRow({ finding, onToggle }: { finding: Finding; onToggle: (key: string) => void }) {
  const { kind, key, kept, value, places } = finding;
  const label = kindLabel(kind);
  return (
    <li className="flex min-h-9 items-center gap-2">
      <span className="min-w-0 flex-1">
        <span className="text-fg-muted flex items-baseline gap-1.5">
          {label}
          {places > 1 && (
            <span className="text-fg-subtle text-xs tabular-nums">{plural(places, 'place')}</span>
          )}
        </span>
        {value && !isCredential(kind) && <span className="block truncate font-mono text-xs">{value}</span>}
      </span>
      {key && (
        <Button
          size="sm"
          variant={kept ? 'selected' : 'ghost'}
          aria-label={`Show ${label}${value && !isCredential(kind) ? ` ${value}` : ''}`}
          aria-pressed={kept}
          onClick={() => onToggle(key)}
        >
          {kept ? 'Shown' : 'Show'}
        </Button>
      )}
    </li>
  );
}

/** The way to mask more without a mouse: selecting text in the note needs one. */
function MaskForm({ onMask }: { onMask: (text: string) => string | null }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  function submit(event: FormEvent) {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted === '') return;
    const why = onMask(wanted);
    setProblem(why);
    if (why === null) setText('');
  }
  return (
    <form
      onSubmit={submit}
      className="border-line mt-3 flex items-end gap-2 border-t pt-3"
      aria-label="Mask more"
    >
      <div className="min-w-0 flex-1">
        <TextField
          label="Mask more"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(null);
          }}
          autoComplete="off"
          spellCheck={false}
          placeholder="or select it in the note"
          error={problem ?? undefined}
        />
      </div>
      <Button type="submit" size="lg" className={problem ? 'mb-5' : undefined}>
        Mask
      </Button>
    </form>
  );
}
