-- Every order has ended, or is at a stage that something is known to end: a step that runs, a
-- deadline, or an operator who was told (promise 16).
select upgrade_id, stage, is_open, deadline,
       not case
           when stage in (
               'completed', 'invoiced', 'refused', 'declined', 'expired', 'canceled', 'undone'
           )
               then not is_open and deadline is null
           when stage in ('scheduled', 'awaiting_credit_check')
               then is_open and deadline is not null
           when stage = 'awaiting_invoice'
               then not is_open and deadline is not null
           when stage in ('moving_users', 'switching_billing')
               then is_open and deadline is null
           when stage = 'needs_attention'
               then jsonb_typeof(view -> 'attention') = 'object'
           else false
       end as broken
from upgrades
