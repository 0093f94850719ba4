-- No admin changes a subscription between the start of a move and its end (B51).
select e.stream, e.version, e.type, before.type as last_word,
       before.type in ('SubscriptionLocked', 'SubscriptionOpened') as broken
from events e
cross join lateral (
    select other.type
    from events other
    where other.stream = e.stream and other.version < e.version
      and other.type in (
          'SubscriptionImported', 'SubscriptionOpened', 'SubscriptionLocked',
          'SubscriptionUnlocked', 'BillingStarted', 'SubscriptionCanceled', 'SubscriptionWithdrawn',
          'LicensesGivenUp'
      )
    order by other.version desc
    limit 1
) as before
where is_admin_event(e.type)
