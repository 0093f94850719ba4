-- The customer is told each thing once per upgrade (promise 23, B62).
select upgrade_id, kind, count(*) as notices, count(*) <> 1 as broken
from notices
group by upgrade_id, kind
