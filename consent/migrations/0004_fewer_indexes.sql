-- An index over random values costs a page of the write-ahead log for every record. That the chain cannot fork is kept by its sequence alone:
-- of two records that follow the same one both have the same number, and the second is refused.
create table consent_records_rebuilt
(
  sequence bigint primary key,
  record_id text not null,
  facts text not null,
  received_time text not null,
  subject_ref text,
  subject_ref_kind text,
  event_time text,
  salt text,
  commitment text not null,
  prev_hash text not null,
  hash text not null
);
insert into consent_records_rebuilt select * from consent_records order by sequence;
drop table consent_records;
alter table consent_records_rebuilt rename to consent_records;
create index consent_records_by_subject on consent_records (subject_ref);
