-- What leads from a person to their data, and what persons asked for. Runs on SQLite and PostgreSQL.

-- Identifiers that came together, in one event or one consent; each pair in both directions.
create table subject_links
(
  subject_ref text not null,
  kind text not null,
  linked_ref text not null,
  linked_kind text not null,
  -- When they were last seen together, `yyyy-MM`: the pair is forgotten when what it leads to is past its retention.
  month text not null,
  primary key (subject_ref, linked_ref)
);

-- Whose order is which, by the key that the order has in zone analytics.
create table subject_orders
(
  subject_ref text not null,
  order_key text not null,
  month text not null,
  primary key (subject_ref, order_key)
);

-- Requests of persons about their data. `subject` and `plan` are personal, and null once the request has ended.
create table subject_requests
(
  id text primary key,
  type text not null,
  status text not null,
  reason text,
  received_at text not null,
  expected_by text not null,
  updated_at text not null,
  verification text,
  -- JSON: the identifiers' references and kinds.
  subject text,
  -- Encrypted JSON: how the person is named in the stores, kept while an erasure is under way.
  plan text,
  -- JSON: what was found, per store; after an erasure, what became of it.
  proof text
);

alter table suppressed_subjects add column request_id text;
