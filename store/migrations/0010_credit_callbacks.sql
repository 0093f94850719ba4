-- Callbacks of the credit service (B41).
--
-- A callback's id stands for one body, for good: the primary key says so under any race, and the
-- trigger keeps it from ever being given to another. A repeat only counts up. What was decided
-- stands in the events; this table holds no word of it, only a hash.

create table credit_callbacks (
    callback_id text primary key check (length(callback_id) between 1 and 200),
    upgrade_id  text not null,
    body_hash   text not null,
    times       integer not null default 1 check (times > 0),
    received_at timestamptz not null default clock_timestamp()
);

create function refuse_another_body() returns trigger language plpgsql as $$
begin
    if (new.callback_id, new.upgrade_id, new.body_hash, new.received_at)
        is distinct from (old.callback_id, old.upgrade_id, old.body_hash, old.received_at)
        or new.times <= old.times then
        raise exception 'callback % stands for one body', old.callback_id using errcode = 'PU002';
    end if;
    return new;
end
$$;

create trigger credit_callbacks_keep_their_body before update on credit_callbacks
    for each row execute function refuse_another_body();
create trigger credit_callbacks_stay before delete on credit_callbacks
    for each row execute function refuse_change();
create trigger credit_callbacks_are_not_truncated before truncate on credit_callbacks
    for each statement execute function refuse_change();
