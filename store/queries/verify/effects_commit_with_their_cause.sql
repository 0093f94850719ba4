-- What an upgrade's event does to its two subscriptions was recorded in the same transaction, and
-- subscriptions change at the hands of no upgrade otherwise (promise 22). A change by hand may move
-- users into a subscription that is there, and leave the old one as it is or with fewer licenses.
with effects as (
    select transaction_id, 'upgrade-' || (data ->> 'upgrade_id') as cause,
           array_agg(type::text order by type) as types
    from events
    where type in (
        'SubscriptionOpened', 'SubscriptionLocked', 'SubscriptionUnlocked', 'BillingStarted',
        'SubscriptionCanceled', 'LicensesGivenUp', 'SubscriptionWithdrawn'
    )
    group by 1, 2
), ways as (
    select stream,
           data #> '{quote,request,change,into}' is null
           or jsonb_typeof(data #> '{quote,request,change,into}') = 'null' as opens,
           coalesce(data #>> '{quote,request,change,old}', 'canceled') as old
    from events
    where type = 'OrderPlaced'
), causes as (
    select e.stream as cause, e.transaction_id, array(select unnest(case e.type
        when 'MoveStarted' then array[
            'SubscriptionLocked',
            case when w.opens then 'SubscriptionOpened' else 'SubscriptionLocked' end
        ]
        when 'BillingSwitched' then array[
            case when w.opens then 'BillingStarted' else 'SubscriptionUnlocked' end,
            case w.old
                when 'canceled' then 'SubscriptionCanceled'
                when 'reduced' then 'LicensesGivenUp'
                else 'SubscriptionUnlocked'
            end
        ]
        else array[
            'SubscriptionUnlocked',
            case when w.opens then 'SubscriptionWithdrawn' else 'SubscriptionUnlocked' end
        ]
    end) as type order by type) as types
    from events e
    join ways w using (stream)
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
