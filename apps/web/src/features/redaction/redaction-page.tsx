import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';

import { isCode, messageOf } from '@/shared/api/problem';
import { redactionSettingsQuery } from '@/shared/api/redaction';
import type { RedactionRule, RedactionSettings } from '@/shared/api/types';
import { formatAgo } from '@/shared/lib/dates';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';
import { Switch, TextArea } from '@/shared/ui/field';
import { PageHeader } from '@/shared/ui/page-header';
import { Panel } from '@/shared/ui/panel';
import { QueryView } from '@/shared/ui/query-view';
import { Skeleton } from '@/shared/ui/skeleton';
import { notify } from '@/shared/ui/toast';
import { UnsavedGuard } from '@/shared/ui/unsaved-guard';

import { useSaveRedaction } from './api/mutations';
import { RuleEditor } from './components/rule-editor';
import { blankRule, isChanged, MAX_RULES, ruleErrors, ruleToSend, type EditedRule } from './model/rules';
import type { Tried } from './model/try-rules';
import { useTried } from './use-tried';

const DETECTORS = [
  { key: 'hostnames', label: 'Host names', hint: 'fs01.contoso.local, SRV-DC01' },
  { key: 'unc_paths', label: 'Network paths', hint: '\\\\server\\share' },
  { key: 'guids', label: 'GUIDs', hint: 'Tenants, devices, correlations' },
] as const;

export function Component() {
  const query = useQuery(redactionSettingsQuery());
  return (
    <QueryView page query={query} skeleton={<Skeleton className="h-96" />}>
      {(settings) => (
        <>
          <PageHeader
            title="Redaction"
            eyebrow="Account"
            description="Passwords, keys, tokens, cards, e-mail and IP addresses and phone numbers are always masked. Here is what notes of your account mask beside them."
          />
          {settings.can_edit ? (
            // Saved elsewhere meanwhile, the form begins anew only when the person asks for it.
            <Editor settings={settings} />
          ) : (
            <ReadOnly settings={settings} />
          )}
        </>
      )}
    </QueryView>
  );
}

const edited = (rules: RedactionRule[]): EditedRule[] =>
  rules.map((rule, id) => ({ ...blankRule(id), ...rule }));

