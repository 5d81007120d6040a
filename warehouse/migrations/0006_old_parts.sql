-- What a merge was made from stays for two minutes: long enough for the kernel to write the new files out, and for a merge that met a full disk to be
-- noticed and undone. An erasure lets old parts go at once.
alter table events modify setting old_parts_lifetime = 120;
