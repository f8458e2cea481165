-- Times are milliseconds since 1970, UTC. Ids that leave the store are UUIDv7 as text.
CREATE TABLE run (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  file TEXT NOT NULL,
  args TEXT NOT NULL,
  options TEXT NOT NULL,
  bundle TEXT NOT NULL,
  "user" TEXT NOT NULL,
  tags TEXT NOT NULL,
  parent TEXT,
  error TEXT,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  heartbeat_at INTEGER,
  lease_owner TEXT,
  lease_until INTEGER NOT NULL DEFAULT 0,
  cancel_asked INTEGER NOT NULL DEFAULT 0,
  -- When a run that only waits, and that nobody has in memory, is to go on: at a deadline, or at once (0).
  wake_at INTEGER,
  -- Whether all of its calls are in the index of the search.
  indexed INTEGER NOT NULL DEFAULT 0,
  -- May be long: what comes after it is far away in its row.
  value TEXT
);
CREATE INDEX run_by_time ON run (created_at, number);
CREATE INDEX run_by_status ON run (status, created_at, number);
CREATE INDEX run_by_name ON run (name, created_at, number);
CREATE INDEX run_by_user ON run ("user", created_at, number);
CREATE INDEX run_led ON run (number) WHERE lease_owner IS NOT NULL;
CREATE INDEX run_to_wake ON run (file, wake_at, number) WHERE wake_at IS NOT NULL;

-- The tags of runs, for finding runs by them.
CREATE TABLE run_tag (
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (name, value, created_at, run)
) WITHOUT ROWID;

