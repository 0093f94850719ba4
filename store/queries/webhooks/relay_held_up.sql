-- The oldest transaction on the server, if a notice that follower $1 has not come to waits for it: a
-- follower passes no transaction that is still running, of whichever database. No row if none does.
-- Who may not see other sessions still sees the process and its user.
with waiting as (
    select min(o.transaction_id) as oldest
    from outbox o
    where o.transaction_id > coalesce((select transaction_id from followers where name = $1), '0')
), running as (
    select a.pid, null as prepared, a.usename as username, a.datname as database,
           a.application_name as application, a.state, a.xact_start as since,
           age(a.backend_xid) as age
    from pg_stat_activity a
    where a.backend_xid is not null and a.pid <> pg_backend_pid()
    union all
    select null, p.gid, p.owner, p.database, null, 'prepared', p.prepared, age(p.transaction)
    from pg_prepared_xacts p
)
select r.pid, r.prepared, r.username, r.database, r.application, r.state, r.since
from waiting w, running r
where w.oldest >= pg_snapshot_xmin(pg_current_snapshot())
order by r.age desc
limit 1
