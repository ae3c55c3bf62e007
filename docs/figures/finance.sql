-- The finance board. :clusters are the chosen books, all of one currency; the period is :days days from :since (midnight UTC) to :now.
-- A tile's columns are its numbers in their order; a chart's are series, place on the axis and value; a table's are its cells.
-- The shares are recounted from the journal, not from the payments.

--: finance board, money-numbers: Gross
-- What fans paid in payments settled in the period and not refunded, fees included.
SELECT coalesce(sum(gross_minor), 0) / 100.0, CAST(:days AS int) FROM finance.payment
 WHERE settled_at >= :since AND settled_at < :now AND refunded_at IS NULL AND cluster = ANY(:clusters);

--: finance board, money-numbers: Creators' share
-- What of the gross was credited to creators, and its share of the gross.
WITH part AS (
    SELECT a.code, -sum(p.amount_minor) AS minor
      FROM finance.journal_entry e JOIN finance.posting p ON p.entry_id = e.id JOIN finance.account a ON a.id = p.account_id
     WHERE e.template = 'payment_settled' AND e.effective_at >= :since AND e.effective_at < :now AND e.cluster = ANY(:clusters)
       AND NOT EXISTS (SELECT FROM finance.journal_entry r WHERE r.reverses_id = e.id)
       AND a.code IN ('creator_available', 'platform_fee_revenue', 'processor_fee_recovered') GROUP BY a.code)
SELECT coalesce(sum(minor) FILTER (WHERE code = 'creator_available'), 0) / 100.0,
       100.0 * sum(minor) FILTER (WHERE code = 'creator_available') / nullif(sum(minor), 0) FROM part;

--: finance board, money-numbers: Platform fee
-- What of the gross the platform kept, and its share of the gross.
WITH part AS (
    SELECT a.code, -sum(p.amount_minor) AS minor
      FROM finance.journal_entry e JOIN finance.posting p ON p.entry_id = e.id JOIN finance.account a ON a.id = p.account_id
     WHERE e.template = 'payment_settled' AND e.effective_at >= :since AND e.effective_at < :now AND e.cluster = ANY(:clusters)
       AND NOT EXISTS (SELECT FROM finance.journal_entry r WHERE r.reverses_id = e.id)
       AND a.code IN ('creator_available', 'platform_fee_revenue', 'processor_fee_recovered') GROUP BY a.code)
SELECT coalesce(sum(minor) FILTER (WHERE code = 'platform_fee_revenue'), 0) / 100.0,
       100.0 * sum(minor) FILTER (WHERE code = 'platform_fee_revenue') / nullif(sum(minor), 0) FROM part;

--: finance board, money-numbers: Processor fee
-- What of the gross the processor kept, and its share of the gross.
WITH part AS (
    SELECT a.code, -sum(p.amount_minor) AS minor
      FROM finance.journal_entry e JOIN finance.posting p ON p.entry_id = e.id JOIN finance.account a ON a.id = p.account_id
     WHERE e.template = 'payment_settled' AND e.effective_at >= :since AND e.effective_at < :now AND e.cluster = ANY(:clusters)
       AND NOT EXISTS (SELECT FROM finance.journal_entry r WHERE r.reverses_id = e.id)
       AND a.code IN ('creator_available', 'platform_fee_revenue', 'processor_fee_recovered') GROUP BY a.code)
SELECT coalesce(sum(minor) FILTER (WHERE code = 'processor_fee_recovered'), 0) / 100.0,
       100.0 * sum(minor) FILTER (WHERE code = 'processor_fee_recovered') / nullif(sum(minor), 0) FROM part;

--: finance board, money-numbers: Monthly recurring
-- What the subscriptions that will be charged again bring in a month, and how many they are: not cancelled, not paused, past due ones included.
SELECT coalesce(sum(price_minor), 0) / 100.0, count(*) FROM finance.subscription
 WHERE state IN ('active', 'past_due') AND paused_at IS NULL AND cluster = ANY(:clusters);

--: finance board: shares
-- The three parts of each day's gross.
SELECT CASE a.code WHEN 'creator_available' THEN 'Creators'' share' WHEN 'platform_fee_revenue' THEN 'Platform fee' ELSE 'Processor fee' END,
       CAST(CAST(e.effective_at AT TIME ZONE 'UTC' AS date) AS text), -sum(p.amount_minor) / 100.0
  FROM finance.journal_entry e JOIN finance.posting p ON p.entry_id = e.id JOIN finance.account a ON a.id = p.account_id
 WHERE e.template = 'payment_settled' AND e.effective_at >= :since AND e.effective_at < :now AND e.cluster = ANY(:clusters)
   AND NOT EXISTS (SELECT FROM finance.journal_entry r WHERE r.reverses_id = e.id)
   AND a.code IN ('creator_available', 'platform_fee_revenue', 'processor_fee_recovered')
 GROUP BY 1, 2;

