-- What stays for good refuses to be changed, removed or truncated (promise 7).
-- 8, 16 and 32 are Postgres' bits for delete, update and truncate, 2 is its bit for "before".
select guarded.name as "table", operation.name as operation,
       not exists (
           select from pg_trigger t
           where t.tgrelid = to_regclass(guarded.name)
             and t.tgfoid = to_regproc('refuse_change')
             and t.tgenabled in ('O', 'A')
             and t.tgtype & operation.bit <> 0
             and t.tgtype & 2 <> 0
       ) as broken
from unnest(array[
         'events', 'quotes', 'notices', 'invoices', 'ledger_entries', 'license_changes',
         'move_batches', 'outbox', 'users_to_move', 'void_invoice_numbers', 'credit_notes'
     ]) as guarded (name),
     (values ('delete', 8), ('update', 16), ('truncate', 32)) as operation (name, bit)
