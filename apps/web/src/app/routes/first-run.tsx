import { Panel } from '@/shared/ui/panel';

const FIRST_STEPS = [
  {
    title: 'Describe the problem, or pick a flow',
    text: 'Paste the ticket as it is; or take one of the flows beside this.',
  },
  { title: 'Answer what you see', text: 'One step at a time, by keyboard; commands are there to copy.' },
  { title: 'Copy the note', text: 'It is written from what you did, with secrets masked.' },
];

/** Instead of empty lists, what to do first. */
export default function FirstRun() {
  return (
    <Panel title="Your first note is a minute away">
      <ol className="grid gap-3.5">
        {FIRST_STEPS.map((step, i) => (
          <li key={step.title} className="flex gap-3">
            <span
              aria-hidden
              className="bg-accent-soft text-accent-fg grid size-6 shrink-0 place-items-center rounded-full text-xs font-semibold"
            >
              {i + 1}
            </span>
            <div className="pt-0.5">
              <p className="font-medium">{step.title}</p>
              <p className="text-fg-muted text-sm">{step.text}</p>
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
