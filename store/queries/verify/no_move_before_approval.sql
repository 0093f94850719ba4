-- Users move and billing switches only after the rules, or a needed credit decision, have cleared
-- the way (promise 12, B37).
select e.stream, e.version, e.type, cleared.type as last_word,
       cleared.type in ('EligibilityConfirmed', 'CreditCheckApproved') is not true as broken
from events e
left join lateral (
    select before.type
    from events before
    where before.stream = e.stream and before.version < e.version
      and before.type in (
          'EligibilityConfirmed', 'UpgradeRefused', 'CreditCheckRequired', 'CreditCheckApproved',
          'CreditCheckDeclined', 'CreditCheckExpired'
      )
    order by before.version desc
    limit 1
) as cleared on true
where e.type in ('MoveStarted', 'UsersMoved', 'BillingSwitched')
