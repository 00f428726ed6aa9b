import { clsx } from 'clsx';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router';

interface AreaPlace {
  to: string;
  label: string;
  icon: LucideIcon;
}

/** Pages that belong together: their navigation at the side, or above them in a row that scrolls where it is narrow. */
export function AreaLayout({
  label,
  places,
  children,
}: {
  label: string;
  places: AreaPlace[];
  children: ReactNode;
}) {
  return (
    <div className="grid gap-6 lg:grid-cols-[13rem_minmax(0,1fr)] lg:gap-10">
      <nav
        aria-label={label}
        className="max-lg:-mx-4 max-lg:overflow-x-auto max-lg:px-4 sm:max-lg:-mx-6 sm:max-lg:px-6"
      >
        <p className="text-fg-subtle mb-2 px-2 text-xs font-medium max-lg:hidden">{label}</p>
        <ul className="flex gap-0.5 lg:sticky lg:top-18 lg:flex-col">
          {places.map(({ to, label: name, icon: Icon }) => (
            <li key={to} className="shrink-0">
              <NavLink
                to={to}
                className={({ isActive }) =>
                  clsx(
                    'flex h-8 items-center gap-2.5 rounded-md px-2 text-sm font-medium transition-colors duration-120',
                    isActive ? 'bg-hover text-fg' : 'text-fg-muted hover:bg-hover hover:text-fg',
                  )
                }
              >
                <Icon aria-hidden className="size-4 shrink-0" />
                {name}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div className="min-w-0">{children}</div>
    </div>
  );
}
