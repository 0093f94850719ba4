-- What is left of a tenant's account credits in one currency, the oldest first.
--   $1 tenant, $2 currency
select upgrade_id, remaining_minor, arisen_at
from account_credits
where tenant_id = $1 and currency = $2 and remaining_minor > 0
order by arisen_at, upgrade_id
