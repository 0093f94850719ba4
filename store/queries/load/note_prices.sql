-- Note what plans cost since $2, of those in $1 whose prices differ from the last ones that were noted.
insert into plan_prices (plan_id, since, prices)
select p.plan_id, $2, coalesce(p.body -> 'prices', '[]')
from plans p
left join lateral (
    select n.prices from plan_prices n where n.plan_id = p.plan_id order by n.position desc limit 1
) last on true
where p.plan_id = any($1::text[]) and last.prices is distinct from coalesce(p.body -> 'prices', '[]')
order by p.plan_id
