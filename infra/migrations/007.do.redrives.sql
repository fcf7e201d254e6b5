-- A dead letter that was tried again and stored: it stays, as what became of its record. Only open letters are a loss.
alter table dead_letters drop constraint dead_letters_state_check;
alter table dead_letters add constraint dead_letters_state_check check (state in ('open', 'stored')) not valid;
alter table dead_letters validate constraint dead_letters_state_check;
