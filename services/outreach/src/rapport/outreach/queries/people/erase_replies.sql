-- name: erase_replies
-- What a person wrote goes; that they answered, and when, stays.
UPDATE reply SET subject = '', text = '', signature = NULL, mail_id = NULL WHERE person_id = $1
