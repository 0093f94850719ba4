-- The secret of a webhook endpoint changes without a gap, and who fails stands in nobody's way.
--
-- * `retired_webhook_secrets` are those that an endpoint had before, as long as they still sign: a
--   receiver goes on verifying with the old one until it has the new one. A trigger keeps them, so
--   that no change of a secret can forget it, also of two that follow each other at once.
-- * `failing_since` is when the first attempt failed that no success has followed. Relays have places
--   for the failing endpoints that are not those of the others: however many hang, they wait for
--   each other only.

create table retired_webhook_secrets (
    endpoint_id text not null references webhook_endpoints,
    secret      text not null,
    good_until  timestamptz not null,
    primary key (endpoint_id, secret)
);

create function retire_webhook_secret() returns trigger language plpgsql as $$
begin
    delete from retired_webhook_secrets
    where endpoint_id = new.endpoint_id
      and (good_until <= clock_timestamp() or secret in (old.secret, new.secret));
    insert into retired_webhook_secrets
    values (old.endpoint_id, old.secret, clock_timestamp() + interval '24 hours');
    return null;
end
$$;

create trigger webhook_secrets_retire after update of secret on webhook_endpoints
    for each row when (old.secret <> new.secret) execute function retire_webhook_secret();

alter table webhook_endpoints add column failing_since timestamptz;
