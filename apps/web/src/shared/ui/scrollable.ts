/** For boxes whose content scrolls: they must take the focus, or the keyboard could not scroll them (WCAG 2.1.1). */
export const scrollable = { tabIndex: 0 } as const;
