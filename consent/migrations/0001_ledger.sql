-- What persons decided, append-only and hash-chained. Runs on SQLite and PostgreSQL.

-- One row per decision of one subject. `facts` holds what names nobody; the columns from `subject_ref` to `salt` are personal, enter the
-- chain as a salted commitment only, and are null once the record was erased.
create table consent_records
(
  sequence bigint primary key,
  record_id text not null unique,
  facts text not null,
  received_time text not null,
  subject_ref text,
  subject_ref_kind text,
  event_time text,
  salt text,
  commitment text not null,
  -- Unique: of two records that follow the same one, the second is refused. The chain cannot fork.
  prev_hash text not null unique,
  hash text not null unique
);
create index consent_records_by_subject on consent_records (subject_ref);

-- The end of the chain. Whoever appends updates it first and holds its lock until the records are in. It also shows a chain that was cut.
create table consent_chain
(
  id integer primary key,
  sequence bigint not null,
  hash text not null
);
insert into consent_chain (id, sequence, hash) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- The latest decision per subject and purpose, derived from the records: what every event is judged by. `verify` compares the two.
create table consent_current
(
  subject_ref text not null,
  purpose text not null,
  state text not null,
  sequence bigint not null,
  received_time text not null,
  primary key (subject_ref, purpose)
);

-- Pseudonyms of customers. Without its row nothing leads from a customer to the rows of zone analytics.
create table subject_pseudonyms
(
  subject_ref text not null,
  purpose text not null,
  pseudonym text not null unique,
  created_at text not null,
  primary key (subject_ref, purpose)
);

-- Subjects that asked for erasure: what arrives later about them stays without them.
create table suppressed_subjects
(
  subject_ref text primary key,
  suppressed_at text not null
);
