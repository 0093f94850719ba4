-- A credit check ends at most once: by a decision that came in time, or because none came until the
-- deadline (promise 14, B41, B42).
select stream,
       min(data ->> 'deadline') filter (where type = 'CreditCheckRequired') as deadline,
       array_agg(type || ' ' || (data ->> 'at') order by version)
           filter (where type <> 'CreditCheckRequired') as endings,
       (count(*) filter (where type <> 'CreditCheckRequired') > 1
       or count(*) filter (where type = 'CreditCheckRequired') <> 1
       or min((data ->> 'at')::timestamptz) filter (where type = 'CreditCheckExpired')
          < min((data ->> 'deadline')::timestamptz) filter (where type = 'CreditCheckRequired')
       or max((data ->> 'at')::timestamptz)
              filter (where type in ('CreditCheckApproved', 'CreditCheckDeclined'))
          > min((data ->> 'deadline')::timestamptz) filter (where type = 'CreditCheckRequired')) is true as broken
from events
where type in (
    'CreditCheckRequired', 'CreditCheckApproved', 'CreditCheckDeclined', 'CreditCheckExpired'
)
group by stream
