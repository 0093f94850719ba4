-- Changing plans by hand (B59-B61): lists of users, and licenses that end beside another.
--
-- * `users_to_move` belongs to a quote, and is written with it: what is ordered is what was quoted,
--   and an order that was canceled can be repeated. A list never changes.
-- * `dropped_licenses` says whose old license ended in a move because they held the new one already.
--   A subscription that a move has opened knows no such users but those it has moved itself; one that
--   was there before does, and an undo gives them back what they had (B57).
-- * Who joins or leaves a subscription that users were moved to is logged from then on.

drop table users_to_move;

create table users_to_move (
    quote_id text not null,
    user_id  text not null,
    primary key (quote_id, user_id)
);

create trigger users_to_move_stay before update or delete on users_to_move
    for each row execute function refuse_change();
create trigger users_to_move_are_not_truncated before truncate on users_to_move
    for each statement execute function refuse_change();

create table dropped_licenses (
    upgrade_id        text not null,
    user_id           text not null,
    subscription_id   text not null references subscriptions,
    disabled_services text[] not null,
    dropped_at        timestamptz not null,
    restored_at       timestamptz,
    primary key (upgrade_id, user_id)
);

create or replace function has_met_an_upgrade(id text) returns boolean language sql stable return
    exists (select from subscriptions s where s.subscription_id = id and s.opened_by is not null)
    or exists (select from upgrades u where u.subscription_id = id)
    or exists (select from move_batches b where b.new_subscription_id = id);
