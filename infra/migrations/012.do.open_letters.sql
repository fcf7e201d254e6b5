-- no transaction
-- How many dead letters are open: few of them, once most are stored after all.
create index concurrently if not exists dead_letters_open on dead_letters (id) where state = 'open';