-- Which run a key launched, so that the same launch is one run, whichever engines are asked for it.
CREATE TABLE launch_key (
  key TEXT PRIMARY KEY,
  request TEXT NOT NULL,
  run TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE task (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL,
  UNIQUE (name, hash)
);

-- Sets of tasks or of observed files, stored once (C8), by the hash of the canonical `text`.
CREATE TABLE interned_set (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  hash TEXT NOT NULL,
  text TEXT NOT NULL,
  UNIQUE (kind, hash)
);

CREATE TABLE call_node (
  id INTEGER PRIMARY KEY,
  -- The first 48 bits of the key: an index of small numbers is a quarter of one of texts.
  key_start INTEGER NOT NULL,
  key TEXT NOT NULL,
  task INTEGER NOT NULL REFERENCES task (id),
  args TEXT NOT NULL,
  first TEXT,
  value TEXT,
  task_set INTEGER NOT NULL,
  file_set INTEGER,
  volatile INTEGER NOT NULL,
  run INTEGER NOT NULL,
  -- The job that made it, in its run.
  job INTEGER NOT NULL,
  -- Where the parts of its arguments, and of its value, came from (C11).
  edges TEXT,
  value_edges TEXT,
  created_at INTEGER NOT NULL
);
CREATE INDEX call_node_by_key ON call_node (key_start);

-- What searches go by is made of the calls of a run when somebody searches, once for a run that is over.
CREATE INDEX run_to_index ON run (number) WHERE indexed = 0;

-- Calls whose arguments have a text, number or file in them, or that made a file; by the first 48 bits of its hash.
CREATE TABLE mention (
  value INTEGER NOT NULL,
  call INTEGER NOT NULL,
  made INTEGER NOT NULL,
  PRIMARY KEY (value, call, made)
) WITHOUT ROWID;

-- Calls into whose arguments or value the value of a call went, or the decision of a gate.
CREATE TABLE call_use (
  source TEXT NOT NULL,
  call INTEGER NOT NULL,
  PRIMARY KEY (source, call)
) WITHOUT ROWID;

-- Templates and large values by their hash; values too large for a row are files.
CREATE TABLE content (
  hash TEXT PRIMARY KEY,
  text TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE job (
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  parent INTEGER,
  task INTEGER NOT NULL REFERENCES task (id),
  -- Only where no call node has it: of a job that did not succeed.
  key TEXT,
  status TEXT NOT NULL,
  reason TEXT NOT NULL,
  executor TEXT,
  queued_at INTEGER NOT NULL,
  -- Milliseconds after it was queued: small numbers take less of a row.
  started_after INTEGER,
  ended_after INTEGER,
  error TEXT,
  call_node INTEGER,
  PRIMARY KEY (run, number)
) WITHOUT ROWID;
CREATE INDEX job_by_task ON job (task, run, number);
-- Nearly all jobs succeed: those that did not are found without them.
CREATE INDEX job_by_status ON job (run, status, number) WHERE status NOT IN ('succeeded', 'cached');

-- Which run computes a key now, on whichever engine.
CREATE TABLE claim (
  key TEXT PRIMARY KEY,
  run INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE attempt (
  run INTEGER NOT NULL,
  job INTEGER NOT NULL,
  number INTEGER NOT NULL,
  status TEXT NOT NULL,
  executor TEXT NOT NULL,
  remote_id TEXT,
  started_at INTEGER,
  ended_at INTEGER,
  folder TEXT NOT NULL,
  failure_kind TEXT,
  usage TEXT,
  PRIMARY KEY (run, job, number)
) WITHOUT ROWID;

CREATE TABLE deck (
  run INTEGER NOT NULL,
  job INTEGER NOT NULL,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  uri TEXT NOT NULL,
  PRIMARY KEY (run, job, name)
) WITHOUT ROWID;

CREATE TABLE gate (
  id TEXT PRIMARY KEY,
  run INTEGER NOT NULL,
  owner TEXT NOT NULL,
  path TEXT NOT NULL,
  job INTEGER,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  question TEXT,
  value TEXT NOT NULL,
  evidence TEXT NOT NULL,
  schema TEXT NOT NULL,
  policy TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  -- When it opened by the clock of its engine; with each change later, by the clock of the store.
  changed_at INTEGER NOT NULL,
  deadline_at INTEGER,
  decision TEXT,
  edges TEXT,
  -- Who may decide now, and what was done to have it decided in time.
  deciders TEXT,
  escalated INTEGER NOT NULL,
  reminded INTEGER NOT NULL,
  callers TEXT NOT NULL,
  -- What event it waits for, of one that waits for events.
  event_key TEXT,
  UNIQUE (run, path, owner)
) WITHOUT ROWID;
CREATE INDEX gate_by_name ON gate (run, name);
CREATE INDEX gate_open ON gate (opened_at, id) WHERE status = 'open';
-- What waits for people, the nearest deadline first; without one it comes last.
CREATE INDEX gate_for_people ON gate ((coalesce(deadline_at, 9007199254740991)), opened_at, id)
  WHERE status = 'open' AND kind IN ('approve', 'review', 'input');
-- What came into the inbox, changed there or left it, by when.
CREATE INDEX gate_changed ON gate (changed_at, id) WHERE kind IN ('approve', 'review', 'input');
CREATE INDEX gate_by_content ON gate (content_hash);
CREATE INDEX gate_by_path ON gate (path, opened_at) WHERE status = 'resolved';
CREATE INDEX gate_by_event ON gate (event_key, opened_at, id) WHERE status = 'open' AND event_key IS NOT NULL;

-- Everything that was ever sent to a gate; rows are only added, an early one is marked used, a changed vote replaced.
CREATE TABLE signal (
  id INTEGER PRIMARY KEY,
  run INTEGER NOT NULL,
  gate_id TEXT,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  voter TEXT,
  decision TEXT NOT NULL
);
CREATE INDEX signal_by_run ON signal (run, address);
-- Of one person one vote counts.
CREATE UNIQUE INDEX signal_by_voter ON signal (gate_id, voter) WHERE state = 'used';

-- What people and time did, one chain of hashes per run; rows are only added.
CREATE TABLE audit (
  run INTEGER NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (run, number)
) WITHOUT ROWID;


CREATE TABLE file_identity (
  uri TEXT PRIMARY KEY,
  digest TEXT NOT NULL,
  size INTEGER NOT NULL,
  device TEXT NOT NULL,
  inode TEXT NOT NULL,
  mtime_ns TEXT NOT NULL,
  ctime_ns TEXT NOT NULL,
  hashed_at_ns TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE app_user (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  disabled INTEGER NOT NULL
) WITHOUT ROWID;

-- By which users say who they are. The secret is not here: whoever reads this table cannot use it.
CREATE TABLE token (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  "user" TEXT NOT NULL REFERENCES app_user (name),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  used_at INTEGER
) WITHOUT ROWID;
CREATE INDEX token_by_user ON token ("user", created_at, id);

-- What was done to users and tokens, and by whom: one chain of hashes; rows are only added.
CREATE TABLE people_change (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  "user" TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash TEXT NOT NULL
);

-- Its one row is held by who changes users or tokens.
CREATE TABLE people_turn (
  id INTEGER PRIMARY KEY
);
INSERT INTO people_turn (id) VALUES (1);

-- The queue of the gates of kind external: what their tasks are given, and what came of them, is in their gates.
CREATE TABLE external_task (
  gate TEXT PRIMARY KEY,
  run INTEGER NOT NULL,
  topic TEXT NOT NULL,
  priority INTEGER NOT NULL,
  -- How many of the topic may be leased at a time, as far as this task says.
  topic_limit INTEGER,
  max_lost INTEGER NOT NULL,
  retries TEXT NOT NULL,
  -- ready, resting (to be ready when it is due), leased, aside, done.
  state TEXT NOT NULL,
  -- When its lease or rest is over.
  due_at INTEGER,
  leases INTEGER NOT NULL,
  lost INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  -- Of the last lease.
  worker TEXT,
  "by" TEXT,
  leased_at INTEGER,
  -- In millionths.
  progress INTEGER,
  message TEXT,
  log_lines INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX external_task_in_line ON external_task (topic, state, priority DESC, gate);
CREATE INDEX external_task_by_state ON external_task (state, gate);
CREATE INDEX external_task_done ON external_task (topic, gate) WHERE state = 'done';
CREATE INDEX external_task_due ON external_task (due_at, gate) WHERE due_at IS NOT NULL;
CREATE INDEX external_task_limit ON external_task (topic, topic_limit)
  WHERE topic_limit IS NOT NULL AND state <> 'done';

-- Whoever gives out tasks of a topic holds its row.
CREATE TABLE external_topic (
  name TEXT PRIMARY KEY
) WITHOUT ROWID;

-- Everybody who was given a task. The token is not here: whoever reads this table cannot use it.
CREATE TABLE external_lease (
  gate TEXT NOT NULL,
  number INTEGER NOT NULL,
  token TEXT NOT NULL,
  worker TEXT NOT NULL,
  "by" TEXT NOT NULL,
  lasts_ms INTEGER NOT NULL,
  leased_at INTEGER NOT NULL,
  ended_at INTEGER,
  ending TEXT,
  message TEXT,
  PRIMARY KEY (gate, number)
) WITHOUT ROWID;

CREATE TABLE external_log (
  gate TEXT NOT NULL,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (gate, number)
) WITHOUT ROWID;

-- Messages from outside, each once by its name.
CREATE TABLE event (
  number INTEGER PRIMARY KEY,
  source TEXT NOT NULL,
  message TEXT NOT NULL,
  key TEXT NOT NULL,
  recipients TEXT NOT NULL,
  publisher TEXT,
  received_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  -- Until then the message is known again.
  forget_at INTEGER NOT NULL,
  -- Whether its one waiter took it.
  given INTEGER NOT NULL,
  -- Whether gates may wait that it was not offered: who publishes it offers it to one after another.
  undelivered INTEGER NOT NULL,
  payload TEXT NOT NULL,
  UNIQUE (source, message)
);
CREATE INDEX event_undelivered ON event (number) WHERE undelivered = 1;
CREATE INDEX event_kept ON event (key, number) WHERE given = 0;
CREATE INDEX event_by_key ON event (key, number);
CREATE INDEX event_to_forget ON event (forget_at);

-- Which gates an event was offered to, and why those did not take it that did not.
CREATE TABLE event_offer (
  event INTEGER NOT NULL,
  gate TEXT NOT NULL,
  misfit TEXT,
  PRIMARY KEY (event, gate)
) WITHOUT ROWID;

-- Its one row is held by who gives kept events to gates, so that two do not wait for each other in a circle.
CREATE TABLE event_turn (
  id INTEGER PRIMARY KEY
);
INSERT INTO event_turn (id) VALUES (1);

-- Which run a trigger launched for a message.
CREATE TABLE trigger_launch (
  name TEXT NOT NULL,
  message TEXT NOT NULL,
  run TEXT NOT NULL,
  PRIMARY KEY (name, message)
) WITHOUT ROWID;

-- Under which keys the triggers of served files have events launch runs: whoever publishes one finds them here.
CREATE TABLE event_trigger (
  name TEXT PRIMARY KEY,
  file TEXT NOT NULL,
  key TEXT NOT NULL,
  -- Whether it stands for all keys that begin so.
  is_prefix INTEGER NOT NULL
) WITHOUT ROWID;

-- The run that an event launches for a trigger: to come, launched, or never, and why.
CREATE TABLE event_launch (
  event INTEGER NOT NULL,
  name TEXT NOT NULL,
  run TEXT,
  problem TEXT,
  PRIMARY KEY (event, name)
) WITHOUT ROWID;
CREATE INDEX event_launch_to_come ON event_launch (name, event) WHERE run IS NULL AND problem IS NULL;

-- How far a source came with what is in this store.
CREATE TABLE event_cursor (
  source TEXT PRIMARY KEY,
  position TEXT NOT NULL
) WITHOUT ROWID;
