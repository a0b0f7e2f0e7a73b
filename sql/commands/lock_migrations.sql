-- One migration at a time in this schema.
select pg_advisory_xact_lock(hashtext('silian'), hashtext(current_schema()))
