-- What operators should look at: one row a thing, the most pressing first.
--   $1 now, $2 how long before its deadline a credit check is near it, where nobody was reminded yet,
--   $3 how many days before its last day an invoice is near it
with waiting as (
    select u.*, v.expected_by, v.alert_at
    from upgrades u,
         lateral (select (u.view ->> 'expected_by')::timestamptz as expected_by,
                         (u.view ->> 'alert_at')::timestamptz as alert_at) v
    where u.stage in ('awaiting_credit_check', 'moving_users', 'switching_billing',
                      'awaiting_invoice', 'needs_attention')
), things as (
    select 'credit_check_overdue' as what, w.*, w.deadline as since, 1 as rank
    from waiting w where w.stage = 'awaiting_credit_check' and w.deadline <= $1
    union all
    select 'credit_check_due', w.*,
           least(w.deadline - $2::interval, coalesce(w.alert_at, w.deadline)), 3
    from waiting w
    where w.stage = 'awaiting_credit_check' and w.deadline > $1
      and (w.deadline <= $1 + $2::interval or coalesce(w.alert_at, $1) <= $1)
    union all
    select 'past_the_hour', w.*, w.expected_by, 2
    from waiting w where w.expected_by <= $1
    union all
    select 'needs_attention', w.*,
           (w.view #>> '{timeline,-1,at}')::timestamptz, 0
    from waiting w where w.stage = 'needs_attention'
    union all
    select case when w.deadline <= $1 then 'invoice_overdue' else 'invoice_near_its_last_day' end,
           w.*, case when w.deadline <= $1 then w.deadline else near.since end, 4
    from waiting w
    join events placed on placed.stream = 'upgrade-' || w.upgrade_id and placed.version = 1,
         lateral (select (w.view ->> 'completed_at')::timestamptz
                         + make_interval(days => (placed.data #>> '{policy,invoice,within_days}')::integer)
                         - make_interval(days => $3) as since) near
    where w.stage = 'awaiting_invoice' and (w.deadline <= $1 or near.since <= $1)
)
select what, upgrade_id, tenant_id, stage, since, deadline,
       view -> 'attention' as attention
from things
order by rank, since, upgrade_id
