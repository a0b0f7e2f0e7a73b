insert into schema_version (version, name) values ($1, $2)
