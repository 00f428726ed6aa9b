export function BrandMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" fill="none" aria-hidden className={className}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g className="stroke-on-accent" strokeWidth="2.6" strokeLinecap="round">
        <path d="M10 8v6a4 4 0 0 0 4 4h4a4 4 0 0 1 4 4v2" />
        <path d="M10 18v6" opacity=".55" />
      </g>
      <g className="fill-on-accent">
        <circle cx="10" cy="8" r="2.6" />
        <circle cx="22" cy="24" r="2.6" />
        <circle cx="10" cy="24.4" r="2.2" opacity=".55" />
      </g>
    </svg>
  );
}
