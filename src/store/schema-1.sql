-- The tables of a store, as docs/store.md describes them. Never changed once released: a later
-- version of the program adds a file with the steps from the version before.

CREATE TABLE scans (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    ended TEXT,
    version TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    paths TEXT NOT NULL,
    read INTEGER NOT NULL DEFAULT 0,
    reused INTEGER NOT NULL DEFAULT 0,
    errors INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE reports (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT,
    report TEXT NOT NULL,
    UNIQUE (hash, fingerprint, name)
) STRICT;

CREATE TABLE logs (
    path TEXT NOT NULL,
    hash TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER,
    current INTEGER NOT NULL,
    report INTEGER NOT NULL REFERENCES reports (id),
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    first_scan INTEGER NOT NULL REFERENCES scans (id),
    last_scan INTEGER NOT NULL REFERENCES scans (id),
    PRIMARY KEY (path, hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX logs_by_report ON logs (report);

CREATE TABLE sessions (
    report INTEGER NOT NULL REFERENCES reports (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    principal INTEGER NOT NULL,
    product TEXT,
    version TEXT,
    code TEXT,
    dotnet_family TEXT,
    dotnet_version TEXT,
    machine TEXT,
    windows TEXT,
    started TEXT,
    outcome TEXT NOT NULL,
    exit_code INTEGER,
    PRIMARY KEY (report, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE failures (
    report INTEGER NOT NULL,
    number INTEGER NOT NULL,
    signature TEXT NOT NULL,
    action TEXT,
    cause TEXT,
    explanation TEXT,
    code TEXT,
    rule TEXT,
    remedy TEXT,
    PRIMARY KEY (report, number),
    FOREIGN KEY (report, number) REFERENCES sessions (report, number) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX failures_by_signature ON failures (signature);

-- Each path as it was last seen, with the session that it is judged by. The day is that of the
-- installation, or where the log does not tell it, that of the file.
CREATE VIEW newest AS
SELECT
    logs.path, logs.hash, logs.size, logs.first_seen, logs.last_seen, logs.first_scan, logs.last_scan,
    reports.kind, reports.outcome,
    sessions.machine, sessions.product, sessions.version, sessions.code AS product_code,
    sessions.dotnet_family, sessions.dotnet_version, sessions.windows, sessions.started,
    sessions.exit_code,
    coalesce(date(sessions.started), date(logs.modified / 1000000000, 'unixepoch')) AS day,
    failures.signature, failures.action, failures.cause, failures.explanation, failures.code,
    failures.rule, failures.remedy
FROM logs
JOIN reports ON reports.id = logs.report
LEFT JOIN sessions ON sessions.report = reports.id AND sessions.principal = 1
LEFT JOIN failures ON failures.report = sessions.report AND failures.number = sessions.number
WHERE logs.current = 1;

CREATE VIEW causes AS
SELECT
    date(day, 'weekday 0', '-6 days') AS week, signature,
    count(DISTINCT hash) AS failures, count(DISTINCT machine) AS machines, explanation
FROM newest
WHERE signature IS NOT NULL
GROUP BY week, signature
ORDER BY week DESC, failures DESC, signature;

CREATE VIEW machines AS
SELECT
    machine, product,
    count(DISTINCT hash) AS logs,
    count(DISTINCT hash) FILTER (WHERE signature IS NOT NULL) AS failures,
    max(day) AS last_day
FROM newest
WHERE kind <> 'unrecognised'
GROUP BY machine, product
ORDER BY failures DESC, logs DESC, machine, product;

CREATE VIEW products AS
SELECT
    product, version, dotnet_family, dotnet_version,
    count(DISTINCT hash) AS logs,
    count(DISTINCT hash) FILTER (WHERE signature IS NOT NULL) AS failures,
    count(DISTINCT machine) AS machines,
    count(DISTINCT signature) AS causes
FROM newest
WHERE kind <> 'unrecognised'
GROUP BY product, version, dotnet_family, dotnet_version
ORDER BY failures DESC, logs DESC, product, version;

CREATE VIEW remedies AS
SELECT
    rule, remedy,
    count(DISTINCT hash) AS failures,
    count(DISTINCT machine) AS machines,
    count(DISTINCT signature) AS causes
FROM newest
WHERE signature IS NOT NULL
GROUP BY rule, remedy
ORDER BY rule IS NULL, failures DESC, rule;

-- The last scan that came to its end, and the one before it that was asked for the same paths.
CREATE VIEW last_two_scans AS
SELECT last.id AS last, max(before.id) AS before
FROM (SELECT id, paths FROM scans WHERE ended IS NOT NULL ORDER BY id DESC LIMIT 1) AS last
JOIN scans AS before ON before.paths = last.paths AND before.ended IS NOT NULL AND before.id < last.id
GROUP BY last.id;

-- Three shapes: a path that was not there, a path whose content is another, a path that is gone.
CREATE VIEW changes AS
SELECT
    iif(old.path IS NULL, 'new', 'changed') AS change, new.path,
    old_report.outcome AS outcome_before, new.outcome, new.signature
FROM last_two_scans
JOIN newest AS new ON new.first_scan > last_two_scans.before AND new.last_scan >= last_two_scans.last
LEFT JOIN logs AS old ON old.path = new.path AND old.current = 0
    AND old.last_scan = (SELECT max(last_scan) FROM logs WHERE path = new.path AND current = 0)
LEFT JOIN reports AS old_report ON old_report.id = old.report
UNION ALL
SELECT 'gone', gone.path, gone.outcome, NULL, gone.signature
FROM last_two_scans
JOIN newest AS gone ON gone.last_scan >= last_two_scans.before AND gone.last_scan < last_two_scans.last
JOIN scans ON scans.id = gone.last_scan
JOIN scans AS last_scan ON last_scan.id = last_two_scans.last AND last_scan.paths = scans.paths
ORDER BY 1, 2;
