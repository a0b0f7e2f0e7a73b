select max(version) from workflow where name = $1
