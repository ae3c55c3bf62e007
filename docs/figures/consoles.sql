-- The number cards above the lists, whole platform. :now is the moment of the look. `before` is the same count of the
-- span before, to which the trend compares; `oldest` the moment whose age is said; `currency` and `minor` an amount.

--: CrmCreatorConsole: Applications
-- Creators who applied and are not onboarded yet.
SELECT count(*) AS value FROM crm.creator WHERE state = 'applied';

--: CrmCreatorConsole: Waiting longest
-- How long ago the creator who has waited longest applied.
SELECT min(created_at) AS oldest FROM crm.creator WHERE state = 'applied';

--: CrmCreatorConsole: May publish
-- Creators who are active: neither applying nor suspended nor offboarded.
SELECT count(*) AS value FROM crm.creator WHERE state NOT IN ('applied', 'onboarding', 'suspended', 'offboarded');

--: CrmCreatorConsole: Joined
-- Creators who became active for the first time in the last 30 days, whatever became of them.
SELECT count(*) FILTER (WHERE joined_at >= :now - interval '30 days') AS value,
       count(*) FILTER (WHERE joined_at < :now - interval '30 days') AS before
  FROM crm.creator WHERE joined_at >= :now - interval '60 days' AND joined_at <= :now;

--: CrmFanConsole: Joined
-- Fans who signed up in the last 30 days.
SELECT count(*) FILTER (WHERE joined_at >= :now - interval '30 days') AS value,
       count(*) FILTER (WHERE joined_at < :now - interval '30 days') AS before
  FROM crm.fan WHERE joined_at >= :now - interval '60 days' AND joined_at <= :now;

--: CrmFanConsole: Seen in a week
-- Fans who last did something (paid, wrote, liked, commented, shared, followed) in the last seven days.
SELECT count(*) AS value FROM crm.fan WHERE last_seen >= :now - interval '7 days' AND last_seen <= :now;

--: CrmFanConsole: Paying fans
-- Fans who ever paid more than was given back to them.
SELECT count(*) AS value FROM (SELECT fan_id FROM finance.payment WHERE state = 'settled' GROUP BY fan_id) AS paying;

--: MediaAssetConsole: Uploaded
-- Assets that came in in the last seven days, whatever became of them.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM media.asset WHERE created_at >= :now - interval '14 days' AND created_at <= :now;

--: MediaAssetConsole: Wait for records
-- Assets that were scanned and are held by Compliance.
SELECT count(*) AS value FROM media.asset
 WHERE scan_state = 'cleared' AND records_state = 'held' AND withdrawn_at IS NULL AND encode_state NOT IN ('failed', 'cancelled');

--: MediaAssetConsole: Failed
-- Assets that could not be processed and were not withdrawn.
SELECT count(*) AS value FROM media.asset
 WHERE encode_state = 'failed' AND scan_state <> 'quarantined' AND withdrawn_at IS NULL;

--: MediaAssetConsole: Published
-- Assets that were published in the last seven days and still are.
SELECT count(*) FILTER (WHERE published_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE published_at < :now - interval '7 days') AS before
  FROM media.asset WHERE published_at >= :now - interval '14 days' AND published_at <= :now;

--: SocialPostConsole: Posts
-- Posts that came out in the last seven days, those removed since too.
SELECT count(*) FILTER (WHERE published_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE published_at < :now - interval '7 days') AS before
  FROM social.post WHERE published_at >= :now - interval '14 days' AND published_at <= :now;

--: SocialPostConsole: Removed by moderators
-- Posts that the Community team removed; neither deleted by their creator nor gone with their asset.
SELECT count(*) AS value FROM social.post WHERE state NOT IN ('draft', 'scheduled', 'visible', 'withdrawn', 'deleted');

--: SocialCommentConsole: Comments
-- Comments written in the last seven days, those removed since too.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM social.comment WHERE created_at >= :now - interval '14 days' AND created_at <= :now;

