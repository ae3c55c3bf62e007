-- The security board. :clusters are the chosen clusters; the period is :days days from :since (midnight UTC) to :now.

--: security board, waiting-numbers: Open incidents
-- Incidents that are not resolved, and how many of them are critical.
SELECT count(*), nullif(count(*) FILTER (WHERE severity = 'critical'), 0)
  FROM shield.incident WHERE resolved_at IS NULL AND cluster = ANY(:clusters);

--: security board, waiting-numbers: Unassigned
-- Incidents that are open and have no assignee.
SELECT count(*) FROM shield.incident WHERE state = 'open' AND cluster = ANY(:clusters);

--: security board, waiting-numbers: Time to resolve
-- The mean time from opening to resolution of the incidents resolved in the period.
SELECT extract(epoch FROM avg(resolved_at - created_at)) / 3600, CAST(:days AS int)
  FROM shield.incident WHERE resolved_at >= :since AND cluster = ANY(:clusters);

--: security board, waiting-numbers: Files scanned
-- Files that came in in the period and have a verdict, and how many of them were blocked.
SELECT count(*), count(*) FILTER (WHERE outcome = 'blocked')
  FROM shield.verdict WHERE created_at >= :since AND decided_at IS NOT NULL AND cluster = ANY(:clusters);

--: security board, waiting-numbers: Blocked hashes
-- Hashes on the block list, those new in the period, and the files that they caught in it.
SELECT (SELECT count(*) FROM shield.blocked_hash), (SELECT count(*) FROM shield.blocked_hash WHERE created_at >= :since),
       (SELECT count(*) FROM shield.verdict WHERE outcome = 'blocked' AND created_at >= :since AND reasons @> '[{"code": "blocked_hash"}]' AND cluster = ANY(:clusters));

--: security board: waiting
-- Incidents that are not resolved, by severity.
SELECT 'Open', initcap(severity), count(*) FROM shield.incident WHERE resolved_at IS NULL AND cluster = ANY(:clusters) GROUP BY severity;

--: security board: open
-- The twenty worst incidents that are not resolved, and how long they have been open.
SELECT title, initcap(severity), c.name, NULL, NULL
  FROM shield.incident i LEFT JOIN security.cluster c ON c.key = i.cluster
 WHERE resolved_at IS NULL AND i.cluster = ANY(:clusters)
 ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, i.created_at LIMIT 20;

--: security board: verdicts
-- Files by the day they came in and what the scanner decided.
SELECT initcap(outcome), CAST(CAST(created_at AT TIME ZONE 'UTC' AS date) AS text), count(*)
  FROM shield.verdict WHERE created_at >= :since AND cluster = ANY(:clusters) GROUP BY 1, 2;

--: security board: reasons
-- Reasons of the files that were blocked in the period; a file may have several.
SELECT 'Files', upper(left(code, 1)) || replace(substr(code, 2), '_', ' '), count(*)
  FROM (SELECT reason ->> 'code' AS code FROM shield.verdict CROSS JOIN LATERAL jsonb_array_elements(reasons) AS reason
         WHERE outcome = 'blocked' AND created_at >= :since AND cluster = ANY(:clusters)) AS reasons GROUP BY code;

--: security board: resolution
-- How long the incidents took that were resolved in the period: the median and the 90th percentile, in hours.
SELECT part, initcap(severity), round(CAST(percentile_cont(share) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - created_at) / 3600) AS numeric), 1)
  FROM shield.incident CROSS JOIN (VALUES ('p50', 0.5), ('p90', 0.9)) AS parts(part, share)
 WHERE resolved_at >= :since AND cluster = ANY(:clusters) GROUP BY part, share, severity;

--: security board: sign-ins
-- The ten logins with the most wrong passwords since their last right one.
SELECT username, CASE WHEN active THEN 'Active' ELSE 'Inactive' END, NULL, fail_login_count
  FROM ab_user WHERE fail_login_count > 0 ORDER BY fail_login_count DESC, username LIMIT 10;
