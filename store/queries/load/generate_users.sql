-- Users by number, for subscriptions that have a user_count: user-0000001@<subscription>.
insert into wanted (subscription_id, user_id)
select id, 'user-' || lpad(n::text, 7, '0') || '@' || id
from unnest($1::text[], $2::integer[]) as each (id, user_count),
     generate_series(1, user_count) n
