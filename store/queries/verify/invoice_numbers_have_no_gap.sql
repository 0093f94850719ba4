-- The invoice numbers of each seller run 1..n without a gap, and n is the last one that was handed
-- out (promise 15).
with numbered as (
    select seller, number, row_number() over (
        partition by seller order by length(number), number
    ) as expected
    from invoices
), counted as (
    select seller, n.last, (select count(*) from invoices i where i.seller = seller.seller) as invoices
    from (select seller from invoices union select seller from invoice_numbers) as seller
    left join invoice_numbers n using (seller)
)
select seller, number, expected, number <> invoice_number(expected) as broken
from numbered
union all
select seller, 'last of all', last, last is distinct from invoices
from counted
