-- Every user who was moved is counted by an event, once for each time they moved; only who joined
-- the old subscription again can move twice (promise 11).
with moves as (
    select substr(stream, length('upgrade-') + 1) as upgrade_id,
           sum((data ->> 'users')::integer) as recorded
    from events
    where type = 'UsersMoved'
    group by stream
), rows as (
    select upgrade_id, count(*) as users from moved_users group by upgrade_id
)
select upgrade_id, moves.recorded, rows.users,
       (moves.recorded - rows.users between 0 and (
           select count(*) from license_changes c
           join upgrades u using (subscription_id)
           where u.upgrade_id = coalesce(moves.upgrade_id, rows.upgrade_id) and c.change = 'joined'
       )) is not true as broken
from moves
full join rows using (upgrade_id)
