-- Invoice numbers run 1..n without a gap, and n is the last one that was handed out (promise 15).
with numbered as (
    select number, row_number() over (order by number) as expected
    from invoices
)
select number, expected, number <> 'INV-' || lpad(expected::text, 8, '0') as broken
from numbered
union all
select 'last of ' || seller, last, last <> (select count(*) from invoices)
from invoice_numbers
