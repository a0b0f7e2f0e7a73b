select source from workflow where name = $1 and version = $2
