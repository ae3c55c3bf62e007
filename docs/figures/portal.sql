-- The creator's portal. :creator is the creator who looks; :now the moment. Figures of 30 days are of 30 UTC days, today included.
-- The columns are the numbers of a tile in their order; `change` is the trend in percent beside the 30 days before.

--: portal/home.html: Subscribers
-- Subscriptions that run now, cancelled ones until they end; and those begun less those ended in 30 days.
SELECT count(*) FILTER (WHERE ended_at IS NULL) AS value,
       count(*) FILTER (WHERE started_at >= d.since) - count(*) FILTER (WHERE ended_at >= d.since) AS note, 30
  FROM finance.subscription, (SELECT date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days' AS since) AS d WHERE creator_id = :creator;

--: portal/home.html: Earned this month
-- The own share of what was paid since the first of the month, less what was refunded in it; and the same of the month before.
SELECT coalesce(sum(-p.amount_minor) FILTER (WHERE e.effective_at >= date_trunc('month', CAST(:now AS timestamptz))), 0) / 100.0 AS value,
       coalesce(sum(-p.amount_minor) FILTER (WHERE e.effective_at < date_trunc('month', CAST(:now AS timestamptz))), 0) / 100.0
  FROM finance.posting p JOIN finance.account a ON a.id = p.account_id JOIN finance.journal_entry e ON e.id = p.entry_id
 WHERE a.creator_id = :creator AND a.code = 'creator_available' AND e.template IN ('payment_settled', 'payment_refunded')
   AND e.effective_at >= date_trunc('month', CAST(:now AS timestamptz)) - interval '1 month';

--: portal/home.html: Likes
-- Likes given to own posts in 30 days.
SELECT count(*) AS value, 30 FROM social.post_like l JOIN social.post p ON p.id = l.post_id
 WHERE p.creator_id = :creator AND l.created_at >= date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days';

--: portal/home.html: Clicks on your links
-- Clicks of people on own short links in 30 days.
SELECT count(*) AS value, 30 FROM biolink.click
 WHERE creator_id = :creator AND NOT is_bot AND at >= date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days';

--: portal/fans.html: Subscribers
-- Subscriptions that run now, and the own price of a month.
SELECT count(s.id) AS value, c.subscription_minor / 100.0 FROM crm.creator c
  LEFT JOIN finance.subscription s ON s.creator_id = c.id AND s.ended_at IS NULL WHERE c.id = :creator GROUP BY c.id;

--: portal/fans.html: New
-- Subscriptions begun in 30 days, those that ended since too.
SELECT count(*) AS value, 30 FROM finance.subscription
 WHERE creator_id = :creator AND started_at >= date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days';

--: portal/fans.html: Left
-- Subscriptions ended in 30 days.
SELECT count(*) AS value, 30 FROM finance.subscription
 WHERE creator_id = :creator AND ended_at >= date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days';

--: portal/fans.html: Followers
-- Fans who follow, subscribers among them.
SELECT count(*) AS value FROM social.follow WHERE creator_id = :creator;

--: portal/money.html: Available
-- What was earned and neither asked for nor paid out yet.
SELECT (coalesce((SELECT sum(creator_minor) FROM finance.payment WHERE creator_id = :creator AND state = 'settled'), 0)
      - coalesce((SELECT sum(amount_minor) FROM finance.payout WHERE creator_id = :creator AND refused_at IS NULL), 0)) / 100.0 AS value;

--: portal/money.html: Reserved
-- What was asked for and is neither paid nor refused.
SELECT coalesce(sum(amount_minor), 0) / 100.0 AS value FROM finance.payout WHERE creator_id = :creator AND paid_at IS NULL AND refused_at IS NULL;

--: portal/money.html: Paid out
-- What was paid out since the beginning.
SELECT coalesce(sum(amount_minor), 0) / 100.0 AS value FROM finance.payout WHERE creator_id = :creator AND paid_at IS NOT NULL;

--: portal/page.html: Views
-- How often people saw the page in 30 days.
SELECT count(*) AS value, 30 FROM biolink.view
 WHERE creator_id = :creator AND NOT is_bot AND at >= date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days';

--: portal/page.html: Visits
-- Views of people in 30 days; what one visitor saw within half an hour counts once.
SELECT count(*) FILTER (WHERE is_unique) AS value, 30 FROM biolink.view
 WHERE creator_id = :creator AND NOT is_bot AND at >= date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days';

--: portal/page.html: Clicks
-- Clicks of people on own short links in 30 days, wherever the links stand.
SELECT count(*) AS value, 30 FROM biolink.click
 WHERE creator_id = :creator AND NOT is_bot AND at >= date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days';

--: portal/link.html: Clicks
-- Clicks of people on this link since it was made, and those of 30 days.
SELECT count(*) AS value, count(*) FILTER (WHERE at >= date_trunc('day', CAST(:now AS timestamptz)) - interval '29 days'), 30
  FROM biolink.click WHERE link_id = :link AND NOT is_bot;
