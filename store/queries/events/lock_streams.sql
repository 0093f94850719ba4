-- Nobody else appends to these streams until this transaction ends.
select stream
from streams
where stream = any($1::text[])
order by stream
for update
