import { useNavigate } from 'react-router';

import { useAuth } from '@/shared/api/auth-session';
import { forgetRefusal, mayPay, usePlan } from '@/shared/api/plan';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';

const TITLES: Record<string, string> = {
  tree_limit_reached: 'Your plan has no room for another flow',
  kb_conversion_limit_reached: 'The conversions of your plan are used up',
};

/** Somebody wanted more than the plan has: what happened, and the way out. */
export default function RefusalDialog() {
  const refusal = usePlan((s) => s.refusal);
  const user = useAuth((s) => s.user);
  const navigate = useNavigate();
  if (refusal === null) return null;
  const pays = mayPay(user);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && forgetRefusal()}
      title={TITLES[refusal.code] ?? 'Your plan does not include this'}
      description={refusal.message}
    >
      <p className="text-fg-muted">
        {pays
          ? 'Nothing was lost. A larger plan makes room, and so does archiving what is not used any longer.'
          : 'Nothing was lost. Ask an owner of your account for a larger plan, or archive what is not used any longer.'}
      </p>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={forgetRefusal}>Close</Button>
        {pays && (
          <Button
            variant="primary"
            onClick={() => {
              forgetRefusal();
              void navigate('/account/billing');
            }}
          >
            See the plan
          </Button>
        )}
      </div>
    </Dialog>
  );
}
