-- How many things a promise is about, and those where it is broken, of at most {limit}. A promise
-- that is neither kept nor broken is broken.
with things as (
{sql}
)
select (select count(*) from things) as checked,
       coalesce((
           select jsonb_agg(to_jsonb(b) - 'broken')
           from (select * from things where broken is not false limit {limit}) b
       ), '[]') as broken