--: SocialCommentConsole: Removed by moderators
-- Comments that the Community team removed; not those that a fan took back.
SELECT count(*) AS value FROM social.comment WHERE state NOT IN ('draft', 'scheduled', 'visible', 'withdrawn', 'deleted');

--: ChatMessageConsole: Messages
-- Messages of creators, fans and the platform sent in the last seven days; an announcement counts once for each reader.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM chat.message WHERE created_at >= :now - interval '14 days' AND created_at <= :now;

--: ChatMessageConsole: Removed by moderators
-- Messages that the Community team removed in the last 30 days: their words are kept; what a sender took back and news of withdrawn assets have none.
SELECT count(*) FILTER (WHERE removed_at >= :now - interval '30 days') AS value,
       count(*) FILTER (WHERE removed_at < :now - interval '30 days') AS before
  FROM chat.message WHERE removed_at >= :now - interval '60 days' AND removed_at <= :now AND removed_words IS NOT NULL;

--: BiolinkLinkConsole: Lead somewhere
-- Short links that were not ended.
SELECT count(*) AS value FROM biolink.short_link WHERE state = 'active';

--: BiolinkLinkConsole: End in 30 days
-- Short links that have an end within the next 30 days and were not ended yet.
SELECT count(*) AS value FROM biolink.short_link
 WHERE state = 'active' AND expires_at >= :now AND expires_at <= :now + interval '30 days';

--: BiolinkLinkConsole: Made
-- Short links made in the last 30 days.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '30 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '30 days') AS before
  FROM biolink.short_link WHERE created_at >= :now - interval '60 days' AND created_at <= :now;

--: BiolinkClickConsole: Clicks of people
-- Clicks on short links in the last seven days that no sign marks as a program's.
SELECT count(*) FILTER (WHERE at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE at < :now - interval '7 days') AS before
  FROM biolink.click WHERE at >= :now - interval '14 days' AND at <= :now AND NOT is_bot;

--: BiolinkClickConsole: Clicks of bots
-- Clicks on short links in the last seven days that some sign marks as a program's.
SELECT count(*) FILTER (WHERE at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE at < :now - interval '7 days') AS before
  FROM biolink.click WHERE at >= :now - interval '14 days' AND at <= :now AND is_bot;

--: FinancePaymentConsole: Settled in a week
-- What fans paid in payments settled in the last seven days and not refunded, by currency.
SELECT currency, sum(gross_minor) AS minor FROM finance.payment
 WHERE settled_at >= :now - interval '7 days' AND settled_at <= :now AND refunded_at IS NULL GROUP BY currency ORDER BY count(*) DESC;

--: FinancePaymentConsole: Payments tried
-- Payments begun in the last seven days, declined ones too.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM finance.payment WHERE created_at >= :now - interval '14 days' AND created_at <= :now;

--: FinancePaymentConsole: Declined
-- Payments begun in the last seven days that the processor declined.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM finance.payment WHERE created_at >= :now - interval '14 days' AND created_at <= :now AND state = 'declined';

--: FinancePaymentConsole: Refunded
-- Payments given back in the last seven days, whenever they were made: entries of the journal that reverse a payment.
SELECT count(*) FILTER (WHERE effective_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE effective_at < :now - interval '7 days') AS before
  FROM finance.journal_entry
 WHERE effective_at >= :now - interval '14 days' AND effective_at <= :now AND template = 'payment_refunded';

--: FinanceSubscriptionConsole: Active
-- Subscriptions that were paid last time and not cancelled; paused ones too.
SELECT count(*) AS value FROM finance.subscription
 WHERE ended_at IS NULL AND cancelled_at IS NULL AND failed_renewals = 0;

--: FinanceSubscriptionConsole: Past due
-- Subscriptions whose last renewal was declined and is tried again.
SELECT count(*) AS value FROM finance.subscription
 WHERE ended_at IS NULL AND cancelled_at IS NULL AND failed_renewals > 0;

--: FinanceSubscriptionConsole: Begun
-- Subscriptions that began in the last 30 days, those that ended since too.
SELECT count(*) FILTER (WHERE started_at >= :now - interval '30 days') AS value,
       count(*) FILTER (WHERE started_at < :now - interval '30 days') AS before
  FROM finance.subscription WHERE started_at >= :now - interval '60 days' AND started_at <= :now;

