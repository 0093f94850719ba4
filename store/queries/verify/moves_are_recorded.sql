-- Every batch of a move is one event, one row of `move_batches`, and as many rows of the ledger as
-- both say: nobody moves unseen (promise 11, B48).
with recorded as (
    select substr(stream, length('upgrade-') + 1) as upgrade_id,
           (data ->> 'batch')::integer as batch, (data ->> 'users')::integer as users
    from events
    where type = 'UsersMoved'
), noted as (
    select upgrade_id, batch, count(*) as users from moved_users group by upgrade_id, batch
)
select upgrade_id, batch, r.users as in_the_event, b.users as in_the_batch, n.users as noted,
       (r.users = b.users and b.users = n.users) is not true as broken
from recorded r
full join move_batches b using (upgrade_id, batch)
full join noted n using (upgrade_id, batch)
