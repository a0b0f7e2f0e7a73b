do $$ begin execute format('create schema %I', current_setting('search_path')); end $$
