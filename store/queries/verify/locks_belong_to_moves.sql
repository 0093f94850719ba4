-- A subscription is locked only by an upgrade that is moving its users (promises 16 and 17, B51).
select s.subscription_id, s.locked_by, u.stage,
       (u.stage in ('moving_users', 'switching_billing', 'needs_attention') and u.is_open)
       is not true as broken
from subscriptions s
left join upgrades u on u.upgrade_id = s.locked_by
where s.locked_by is not null