--: finance board: purposes
-- The gross by what was paid for.
SELECT 'Gross', CASE WHEN subscription_id IS NOT NULL THEN 'Subscriptions' WHEN asset_id IS NOT NULL THEN 'Unlocks' ELSE 'Tips' END,
       sum(gross_minor) / 100.0
  FROM finance.payment
 WHERE settled_at >= :since AND settled_at < :now AND refunded_at IS NULL AND cluster = ANY(:clusters) GROUP BY 2;

--: finance board: recurring
-- What the subscriptions brought in a month that were to be charged again at each month's end, or now; a pause that is over is not known.
SELECT 'Monthly recurring', to_char(month, 'Mon YYYY'), sum(price_minor) / 100.0
  FROM generate_series(date_trunc('month', CAST(:since AS timestamptz)), CAST(:now AS timestamptz), interval '1 month') AS month
  JOIN finance.subscription s ON s.cluster = ANY(:clusters)
   AND s.started_at < least(month + interval '1 month', :now)
   AND least(coalesce(s.ended_at, 'infinity'), coalesce(s.cancelled_at, 'infinity'), coalesce(s.paused_at, 'infinity'))
       >= least(month + interval '1 month', :now)
 GROUP BY month;

--: finance board: payouts
-- What creators requested in each month of the period, by what became of it.
SELECT CASE WHEN paid_at IS NOT NULL THEN 'Paid' WHEN refused_at IS NOT NULL THEN 'Refused' WHEN approved_at IS NOT NULL THEN 'Approved' ELSE 'Requested' END,
       to_char(requested_at AT TIME ZONE 'UTC', 'Mon YYYY'), sum(amount_minor) / 100.0
  FROM finance.payout WHERE requested_at >= :since AND cluster = ANY(:clusters) GROUP BY 1, 2;

--: finance board: costs
-- What storing and processing cost the platform, by month.
SELECT CASE a.code WHEN 'storage_cost' THEN 'Storage' ELSE 'Processing' END, to_char(e.effective_at AT TIME ZONE 'UTC', 'Mon YYYY'), sum(p.amount_minor) / 100.0
  FROM finance.journal_entry e JOIN finance.posting p ON p.entry_id = e.id JOIN finance.account a ON a.id = p.account_id
 WHERE e.effective_at >= :since AND e.effective_at < :now AND a.code IN ('storage_cost', 'processing_cost') AND a.cluster = ANY(:clusters)
 GROUP BY 1, 2;

--: finance board: by-cluster
-- The same figures for every cluster that the reader may see, each in its own currency; refunds left out.
SELECT c.name || ' ' || p.currency, count(*), sum(p.gross_minor) / 100.0, sum(p.processor_fee_minor) / 100.0, sum(p.platform_fee_minor) / 100.0,
       sum(p.creator_minor) / 100.0,
       coalesce((SELECT sum(s.price_minor) FROM finance.subscription s
                  WHERE s.cluster = p.cluster AND s.currency = p.currency AND s.state IN ('active', 'past_due') AND s.paused_at IS NULL), 0) / 100.0
  FROM finance.payment p JOIN security.cluster c ON c.key = p.cluster
 WHERE p.settled_at >= :since AND p.settled_at < :now AND p.refunded_at IS NULL GROUP BY p.cluster, c.name, p.currency;

--: finance board: books
-- All postings of all time: their number, debits and credits, by cluster and currency.
SELECT c.name || ' ' || a.currency, CASE WHEN sum(p.amount_minor) = 0 THEN 'Balanced' ELSE 'Off' END, count(*),
       sum(greatest(p.amount_minor, 0)) / 100.0, sum(greatest(-p.amount_minor, 0)) / 100.0
  FROM finance.posting p JOIN finance.account a ON a.id = p.account_id JOIN security.cluster c ON c.key = a.cluster
 GROUP BY a.cluster, c.name, a.currency;

--: finance board: earners
-- The ten creators with the largest share in the period, refunds left out.
SELECT cr.name, c.name, count(*), sum(p.gross_minor) / 100.0, sum(p.creator_minor) / 100.0
  FROM finance.payment p JOIN crm.creator cr ON cr.id = p.creator_id JOIN security.cluster c ON c.key = p.cluster
 WHERE p.settled_at >= :since AND p.settled_at < :now AND p.refunded_at IS NULL AND p.cluster = ANY(:clusters)
 GROUP BY cr.id, cr.name, c.name ORDER BY sum(p.creator_minor) DESC LIMIT 10;
