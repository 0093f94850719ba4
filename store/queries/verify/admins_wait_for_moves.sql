-- No admin changes a subscription between the start of a move and its end (B51); only while its run waits
-- for an operator are users taken off.
select e.stream, e.version, e.type, before.type as last_word,
       before.type in ('SubscriptionLocked', 'SubscriptionOpened')
       and not (e.type = 'LicenseUnassigned' and coalesce((
           select parked.type = 'AttentionNeeded' from events parked
           where parked.stream = 'upgrade-' || (before.data ->> 'upgrade_id')
             and parked.type in ('AttentionNeeded', 'AttentionResolved')
             and parked.global_position < e.global_position
           order by parked.version desc
           limit 1
       ), false)) as broken
from events e
cross join lateral (
    select other.type, other.data
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
