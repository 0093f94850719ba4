-- The invoice numbers of each seller run 1..n without a gap, those that were voided included, and n is
-- the last one that was handed out (promise 15).
with taken as (
    select seller, number from invoices
    union all
    select seller, number from void_invoice_numbers
), numbered as (
    select seller, number, row_number() over (
        partition by seller order by length(number), number
    ) as expected
    from taken
), counted as (
    select seller, n.last, (select count(*) from taken t where t.seller = seller.seller) as numbers
    from (select seller from taken union select seller from invoice_numbers) as seller
    left join invoice_numbers n using (seller)
)
select seller, number, expected, number <> invoice_number(expected) as broken
from numbered
union all
select seller, 'last of all', last, last is distinct from numbers
from counted
