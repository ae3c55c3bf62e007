-- The analytics board. :clusters are the chosen clusters; the period is :days days from :first (:since is its midnight UTC) to :now.
-- The board reads the days that facts were counted into; here the rows themselves are counted.

--: analytics board, growth-numbers: Creators active
-- Creators who published something or earned money on some day of the period.
SELECT count(*), CAST(:days AS int) FROM crm.creator c
 WHERE c.cluster = ANY(:clusters)
   AND (EXISTS (SELECT FROM crm.timeline_entry t WHERE t.subject_kind = 'creator' AND t.subject_id = c.id AND t.kind = 'published' AND t.at >= :since)
     OR EXISTS (SELECT FROM finance.payment p WHERE p.creator_id = c.id AND p.settled_at >= :since));

--: analytics board, growth-numbers: Subscribers
-- Subscriptions that run now, cancelled ones until they end, and how many more that is than at the beginning of the period.
SELECT count(*) FILTER (WHERE ended_at IS NULL), abs(count(*) FILTER (WHERE started_at >= :since) - count(*) FILTER (WHERE ended_at >= :since)),
       CAST(:days AS int)
  FROM finance.subscription WHERE cluster = ANY(:clusters);

--: analytics board, growth-numbers: Joined
-- Subscriptions that began in the period, and how many that is a day.
SELECT count(*), count(*) / CAST(:days AS numeric) FROM finance.subscription WHERE started_at >= :since AND cluster = ANY(:clusters);

--: analytics board, growth-numbers: Left
-- Subscriptions that ended in the period, and their share of those that ran at its beginning or began in it.
SELECT count(*) FILTER (WHERE ended_at >= :since),
       coalesce(100.0 * count(*) FILTER (WHERE ended_at >= :since) / nullif(count(*) FILTER (WHERE ended_at IS NULL OR ended_at >= :since), 0), 0)
  FROM finance.subscription WHERE cluster = ANY(:clusters);

--: analytics board: growth
-- Subscriptions that began and ended in the period, by cluster.
SELECT part, c.name, count(*) * CASE part WHEN 'Left' THEN -1 ELSE 1 END
  FROM finance.subscription s JOIN security.cluster c ON c.key = s.cluster
  CROSS JOIN LATERAL (VALUES ('Joined', s.started_at), ('Left', s.ended_at)) AS moved(part, at)
 WHERE at >= :since AND s.cluster = ANY(:clusters) GROUP BY part, c.name;

--: analytics board: content
-- Assets published in the period that still are, by kind and audience.
SELECT CASE audience WHEN 'public' THEN 'Everyone' WHEN 'subscribers' THEN 'Subscribers' ELSE 'Pay-per-view' END, initcap(coalesce(kind, 'other')), count(*)
  FROM media.asset WHERE published_at >= :since AND withdrawn_at IS NULL AND cluster = ANY(:clusters) GROUP BY 1, 2;

--: analytics board: subscribers
-- Subscriptions that ran at the end of each day (UTC), by cluster.
SELECT c.name, CAST(CAST(day AS date) AS text), count(s.id)
  FROM generate_series(CAST(:first AS timestamp), CAST(:now AS timestamp), interval '1 day') AS day
 CROSS JOIN security.cluster c
  LEFT JOIN finance.subscription s ON s.cluster = c.key AND s.started_at < (day + interval '1 day') AT TIME ZONE 'UTC'
        AND (s.ended_at IS NULL OR s.ended_at >= (day + interval '1 day') AT TIME ZONE 'UTC')
 WHERE c.key = ANY(:clusters) GROUP BY c.name, day;

--: analytics board: churn
-- Subscriptions that began and ended on each day, and the difference.
SELECT part, CAST(CAST(at AT TIME ZONE 'UTC' AS date) AS text), sum(sign)
  FROM finance.subscription s
 CROSS JOIN LATERAL (VALUES ('Joined', s.started_at, 1), ('Left', s.ended_at, -1), ('Net', s.started_at, 1), ('Net', s.ended_at, -1)) AS moved(part, at, sign)
 WHERE at >= :since AND s.cluster = ANY(:clusters) GROUP BY 1, 2;

