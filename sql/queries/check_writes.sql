-- Whether the database has room: takes some pages and some of its log, and gives them back.
create temporary table silian_check on commit drop as select n from generate_series(1, 2000) as n
