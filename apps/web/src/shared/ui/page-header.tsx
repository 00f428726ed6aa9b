import type { LucideIcon } from 'lucide-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { useNavigationType } from 'react-router';

interface PageHeaderProps {
  title: string;
  /** What the page is about, beside its title. */
  icon?: LucideIcon;
  /** The browser tab's title where it should say more than the heading. */
  documentTitle?: string;
  eyebrow?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}

/** The page's one h1. It takes the focus after a navigation, so that screen readers and the keyboard start here. */
export function PageHeader({
  title,
  icon: Icon,
  documentTitle,
  eyebrow,
  description,
  actions,
}: PageHeaderProps) {
  const heading = usePageFocus(documentTitle ?? title);
  return (
    <header className="mb-6 flex flex-wrap items-start gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        {eyebrow && (
          <div className="text-fg-subtle mb-1.5 flex flex-wrap items-center gap-1.5 text-sm">{eyebrow}</div>
        )}
        <div className="flex items-center gap-2">
          {Icon && <Icon aria-hidden className="text-accent-fg size-5 shrink-0" />}
          <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight text-balance">
            {title}
          </h1>
        </div>
        {description && <p className="text-fg-muted mt-1 max-w-2xl">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}

/** Sets the document title and moves the focus to the heading, except on the very first load and when a field has it. */
export function usePageFocus(documentTitle: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const navigation = useNavigationType();
  const first = useRef(true);
  useEffect(() => {
    document.title = `${documentTitle} · ResolutionFlow`;
  }, [documentTitle]);
  useEffect(() => {
    if (!first.current) return;
    first.current = false;
    const busy =
      document.activeElement instanceof HTMLElement &&
      document.activeElement.closest('main input, main textarea');
    if (!busy && !(navigation === 'POP' && performance.now() < 3000))
      heading.current?.focus({ preventScroll: true });
  }, [navigation]);
  return heading;
}
