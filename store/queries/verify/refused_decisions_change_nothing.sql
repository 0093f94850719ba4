-- A late or contradicting credit decision is kept, and nothing else happens because of it
-- (promise 14, B41).
select e.stream, e.version, e.data ->> 'reference' as reference, e.data ->> 'why' as why,
       exists (
           select from events other
           where other.stream = e.stream and other.command_id = e.command_id
             and other.version <> e.version
       ) as broken
from events e
where e.type = 'CreditDecisionRefused'
