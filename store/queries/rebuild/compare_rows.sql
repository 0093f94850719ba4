-- The rows of one read model that belong to some histories, beside those that follow from the
-- histories. Counts them, and returns those that differ, of at most {limit}.
--   $1 rows that follow, $2 histories, $3 columns that do not follow from events
with rebuilt as (
    select {key} as key, to_jsonb(r) - $3::text[] as row
    from jsonb_populate_recordset(null::{table}, $1::jsonb) r
), live as (
    select {key} as key, to_jsonb(r) - $3::text[] as row
    from {table} r
    where r.{history} = any($2::text[])
), pairs as (
    select key, live.row as live, rebuilt.row as rebuilt,
           live.row is distinct from rebuilt.row as differs
    from live full join rebuilt using (key)
)
select count(*) as compared,
       coalesce((
           select jsonb_agg(to_jsonb(p) - 'differs' order by key)
           from (select * from pairs where differs order by key limit {limit}) p
       ), '[]') as differences
from pairs
