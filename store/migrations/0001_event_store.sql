-- The event store: what happened in the business, for good.
--
-- One row of `events` is one thing that happened. Events are grouped in streams, one per upgrade
-- (`upgrade-<id>`) and one per subscription (`subscription-<id>`), and numbered 1..n in each.
-- A row is never changed or removed; the database refuses it.
--
-- * `global_position` numbers all events as they were inserted. It is handed out before commit, so
--   a reader that remembers only "the last position I saw" skips events that commit late. Readers
--   that follow the store order by (transaction_id, global_position) and stay below the oldest
--   transaction still running; see `store/follower.py`.
-- * `command_id` tells a repeated command from a new one: what a command has written once, it never
--   writes again, whoever repeats it.
-- * `hash` chains each event to the one before it in its stream, so that a changed or missing event
--   shows.
-- * `streams` holds the version of each stream. Appending locks its row, which makes "expected
--   version" exact without a lock on the table.
--
-- Error codes of our own:
--   PU001  version conflict: somebody else appended to the stream in between
--   PU002  immutable: somebody tried to change or remove what stays for good

create table streams (
    stream  text primary key,
    version integer not null check (version > 0),
    hash    text not null
);

create table events (
    global_position bigint generated always as identity primary key,
    stream          text not null references streams,
    version         integer not null check (version > 0),
    type            text not null,
    schema_version  smallint not null check (schema_version > 0),
    data            jsonb not null,
    metadata        jsonb not null,
    recorded_at     timestamptz not null default clock_timestamp(),
    transaction_id  xid8 not null default pg_current_xact_id(),
    command_id      text not null,
    command_index   smallint not null,
    previous_hash   text not null,
    hash            text not null,
    unique (stream, version),
    unique (stream, command_id, command_index)
);

create index events_in_commit_order on events (transaction_id, global_position);

-- How far each follower of the store has come.
create table followers (
    name            text primary key,
    transaction_id  xid8 not null,
    global_position bigint not null
);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op
        using errcode = 'PU002';
end
$$;

create trigger events_stay before update or delete on events
    for each row execute function refuse_change();
create trigger events_are_not_truncated before truncate on events
    for each statement execute function refuse_change();

-- The hash of one event. Only what never changes goes in, as text that Postgres writes the same way
-- every time.
create function event_hash(
    previous_hash text, stream text, version integer, type text, schema_version smallint,
    data jsonb, metadata jsonb
) returns text language sql immutable parallel safe return
    encode(sha256(convert_to(
        concat_ws(E'\n', previous_hash, stream, version, type, schema_version, data, metadata), 'UTF8'
    )), 'hex');

-- Append the events of one command to one stream. Returns the stream's new version, or null where
-- the command has written its events before.
create function append_to_stream(
    the_stream text, expected_version integer, the_command_id text, new_events jsonb
) returns integer language plpgsql as $$
declare
    event_count integer := jsonb_array_length(new_events);
    last_hash   text := '';
    new_hash    text;
    event       jsonb;
    i           integer := 0;
begin
    if exists (
        select from events e where e.stream = the_stream and e.command_id = the_command_id
    ) then
        return null;
    end if;
    if expected_version = 0 then
        insert into streams (stream, version, hash) values (the_stream, event_count, '')
        on conflict do nothing;
    else
        select s.hash into last_hash from streams s
        where s.stream = the_stream and s.version = expected_version for update;
    end if;
    if not found then
        raise exception 'stream % is not at version %', the_stream, expected_version
            using errcode = 'PU001';
    end if;
    for event in select * from jsonb_array_elements(new_events) loop
        i := i + 1;
        new_hash := event_hash(
            last_hash, the_stream, expected_version + i, event ->> 'type',
            (event ->> 'schema_version')::smallint, event -> 'data', event -> 'metadata'
        );
        insert into events (
            stream, version, type, schema_version, data, metadata,
            command_id, command_index, previous_hash, hash
        ) values (
            the_stream, expected_version + i, event ->> 'type',
            (event ->> 'schema_version')::smallint, event -> 'data', event -> 'metadata',
            the_command_id, i, last_hash, new_hash
        );
        last_hash := new_hash;
    end loop;
    update streams s set version = expected_version + i, hash = last_hash
    where s.stream = the_stream;
    return expected_version + i;
end
$$;
