-- An entry hangs on a request as long as nobody has decided about it, and goes when the request is denied. Whoever is on the list already stays.
alter table suppressed_subjects drop column request_id;
alter table suppressed_subjects add column pending_request_id text;
