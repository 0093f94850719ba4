-- An upgrade's history begins with its own order, on the quote that is kept under that id as it is, and
-- has no other order (promises 2 and 5, B25). What each day costs follows from the rest, and what else the quote
-- was made by is for its order alone: neither is kept twice. A
-- quote of older code lacks what the order then says is none.
select e.stream, e.data ->> 'at' as at,
       (
           e.type = 'OrderPlaced'
           and e.stream = 'upgrade-' || (e.data #>> '{order,upgrade_id}')
           and jsonb_strip_nulls(e.data -> 'quote') = jsonb_strip_nulls(q.body - 'days' - 'basis')
           and not exists (
               select from events other
               where other.stream = e.stream and other.type = 'OrderPlaced' and other.version > 1
           )
       ) is not true as broken
from events e
left join quotes q on q.quote_id = e.data #>> '{order,quote_id}'
where e.stream like 'upgrade-%' and e.version = 1
