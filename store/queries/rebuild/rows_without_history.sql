-- Rows of one read model that no history leads to.
select {key} as key, to_jsonb(r) as live
from {table} r
where not exists (select from streams s where s.stream = '{prefix}' || r.{history})
order by 1
limit {limit}
