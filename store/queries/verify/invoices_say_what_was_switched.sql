-- An invoice has the lines, the total and the account credit that billing switched by (promise 5).
select i.number, i.upgrade_id, i.body ->> 'total' as invoiced, e.data #>> '{pricing,total}' as switched,
       i.body -> 'lines' is distinct from e.data #> '{pricing,lines}'
       or i.body -> 'total' is distinct from e.data #> '{pricing,total}'
       or i.body -> 'account_credit' is distinct from e.data #> '{pricing,account_credit}'
       or i.body ->> 'number' is distinct from i.number as broken
from invoices i
left join events e on e.stream = 'upgrade-' || i.upgrade_id and e.type = 'BillingSwitched'
