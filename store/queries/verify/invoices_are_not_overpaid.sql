-- Nobody has paid more for an upgrade than it costs: not with payments, nor with credit (B65).
select upgrade_id, currency, sum(amount_minor) as owed_minor, sum(amount_minor) < 0 as broken
from ledger_entries
where account = 'receivable'
group by upgrade_id, currency
