-- no transaction
-- What a request left behind as a dead letter is found by its id. Stored events need no such index: a request's id tells
-- when it was given.
create index concurrently if not exists dead_letters_by_request on dead_letters (request_id);
