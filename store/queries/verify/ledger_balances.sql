-- Debits equal credits, per upgrade and currency (promise 7, B33).
select upgrade_id, currency, sum(amount_minor) as sum_minor, sum(amount_minor) <> 0 as broken
from ledger_entries
group by upgrade_id, currency
