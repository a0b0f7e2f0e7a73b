-- Whose a parked signal is: its id begins with its sender's, its row is the receiver's.
-- $1 job text
select instance_id from incident where resolved_at is null and job_id = $1 limit 1
