-- Debits equal credits, per booking and currency (promise 7, B33).
select upgrade_id, booking, currency, sum(amount_minor) as sum_minor, sum(amount_minor) <> 0 as broken
from ledger_entries
group by upgrade_id, booking, currency
