do $$ begin execute format('drop schema if exists %I cascade', current_setting('search_path')); end $$
