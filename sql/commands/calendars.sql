select name, data, hash from calendar
