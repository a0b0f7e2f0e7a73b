select version from alias where workflow = $1 and name = $2
