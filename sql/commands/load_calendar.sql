select data, hash from calendar where name = $1 order by version desc limit 1