function Editor({ settings }: { settings: RedactionSettings }) {
  const [revision, setRevision] = useState(settings.revision);
  const [rules, setRules] = useState(() => edited(settings.custom));
  const [on, setOn] = useState(() => ({
    hostnames: settings.hostnames,
    unc_paths: settings.unc_paths,
    guids: settings.guids,
  }));
  const [sample, setSample] = useState('');
  const nextId = useRef(rules.length);
  const list = useRef<HTMLDivElement>(null);
  const [added, setAdded] = useState(0);
  const save = useSaveRedaction();
  const errors = ruleErrors(save.error);
  const stale = isCode(save.error, 'stale_revision');
  const tried = useTried(rules, sample);

  // A new rule is for typing its name now.
  useEffect(() => {
    if (added > 0) list.current?.querySelector<HTMLInputElement>('fieldset:last-of-type input')?.focus();
  }, [added]);

  const begin = (from: RedactionSettings) => {
    setRevision(from.revision);
    setRules(edited(from.custom));
    nextId.current = from.custom.length;
    setOn({ hostnames: from.hostnames, unc_paths: from.unc_paths, guids: from.guids });
    save.reset();
  };
  const latest = useQuery(redactionSettingsQuery());

  const wanted = { ...on, custom: rules.map(ruleToSend) };

  function submit(event: FormEvent) {
    event.preventDefault();
    save.mutate(
      { revision, rules: wanted },
      {
        onSuccess: (saved) => {
          begin(saved);
          notify('success', 'The rules are saved. Notes are masked by them from now on.');
        },
      },
    );
  }

  return (
    <form onSubmit={submit} className="grid max-w-4xl gap-4" aria-label="Redaction of the account">
      <UnsavedGuard dirty={isChanged(latest.data ?? settings, wanted)} />
      <Panel title="Also look for">
        <div className="grid gap-2">
          {DETECTORS.map(({ key, label, hint }) => (
            <Switch
              key={key}
              label={label}
              hint={hint}
              checked={on[key]}
              onChange={(checked) => setOn((now) => ({ ...now, [key]: checked }))}
            />
          ))}
        </div>
      </Panel>
      <Panel
        title="Own rules"
        aside={
          <span className="tabular-nums">
            {rules.length} of {MAX_RULES}
          </span>
        }
      >
        <div ref={list} className="grid gap-3">
          {rules.length === 0 && (
            <p className="text-fg-muted text-sm">
              Mask what only your clients have: badge numbers, contract numbers, names of sites.
            </p>
          )}
          {rules.map((rule, i) => (
            <RuleEditor
              key={rule.id}
              rule={rule}
              place={i + 1}
              errors={errors.get(i) ?? {}}
              untried={tried !== null && tried !== 'slow' ? tried.problems[i] : undefined}
              onChange={(change) => {
                // What the server said was about what stood there.
                save.reset();
                setRules((now) => now.map((one) => (one.id === rule.id ? { ...one, ...change } : one)));
              }}
              onRemove={() => {
                save.reset();
                setRules((now) => now.filter(({ id }) => id !== rule.id));
              }}
            />
          ))}
        </div>
        <Button
          className="mt-3"
          disabled={rules.length >= MAX_RULES}
          onClick={() => {
            setRules((now) => [...now, blankRule(nextId.current++)]);
            setAdded((count) => count + 1);
          }}
        >
          <Plus aria-hidden className="size-4" /> Add a rule
        </Button>
      </Panel>
      <Panel title="Try the rules">
        <TextArea
          label="A line as it might stand in a note"
          rows={3}
          value={sample}
          onChange={(event) => setSample(event.target.value)}
          spellCheck={false}
          hint="Tried in your browser; nothing is sent or kept. The server checks each pattern again when you save."
        />
        <Outcome tried={tried} sample={sample} rules={rules} />
      </Panel>
      {save.isError && errors.size === 0 && (
        <Callout
          tone={stale ? 'warning' : 'danger'}
          title={stale ? 'Somebody else changed the rules first' : messageOf(save.error)}
          role="alert"
          action={
            stale && (
              <Button
                onClick={() => void latest.refetch().then(({ data }) => data && begin(data))}
                busy={latest.isFetching}
              >
                Load theirs
              </Button>
            )
          }
        >
          {stale && 'Nothing of theirs was overwritten. Loading theirs drops what you changed here.'}
        </Callout>
      )}
      {errors.size > 0 && (
        <Callout tone="danger" title="Nothing is saved: a rule cannot be used" role="alert">
          {[...errors.keys()].map((i) => rules[i]?.name.trim() || `Rule ${i + 1}`).join(', ')}
        </Callout>
      )}
      <div className="flex items-center justify-end gap-4">
        {settings.updated_at && (
          <span className="text-fg-subtle text-sm">Changed {formatAgo(settings.updated_at)}</span>
        )}
        <Button type="submit" variant="primary" size="lg" busy={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

/** The sample as a note would say it. */
function Outcome({
  tried,
  sample,
  rules,
}: {
  tried: Tried | 'slow' | null;
  sample: string;
  rules: EditedRule[];
}) {
  if (sample === '' || tried === null) return null;
  if (tried === 'slow') {
    return (
      <Callout tone="warning" title="A pattern takes too long in the browser" className="mt-3" role="status">
        The server runs patterns another way and may still accept it. Simpler repeats are quicker everywhere.
      </Callout>
    );
  }
  const masked = tried.pieces.filter(({ rule }) => rule !== null).length;
  return (
    <div className="mt-3">
      <p role="status" className="text-fg-muted mb-1.5 text-sm">
        {masked === 0 ? 'No rule finds anything.' : `${masked} masked:`}
      </p>
      <p
        data-testid="tried"
        className="border-line bg-canvas rounded-md border px-3 py-2 font-mono text-sm break-words whitespace-pre-wrap"
      >
        {tried.pieces.map((piece, i) =>
          piece.rule === null ? (
            piece.text
          ) : (
            <mark key={i} title={piece.text} className="text-fg bg-success/12 rounded-sm">
              [{rules[piece.rule]?.label?.trim() || 'custom rule'} redacted]
            </mark>
          ),
        )}
      </p>
    </div>
  );
}

function ReadOnly({ settings }: { settings: RedactionSettings }) {
  const on = DETECTORS.filter(({ key }) => settings[key]);
  return (
    <div className="grid max-w-4xl gap-4">
      <Callout tone="info" title="Only admins of your account change this" />
      <Panel title="Also looked for">
        <p className={on.length === 0 ? 'text-fg-muted' : undefined}>
          {on.length === 0
            ? 'Nothing beside what is always masked.'
            : on.map(({ label }) => label).join(', ')}
        </p>
      </Panel>
      <Panel title="Own rules">
        {settings.custom.length === 0 ? (
          <p className="text-fg-muted">There are none.</p>
        ) : (
          <ul className="grid gap-2">
            {settings.custom.map((rule) => (
              <li key={rule.name} className="flex flex-wrap gap-x-3">
                <span className="font-medium">{rule.name}</span>
                <span className="text-fg-muted min-w-0 font-mono break-all">{rule.pattern}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}