--: analytics board: engagement
-- Likes given, comments written, messages of creators and fans (announcements not), and clicks of people on short links, by day.
SELECT part, CAST(CAST(at AT TIME ZONE 'UTC' AS date) AS text), count(*)
  FROM (SELECT 'Likes' AS part, created_at AS at, cluster FROM social.post_like
        UNION ALL SELECT 'Comments', created_at, cluster FROM social.comment
        UNION ALL SELECT 'Messages', m.created_at, c.cluster FROM chat.message m JOIN chat.conversation c ON c.id = m.conversation_id
                   WHERE m.sender <> 'platform' AND m.broadcast_id IS NULL
        UNION ALL SELECT 'Clicks', at, cluster FROM biolink.click WHERE NOT is_bot) AS act
 WHERE at >= :since AND cluster = ANY(:clusters) GROUP BY 1, 2;

--: analytics board: outlook
-- Subscriptions that ran at the end of each of the last 28 days and now; what comes after is an estimate (dashboards/forecast.py).
SELECT 'So far', CAST(CAST(day AS date) AS text), count(s.id)
  FROM generate_series(CAST(:now AS timestamp)::date - 28, CAST(:now AS timestamp)::date, interval '1 day') AS day
  LEFT JOIN finance.subscription s ON s.cluster = ANY(:clusters) AND s.started_at < (day + interval '1 day') AT TIME ZONE 'UTC'
        AND (s.ended_at IS NULL OR s.ended_at >= (day + interval '1 day') AT TIME ZONE 'UTC')
 GROUP BY day;

--: analytics board: hours
-- The mean of likes, comments and shares of the posts of the period that stand, by the weekday and hour (UTC) at which they came out.
SELECT to_char(published_at AT TIME ZONE 'UTC', 'Dy'), to_char(published_at AT TIME ZONE 'UTC', 'HH24'),
       avg((SELECT count(*) FROM social.post_like l WHERE l.post_id = p.id)
         + (SELECT count(*) FROM social.comment c WHERE c.post_id = p.id AND c.state = 'visible')
         + (SELECT count(*) FROM social.share s WHERE s.post_id = p.id))
  FROM social.post p WHERE published_at >= :since AND state = 'visible' AND cluster = ANY(:clusters) GROUP BY 1, 2;

--: analytics board: top
-- The ten creators with the most subscriptions won less those lost in the period; gross is less what was refunded.
SELECT cr.name || ' @' || cr.handle, c.name,
       (SELECT count(*) FROM finance.subscription s WHERE s.creator_id = cr.id AND s.ended_at IS NULL), n.net,
       (SELECT count(*) FROM crm.timeline_entry t WHERE t.subject_kind = 'creator' AND t.subject_id = cr.id AND t.kind = 'published' AND t.at >= :since),
       r.reactions,
       (SELECT count(*) FROM chat.message m JOIN chat.conversation t ON t.id = m.conversation_id
         WHERE t.creator_id = cr.id AND m.sender <> 'platform' AND m.broadcast_id IS NULL AND m.created_at >= :since),
       (SELECT count(*) FROM biolink.click k WHERE k.creator_id = cr.id AND NOT k.is_bot AND k.at >= :since),
       (SELECT coalesce(sum(p.gross_minor) FILTER (WHERE p.settled_at >= :since), 0) / 100.0 - coalesce(sum(p.gross_minor) FILTER (WHERE p.refunded_at >= :since), 0) / 100.0
          FROM finance.payment p WHERE p.creator_id = cr.id)
  FROM crm.creator cr JOIN security.cluster c ON c.key = cr.cluster
 CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE s.started_at >= :since) - count(*) FILTER (WHERE s.ended_at >= :since) AS net,
                           count(*) FILTER (WHERE s.started_at >= :since OR s.ended_at >= :since) AS moved
                       FROM finance.subscription s WHERE s.creator_id = cr.id) AS n
 CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM social.post_like l JOIN social.post p ON p.id = l.post_id WHERE p.creator_id = cr.id AND l.created_at >= :since)
                          + (SELECT count(*) FROM social.comment m JOIN social.post p ON p.id = m.post_id WHERE p.creator_id = cr.id AND m.created_at >= :since)
                         AS reactions) AS r
 WHERE cr.cluster = ANY(:clusters) AND n.moved + r.reactions > 0 ORDER BY n.net DESC, r.reactions DESC, cr.id LIMIT 10;
