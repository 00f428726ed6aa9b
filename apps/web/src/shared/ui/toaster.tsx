import { createRoot } from 'react-dom/client';
import { toast, Toaster } from 'sonner';

const host = document.createElement('div');
document.body.append(host);
createRoot(host).render(
  <Toaster
    position="bottom-right"
    toastOptions={{
      unstyled: true,
      classNames: {
        toast:
          'flex w-(--width) items-center gap-2.5 rounded-lg border border-line bg-raised px-3.5 py-3 font-sans text-sm text-fg shadow-xl',
        success: '[&_[data-icon]]:text-success',
        error: '[&_[data-icon]]:text-danger',
        info: '[&_[data-icon]]:text-info',
      },
    }}
  />,
);

export function show(kind: 'success' | 'error' | 'info', message: string): void {
  toast[kind](message);
}
