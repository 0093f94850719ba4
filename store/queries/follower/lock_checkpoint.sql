-- How far follower $1 has come, locked; no row while another process has it. Transaction ids travel
-- as text: they have no type in the driver.
select transaction_id::text as transaction_id, global_position
from followers
where name = $1
for update skip locked