--: FinanceSubscriptionConsole: Ended
-- Subscriptions that ended in the last 30 days.
SELECT count(*) FILTER (WHERE ended_at >= :now - interval '30 days') AS value,
       count(*) FILTER (WHERE ended_at < :now - interval '30 days') AS before
  FROM finance.subscription WHERE ended_at >= :now - interval '60 days' AND ended_at <= :now;

--: FinancePayoutConsole: To approve
-- What creators requested and that is not approved yet, by currency.
SELECT currency, sum(amount_minor) AS minor FROM finance.payout
 WHERE approved_at IS NULL AND refused_at IS NULL AND paid_at IS NULL GROUP BY currency ORDER BY count(*) DESC;

--: FinancePayoutConsole: To pay
-- What is approved and not paid yet, by currency.
SELECT currency, sum(amount_minor) AS minor FROM finance.payout
 WHERE approved_at IS NOT NULL AND refused_at IS NULL AND paid_at IS NULL GROUP BY currency ORDER BY count(*) DESC;

--: FinancePayoutConsole: Waiting longest
-- How long ago the payout that has waited longest was requested.
SELECT min(requested_at) AS oldest FROM finance.payout WHERE refused_at IS NULL AND paid_at IS NULL;

--: FinancePayoutConsole: Paid in 30 days
-- What was paid to creators in the last 30 days, by currency.
SELECT currency, sum(amount_minor) AS minor FROM finance.payout
 WHERE paid_at >= :now - interval '30 days' AND paid_at <= :now GROUP BY currency ORDER BY count(*) DESC;

--: GptSuggestionConsole: Made
-- Suggestions made in the last seven days.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM gpt.suggestion WHERE created_at >= :now - interval '14 days' AND created_at <= :now;

--: GptSuggestionConsole: Not decided
-- Suggestions that wait for their creator.
SELECT count(*) AS value FROM gpt.suggestion WHERE state = 'offered';

--: GptSuggestionConsole: Taken
-- Suggestions that a creator took.
SELECT count(*) AS value FROM gpt.suggestion WHERE state = 'accepted';

--: GptSuggestionConsole: Dismissed
-- Suggestions that a creator did not want.
SELECT count(*) AS value FROM gpt.suggestion WHERE state = 'dismissed';

--: CompliancePerformerConsole: To be checked
-- Identity records with a document that was not checked yet.
SELECT count(*) AS value FROM compliance.performer WHERE state = 'pending';

--: CompliancePerformerConsole: Waiting longest
-- How long ago the record that has waited longest was registered.
SELECT min(created_at) AS oldest FROM compliance.performer WHERE state = 'pending';

--: CompliancePerformerConsole: Documents run out in 30 days
-- Verified records that hold until some day within the next 30.
SELECT count(*) AS value FROM compliance.performer
 WHERE state = 'verified' AND valid_until BETWEEN CAST(:now AS date) AND CAST(:now + interval '30 days' AS date);

--: CompliancePerformerConsole: Run out
-- Records whose document ran out.
SELECT count(*) AS value FROM compliance.performer WHERE state = 'expired';

--: ComplianceReviewConsole: Held
-- Assets that miss something and are not released.
SELECT count(*) AS value FROM compliance.asset_review WHERE state = 'held';

--: ComplianceReviewConsole: Held longest
-- How long ago the asset came in that is held longest.
SELECT min(created_at) AS oldest FROM compliance.asset_review WHERE state = 'held';

--: ComplianceReviewConsole: Uploaded
-- Assets that came to Compliance in the last seven days.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM compliance.asset_review WHERE created_at >= :now - interval '14 days' AND created_at <= :now;

--: ComplianceReviewConsole: Released
-- Assets released in the last seven days that still are.
SELECT count(*) FILTER (WHERE decided_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE decided_at < :now - interval '7 days') AS before
  FROM compliance.asset_review
 WHERE state = 'released' AND decided_at >= :now - interval '14 days' AND decided_at <= :now;

