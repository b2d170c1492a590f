import { defaultProject } from '../../shared/case.ts'
import { roleIdOf } from '../lib/default-roles.ts'

/** `signalbox.db`: everything but logs. A step, once released, is never edited; a change is a new step. */
export const migrations = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE signal (
     id TEXT PRIMARY KEY, seq INTEGER NOT NULL, version INTEGER NOT NULL, timestamp INTEGER NOT NULL, state TEXT NOT NULL,
     detection TEXT NOT NULL, triage TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX signal_time ON signal (timestamp, seq);
   CREATE TABLE signal_address (address TEXT NOT NULL, signal_id TEXT NOT NULL, PRIMARY KEY (address, signal_id)) WITHOUT ROWID;
   CREATE TABLE timeline (seq INTEGER PRIMARY KEY, signal_id TEXT NOT NULL, time INTEGER NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
   CREATE INDEX timeline_signal ON timeline (signal_id, seq);
   CREATE TABLE audit (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, hash TEXT NOT NULL, event TEXT NOT NULL);
   CREATE TABLE rule (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE rule_version (id TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, version)) WITHOUT ROWID;
   CREATE TABLE user (uuid TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE key (id TEXT PRIMARY KEY, kind TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE idempotency (user TEXT NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL, result TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (user, key)) WITHOUT ROWID;
   CREATE INDEX idempotency_time ON idempotency (time);
   CREATE TABLE detect_state (
     rule TEXT NOT NULL, version INTEGER NOT NULL, stream TEXT NOT NULL, grp TEXT NOT NULL, state TEXT NOT NULL,
     PRIMARY KEY (rule, version, stream, grp)) WITHOUT ROWID;
   CREATE TABLE watermark (stream TEXT PRIMARY KEY, watermark INTEGER NOT NULL, received INTEGER NOT NULL) WITHOUT ROWID`,
  'CREATE INDEX signal_seq ON signal (seq)',
  // suppressions, and what they and the filters of rules hid; signals by rule, for how noisy each is
  `CREATE TABLE suppression (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE suppression_version (id TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, version)) WITHOUT ROWID;
   CREATE TABLE hidden (owner TEXT PRIMARY KEY, signals INTEGER NOT NULL, logs INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE hidden_item (
     owner TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (owner, kind, id)) WITHOUT ROWID;
   CREATE INDEX hidden_item_place ON hidden_item (owner, kind, place);
   ALTER TABLE signal ADD COLUMN rule TEXT NOT NULL DEFAULT '';
   ALTER TABLE signal ADD COLUMN archive_reason TEXT;
   UPDATE signal SET rule = coalesce(json_extract(detection, '$.rule.id'), ''), archive_reason = json_extract(triage, '$.archive_reason');
   CREATE INDEX signal_rule ON signal (rule, state, archive_reason, timestamp)`,
  `CREATE TABLE log_intel (
     seq INTEGER NOT NULL, feed TEXT NOT NULL, generation INTEGER NOT NULL, at INTEGER NOT NULL, time INTEGER NOT NULL, json TEXT NOT NULL,
     PRIMARY KEY (seq, feed, generation)) WITHOUT ROWID;
   CREATE INDEX log_intel_at ON log_intel (at);
   CREATE TABLE hunt (
     generation INTEGER PRIMARY KEY, time INTEGER NOT NULL, feeds TEXT NOT NULL, position INTEGER NOT NULL, until INTEGER NOT NULL,
     hits INTEGER NOT NULL, left_out INTEGER NOT NULL, state TEXT NOT NULL);
   CREATE TABLE hunted (feed TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE reference_table (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE reference_row (table_id TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (table_id, id)) WITHOUT ROWID;
   CREATE TABLE ioc_triage (indicator TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (indicator, seq)) WITHOUT ROWID`,
  // triage as columns of its own, changes that can be undone, notes, and changes of many signals
  `ALTER TABLE signal ADD COLUMN snoozed_until INTEGER;
   ALTER TABLE signal ADD COLUMN assignee TEXT;
   UPDATE signal SET assignee = triage ->> '$.assignee.uuid',
     triage = CASE WHEN state = 'archived' THEN json_set(triage, '$.resolved_at', triage -> '$.state_update_timestamp') ELSE triage END;
   UPDATE signal SET triage = json_set(triage, '$.acknowledged_at', (
       SELECT min(time) FROM timeline WHERE signal_id = id AND kind IN ('state', 'assignee')))
     WHERE EXISTS (SELECT 1 FROM timeline WHERE signal_id = id AND kind IN ('state', 'assignee'));
   CREATE INDEX signal_state ON signal (state, snoozed_until);
   CREATE INDEX signal_snoozed ON signal (snoozed_until) WHERE snoozed_until IS NOT NULL;
   CREATE INDEX signal_assignee ON signal (assignee, state) WHERE assignee IS NOT NULL;
   CREATE TABLE change (id TEXT PRIMARY KEY, time INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX change_time ON change (time);
   CREATE TABLE change_item (
     change_id TEXT NOT NULL, signal INTEGER NOT NULL, version INTEGER NOT NULL, aspects TEXT NOT NULL, before TEXT NOT NULL,
     PRIMARY KEY (change_id, signal)) WITHOUT ROWID;
   CREATE TABLE note (id TEXT PRIMARY KEY, signal_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX note_signal ON note (signal_id, seq);
   CREATE TABLE job (id TEXT PRIMARY KEY, time INTEGER NOT NULL, owner TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX job_state ON job (state);
   CREATE TABLE job_signals (job TEXT PRIMARY KEY, signals BLOB NOT NULL) WITHOUT ROWID`,
  // roles of people's own; a user may have several, by id
  `CREATE TABLE role (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
   UPDATE user SET body = json_set(json_remove(body, '$.role'), '$.roles', json_array(CASE json_extract(body, '$.role')
     WHEN 'Admin' THEN '${roleIdOf('Admin')}' WHEN 'Standard' THEN '${roleIdOf('Standard')}' ELSE '${roleIdOf('Read Only')}' END));
   UPDATE key SET body = json_set(body, '$.expires_at', NULL)`,
  // investigation cases, with the project that is always there
  `CREATE TABLE case_project (id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, last INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   INSERT INTO case_project VALUES ('${defaultProject.id}', '${defaultProject.key}', 0, '${JSON.stringify(defaultProject)}');
   CREATE TABLE case_file (id TEXT PRIMARY KEY, key TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX case_file_seq ON case_file (seq);
   CREATE TABLE case_insight (
     case_id TEXT NOT NULL, type TEXT NOT NULL, resource_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (case_id, type, resource_id)) WITHOUT ROWID;
   CREATE INDEX case_insight_seq ON case_insight (case_id, seq);
   CREATE TABLE case_cell (id TEXT PRIMARY KEY, case_id TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX case_cell_seq ON case_cell (case_id, seq);
   CREATE TABLE case_link (id TEXT PRIMARY KEY, parent TEXT NOT NULL, child TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX case_link_parent ON case_link (parent);
   CREATE INDEX case_link_child ON case_link (child);
   CREATE TABLE case_incident (case_id TEXT NOT NULL, incident_id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (case_id, incident_id)) WITHOUT ROWID;
   CREATE INDEX case_incident_incident ON case_incident (incident_id)`,
  // what is blocked and who never is, and who enforces it
  `CREATE TABLE denylist (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, value TEXT NOT NULL, until INTEGER, ended INTEGER, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX denylist_until ON denylist (until) WHERE ended IS NULL AND until IS NOT NULL;
   CREATE INDEX denylist_ended ON denylist (ended) WHERE ended IS NOT NULL;
   CREATE INDEX denylist_value ON denylist (value);
   CREATE TABLE block_wish (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX block_wish_open ON block_wish (seq) WHERE state = 'open';
   CREATE TABLE passlist (id TEXT PRIMARY KEY, seq INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE bouncer (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE delivery (
     bouncer TEXT NOT NULL, address TEXT NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (bouncer, address, place)) WITHOUT ROWID`,
  `CREATE TABLE evidence (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, state TEXT NOT NULL, body TEXT NOT NULL, text BLOB NOT NULL);
   CREATE INDEX evidence_pending ON evidence (seq) WHERE state = 'pending'`,
  // incidents: what was declared, its to-dos, impacts, attachments and responders, its timeline, and the signals that name it
  `CREATE TABLE incident (id TEXT PRIMARY KEY, public_id INTEGER NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE incident_part (
     id TEXT PRIMARY KEY, incident TEXT NOT NULL, kind TEXT NOT NULL, seq INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX incident_part_of ON incident_part (incident, kind, seq);
   CREATE TABLE incident_cell (seq INTEGER PRIMARY KEY, incident TEXT NOT NULL, body TEXT NOT NULL);
   CREATE INDEX incident_cell_of ON incident_cell (incident, seq);
   CREATE TABLE incident_signal (incident INTEGER NOT NULL, signal_id TEXT NOT NULL, PRIMARY KEY (incident, signal_id)) WITHOUT ROWID`,
  // who is told of what, the ways out, and what has yet to leave by them
  `CREATE TABLE notification_rule (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE channel (id TEXT PRIMARY KEY, target TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE notice (id TEXT PRIMARY KEY, rule TEXT NOT NULL, due INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX notice_rule ON notice (rule, due);
   CREATE TABLE outbox (
     id TEXT PRIMARY KEY, seq INTEGER NOT NULL, notice TEXT NOT NULL, target TEXT NOT NULL, state TEXT NOT NULL, created INTEGER NOT NULL,
     due INTEGER NOT NULL, tries INTEGER NOT NULL, last_try INTEGER, error TEXT) WITHOUT ROWID;
   CREATE INDEX outbox_due ON outbox (state, target, due);
   CREATE INDEX outbox_seq ON outbox (state, seq);
   CREATE INDEX outbox_notice ON outbox (notice)`,
  // workflows and their runs: what a run is about stands apart from how far it is; `once` keeps a cause from beginning it twice
  `CREATE TABLE workflow (id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE workflow_run (
     id TEXT PRIMARY KEY, seq INTEGER NOT NULL, workflow TEXT NOT NULL, signal TEXT, state TEXT NOT NULL, began INTEGER NOT NULL,
     once TEXT UNIQUE, plan TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
   CREATE INDEX workflow_run_seq ON workflow_run (workflow, seq);
   CREATE INDEX workflow_run_signal ON workflow_run (signal, seq) WHERE signal IS NOT NULL;
   CREATE INDEX workflow_run_running ON workflow_run (seq) WHERE state = 'running';
   CREATE TABLE workflow_callback (
     hash TEXT PRIMARY KEY, run TEXT NOT NULL, step TEXT NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID`,
  // addresses that rules have flagged
  `CREATE TABLE flag (
     address TEXT NOT NULL, state TEXT NOT NULL, until INTEGER, body TEXT NOT NULL, PRIMARY KEY (address, state)) WITHOUT ROWID;
   CREATE INDEX flag_until ON flag (until) WHERE until IS NOT NULL`,
  // who may edit what
  'CREATE TABLE restriction_policy (resource TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID',
  // what enforcers that are told hold of the denylist, and whether it is there because of us
  `CREATE TABLE pushed (bouncer TEXT NOT NULL, value TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (bouncer, value)) WITHOUT ROWID`,
  // types of cases that people made
  'CREATE TABLE case_type (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID',
  // the newest signals that nobody has archived
  "CREATE INDEX signal_unarchived ON signal (seq) WHERE state <> 'archived'",
]
