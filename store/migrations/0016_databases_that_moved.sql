-- A database that was carried over to another server by a dump has transaction ids that the new server
-- has not come to yet: followers would wait until it has, for months. So our ids are Postgres' own plus
-- an offset, which is raised once after such a move (`starter.py migrate`): they only ever grow, and
-- whatever was written before the move is older than everything after it.
--
-- * `stored_ids_ahead` is by how much. On the server that wrote them nothing lies ahead, as an id is
--   stored by a transaction that has begun there.

create table transaction_ids (
    one  boolean primary key default true check (one),
    ahead bigint not null check (ahead >= 0)
);
insert into transaction_ids (ahead) values (0);

create function keep_growing() returns trigger language plpgsql as $$
begin
    if new.ahead < old.ahead then
        raise exception 'transaction ids only grow'
            using errcode = 'check_violation', constraint = 'transaction_ids_only_grow';
    end if;
    return new;
end
$$;
create trigger transaction_ids_only_grow before update on transaction_ids
    for each row execute function keep_growing();
create trigger transaction_ids_stay before delete on transaction_ids
    for each row execute function refuse_change();
create trigger transaction_ids_are_not_truncated before truncate on transaction_ids
    for each statement execute function refuse_change();

-- The id of this transaction, as the store keeps it. Not in SQL: with a subquery that is not inlined,
-- and costs every event several times as much.
create function our_transaction_id() returns xid8 language plpgsql stable as $$
begin
    return (pg_current_xact_id()::text::bigint + (select ahead from transaction_ids))::text::xid8;
end
$$;

-- Below it everything has ended; nothing can appear there any more.
create function oldest_running() returns xid8 language plpgsql stable as $$
begin
    return (
        pg_snapshot_xmin(pg_current_snapshot())::text::bigint + (select ahead from transaction_ids)
    )::text::xid8;
end
$$;

-- By how much the stored ids lie ahead of this server; nothing, where it has written them itself.
create function stored_ids_ahead() returns bigint language sql stable return (
    select greatest(0, 1 + max(id::text::bigint) - pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        - (select ahead from transaction_ids))
    from (
        (select max(transaction_id) as id from events) union all
        (select max(transaction_id) from outbox) union all
        (select max(transaction_id) from webhook_endpoints)
    ) stored
);

alter table events alter column transaction_id set default our_transaction_id();
alter table outbox alter column transaction_id set default our_transaction_id();
alter table webhook_endpoints alter column transaction_id set default our_transaction_id();