--: ShieldIncidentConsole: Open
-- Incidents without an assignee that are not resolved.
SELECT count(*) AS value FROM shield.incident WHERE state = 'open';

--: ShieldIncidentConsole: Open longest
-- How long ago the oldest of them was opened.
SELECT min(created_at) AS oldest FROM shield.incident WHERE state = 'open';

--: ShieldIncidentConsole: High or critical
-- Incidents of high or critical severity that are not resolved, assigned or not.
SELECT count(*) AS value FROM shield.incident WHERE resolved_at IS NULL AND severity IN ('high', 'critical');

--: ShieldIncidentConsole: Opened
-- Incidents opened in the last seven days, resolved ones too.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM shield.incident WHERE created_at >= :now - interval '14 days' AND created_at <= :now;

--: OpsDeliveryConsole: Given up
-- Deliveries of facts that failed every time and wait for a person.
SELECT count(*) AS value FROM kernel.inbox WHERE state = 'dead';

--: OpsDeliveryConsole: Tried again
-- Deliveries that failed and are tried again by themselves.
SELECT count(*) AS value FROM kernel.inbox WHERE state = 'retrying';

--: OpsDeliveryConsole: Tried again for longest
-- How long ago the oldest of these was delivered first.
SELECT min(first_at) AS oldest FROM kernel.inbox WHERE state = 'retrying';

--: OpsTaskConsole: Run
-- Tasks that a worker has in hand.
SELECT count(*) AS value FROM kernel.task WHERE state = 'running';

--: OpsTaskConsole: Wait
-- Tasks that wait for a worker.
SELECT count(*) AS value FROM kernel.task WHERE state = 'waiting';

--: OpsTaskConsole: Waiting longest
-- How long ago the task that has waited longest was asked for.
SELECT min(created_at) AS oldest FROM kernel.task WHERE state = 'waiting';

--: OpsTaskConsole: Failed
-- Tasks asked for in the last day that failed.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '1 day') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '1 day') AS before
  FROM kernel.task WHERE created_at >= :now - interval '2 days' AND created_at <= :now AND state = 'failed';

--: SecurityPersonConsole: New
-- Logins made in the last seven days, of staff, creators and fans.
SELECT count(*) FILTER (WHERE created_on >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_on < :now - interval '7 days') AS before
  FROM ab_user WHERE created_on >= :now - interval '14 days' AND created_on <= :now;

--: SecurityPersonConsole: Signed in lately
-- Logins whose last right password is at most a day old.
SELECT count(*) AS value FROM ab_user WHERE last_login >= :now - interval '1 day' AND last_login <= :now;

--: SecurityPersonConsole: Switched off
-- Logins that cannot sign in.
SELECT count(*) AS value FROM ab_user WHERE NOT active;

--: BiolinkLinkConsole: Lead nowhere
-- Short links that were not ended and whose own page or item is not there.
SELECT count(*) AS value FROM biolink.short_link WHERE state = 'active' AND is_broken;

--: CrmCaseConsole: Open
-- Reported things that were not decided yet.
SELECT count(*) AS value FROM crm.report_case WHERE state NOT IN ('dismissed', 'removed', 'handled');

--: CrmCaseConsole: Open longest
-- How long ago the oldest of these was reported first.
SELECT min(created_at) AS oldest FROM crm.report_case WHERE state NOT IN ('dismissed', 'removed', 'handled');

--: CrmCaseConsole: Opened
-- Things that were reported for the first time in the last seven days, decided ones too.
SELECT count(*) FILTER (WHERE created_at >= :now - interval '7 days') AS value,
       count(*) FILTER (WHERE created_at < :now - interval '7 days') AS before
  FROM crm.report_case WHERE created_at >= :now - interval '14 days' AND created_at <= :now;

--: CrmCaseConsole: Removed
-- Reported things that were removed.
SELECT count(*) AS value FROM crm.report_case WHERE state NOT IN ('open', 'dismissed', 'handled');
