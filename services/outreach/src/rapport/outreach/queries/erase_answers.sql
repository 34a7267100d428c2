-- name: erase_answers
-- What a person wrote goes; that they answered, and when, stays.
UPDATE answer SET subject = '', text = '', signature = NULL, mail_id = NULL WHERE person_id = $1
