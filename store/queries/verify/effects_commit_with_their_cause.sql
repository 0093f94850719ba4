-- What an upgrade's event does to its two subscriptions was recorded in the same transaction, and
-- subscriptions change at the hands of no upgrade otherwise (promise 22).
with effects as (
    select transaction_id, 'upgrade-' || (data ->> 'upgrade_id') as cause,
           array_agg(type::text order by type) as types
    from events
    where type in (
        'SubscriptionOpened', 'SubscriptionLocked', 'SubscriptionUnlocked', 'BillingStarted',
        'SubscriptionCanceled', 'SubscriptionWithdrawn'
    )
    group by 1, 2
), causes as (
    select e.stream as cause, e.transaction_id, case e.type
        when 'MoveStarted' then array['SubscriptionLocked', 'SubscriptionOpened']
        when 'BillingSwitched' then array['BillingStarted', 'SubscriptionCanceled']
        else array['SubscriptionUnlocked', 'SubscriptionWithdrawn']
    end as types
    from events e
    where e.type in ('MoveStarted', 'BillingSwitched')
       or (e.type in ('UpgradeCanceled', 'UpgradeUndone') and exists (
           select from events began
           where began.stream = e.stream and began.type = 'MoveStarted'
             and began.version < e.version
       ))
)
select cause, transaction_id::text as transaction_id, c.types as expected, e.types as recorded,
       c.types is distinct from e.types as broken
from causes c
full join effects e using (cause, transaction_id)
