import type { ReactNode, Ref } from 'react';

import { BrandMark } from '@/shared/ui/brand-mark';

/** What the page is for; takes the focus when the page opens. */
export function PageTitle({
  ref,
  text,
  children,
}: {
  ref: Ref<HTMLHeadingElement>;
  text: string;
  children?: ReactNode;
}) {
  return (
    <>
      <h1 ref={ref} tabIndex={-1} className="text-2xl font-semibold tracking-tight">
        {text}
      </h1>
      {children && <p className="text-fg-muted mt-1 mb-5">{children}</p>}
    </>
  );
}

/** The page around the sign-in and register forms. */
export function SignInFrame({
  children,
  footer,
  aside,
}: {
  children: ReactNode;
  footer?: ReactNode;
  aside?: ReactNode;
}) {
  return (
    <div className="bg-canvas grid min-h-dvh grid-cols-1 lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
      <main id="main" className="grid min-w-0 grid-cols-1 place-items-center px-4 py-10">
        <div className="w-full max-w-sm">
          <div className="mb-8 flex items-center gap-2.5">
            <BrandMark className="size-8" />
            <span className="text-lg font-semibold tracking-tight">ResolutionFlow</span>
          </div>
          {children}
          {footer && <p className="text-fg-muted mt-6 text-sm">{footer}</p>}
          {aside}
        </div>
      </main>
      <aside
        aria-label="About ResolutionFlow"
        className="border-line bg-surface hidden place-items-center overflow-hidden border-l p-12 lg:grid"
      >
        <div className="max-w-md">
          <p className="text-2xl font-semibold tracking-tight text-balance">
            Stop writing ticket notes. Start generating them.
          </p>
          <p className="text-fg-muted mt-3 text-lg">
            Work through a proven flow by keyboard. The note writes itself from what you really did, with
            secrets masked.
          </p>
          <ol className="mt-10 grid">
            {STEPS.map((step, i) => (
              <li key={step.title} className="relative flex gap-4 pb-7 last:pb-0">
                {i < STEPS.length - 1 && (
                  <span aria-hidden className="bg-line absolute top-7 bottom-0 left-[13px] w-px" />
                )}
                <span
                  aria-hidden
                  className="border-accent-fg/40 bg-accent-soft text-accent-fg grid size-7 shrink-0 place-items-center rounded-full border text-sm font-semibold"
                >
                  {i + 1}
                </span>
                <div className="pt-1">
                  <p className="font-medium">{step.title}</p>
                  <p className="text-fg-muted">{step.text}</p>
                </div>
              </li>
            ))}
          </ol>
        </div>
      </aside>
    </div>
  );
}

const STEPS = [
  { title: 'Find the flow', text: 'Search the library by symptom, tag or client system.' },
  {
    title: 'Answer what you see',
    text: 'One step at a time: questions, commands and what their output means.',
  },
  { title: 'Paste the note', text: 'Ready for the ticket the moment you finish.' },
];
