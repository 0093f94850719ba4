-- What is booked as tax is the tax on what is booked at that rate, rounded once for each line: for what
-- was charged, and for what was credited with what of it was lost (B63).
select upgrade_id, currency, tax_rate, credited, base_minor, tax_minor,
       abs(tax_minor - base_minor * tax_rate) > 1 as broken
from (
    select upgrade_id, currency, tax_rate,
           account in ('unused_service', 'forfeited')
           -- A credit note books each the other way round.
           or (account = 'tax' and (amount_minor > 0) = (booking <> 'void')) as credited,
           coalesce(sum(amount_minor) filter (where account <> 'tax'), 0) as base_minor,
           coalesce(sum(amount_minor) filter (where account = 'tax'), 0) as tax_minor
    from ledger_entries
    where tax_rate is not null
    group by 1, 2, 3, 4
) as taxed
