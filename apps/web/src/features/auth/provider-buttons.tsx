import { messageOf } from '@/shared/api/problem';
import type { OauthProvider } from '@/shared/api/types';
import { Button } from '@/shared/ui/button';
import { Callout } from '@/shared/ui/callout';

import { ProviderIcon } from './provider-icon';
import { PROVIDER_NAMES, useProviderSignIn } from './providers';

/** The other ways in, under the form; nothing where none is set up. */
export default function ProviderButtons({
  providers,
  next,
  invite,
}: {
  providers: OauthProvider[];
  next: string;
  /** The token of the invitation that is accepted on the way. */
  invite?: string;
}) {
  const start = useProviderSignIn(next, invite);
  if (providers.length === 0) return null;
  return (
    <div className="mt-5 grid gap-2.5">
      <p className="text-fg-subtle mb-1 flex items-center gap-3 text-sm">
        <span aria-hidden className="bg-line h-px flex-1" />
        or
        <span aria-hidden className="bg-line h-px flex-1" />
      </p>
      {providers.map((provider) => (
        <Button
          key={provider}
          size="lg"
          className="w-full"
          disabled={start.isPending || start.isSuccess}
          busy={(start.isPending || start.isSuccess) && start.variables === provider}
          onClick={() => start.mutate(provider)}
        >
          <ProviderIcon provider={provider} />
          Continue with {PROVIDER_NAMES[provider]}
        </Button>
      ))}
      {start.isError && <Callout tone="danger" title={messageOf(start.error)} role="alert" />}
    </div>
  );
}
