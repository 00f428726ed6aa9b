import { BrandMark } from '@/shared/ui/brand-mark';

export function Splash() {
  return (
    <div
      role="status"
      aria-label="Loading ResolutionFlow"
      className="bg-canvas grid min-h-dvh place-items-center"
    >
      <BrandMark className="size-10 animate-pulse" />
    </div>
  );
}
