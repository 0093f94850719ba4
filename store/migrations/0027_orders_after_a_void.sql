-- No order credits a charge that a credit note has taken back (B65).
--
-- A void looks for upgrades that are open (0024). An order that has read its facts before the void, and
-- is written after it, is sent back here: its facts now say what is left to credit.
--
-- Deploy: before. Code of before reads its facts again as for any change of them; it quotes as if the
-- charge stood, so it never gets an order on it through.

create function credits_a_void_charge(the_subscription text, the_quote text) returns boolean
language sql stable as $$
    select exists (
        select from subscriptions s
        join credit_notes c on c.upgrade_id = s.opened_by
        join quotes q on q.quote_id = the_quote,
             lateral (select c.body #> '{invoice,lines,0,explanation}' as charge) of_it
        where s.subscription_id = the_subscription
          and s.price is not null
          and (q.body #>> '{inputs,old,licenses}')::bigint > 0
          and (q.body ->> 'switch_on')::date <= (charge ->> 'period_until')::date
          and (q.body #>> '{inputs,old,unit_price}')::numeric
              * greatest((charge ->> 'licenses')::bigint, (q.body #>> '{inputs,old,licenses}')::bigint)
              > (c.body #>> '{invoice,credit_applied}')::numeric
    )
$$;

create or replace function require_a_place() returns trigger language plpgsql as $$
declare
    capacity    integer := (select (body #>> '{capacity,max_open_upgrades}')::integer from policy);
    in_flight   integer := current_setting('max_connections')::integer;
    the_lock    constant bigint := 7215002;
    the_status  text;
begin
    -- Whatever an admin changes at this moment is committed first, or waits.
    select s.status into the_status from subscriptions s
    where s.subscription_id = new.subscription_id for share;
    if the_status = 'canceled' then
        raise exception 'subscription % is canceled', new.subscription_id using errcode = 'PU004';
    end if;
    if credits_a_void_charge(new.subscription_id, new.quote_id) then
        raise exception 'what % was charged is void', new.subscription_id using errcode = 'PU004';
    end if;
    if (select count(*) from upgrades where is_open) + in_flight <= capacity then
        perform pg_advisory_xact_lock_shared(the_lock);
        if (select count(*) from upgrades where is_open) + in_flight > capacity then
            raise exception 'many upgrades opened at once' using errcode = 'PU004';
        end if;
    else
        perform pg_advisory_xact_lock(the_lock);
        if (select count(*) from upgrades where is_open) > capacity then
            raise exception '% upgrades are open already', capacity using errcode = 'PU003';
        end if;
    end if;
    return null;
end
$$;
