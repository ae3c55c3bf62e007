-- Numbers that stand in a column because facts add to them: portal, public pages and consoles show them. The recount gives the
-- row's key (for a day also the day) and the number; a row that is not there stands for 0.

--: counter biolink.short_link.clicks
-- Clicks of people on the link.
SELECT link_id, count(*) FROM biolink.click WHERE NOT is_bot GROUP BY 1;

--: counter crm.fan.spent_minor
-- What the fan paid less what was given back.
SELECT fan_id, sum(gross_minor) FROM finance.payment WHERE state = 'settled' GROUP BY 1;

--: counter social.post.likes
-- Likes that stand.
SELECT post_id, count(*) FROM social.post_like GROUP BY 1;

--: counter social.post.comments
-- Comments that stand.
SELECT post_id, count(*) FROM social.comment WHERE state = 'visible' GROUP BY 1;

--: counter social.post.shares
-- Fans who shared the post.
SELECT post_id, count(*) FROM social.share GROUP BY 1;

--: counter chat.conversation.last_seq
-- Messages of the conversation, removed ones too.
SELECT conversation_id, count(*) FROM chat.message GROUP BY 1;

--: counter chat.broadcast.recipients
-- Fans whom the announcement reached.
SELECT broadcast_id, count(*) FROM chat.message WHERE broadcast_id IS NOT NULL GROUP BY 1;

--: counter crm.creator_numbers.subscribers
-- Subscriptions that run, cancelled ones until they end.
SELECT creator_id, count(*) FROM finance.subscription WHERE ended_at IS NULL GROUP BY 1;

--: counter crm.creator_numbers.followers
-- Fans who follow, subscribers among them.
SELECT creator_id, count(*) FROM social.follow GROUP BY 1;

--: counter crm.creator_numbers.likes
-- Likes of own posts that stand.
SELECT creator_id, count(*) FROM social.post_like l JOIN social.post p ON p.id = l.post_id GROUP BY 1;

--: counter crm.creator_numbers.comments
-- Comments under own posts that stand.
SELECT creator_id, count(*) FROM social.comment c JOIN social.post p ON p.id = c.post_id WHERE c.state = 'visible' GROUP BY 1;

--: counter crm.creator_numbers.shares
-- Shares of own posts.
SELECT creator_id, count(*) FROM social.share s JOIN social.post p ON p.id = s.post_id GROUP BY 1;

--: counter crm.creator_numbers.messages
-- Messages of the creator and the fans in their conversations; announcements not.
SELECT creator_id, count(*) FROM chat.message m JOIN chat.conversation c ON c.id = m.conversation_id
 WHERE m.sender <> 'platform' AND m.broadcast_id IS NULL GROUP BY 1;

--: counter crm.creator_numbers.clicks
-- Clicks of people on own short links.
SELECT creator_id, count(*) FROM biolink.click WHERE NOT is_bot GROUP BY 1;

--: counter crm.creator_numbers.unlocks
-- Unlocks that were paid and not refunded.
SELECT creator_id, count(*) FROM finance.payment WHERE state = 'settled' AND purpose = 'unlock' GROUP BY 1;

--: counter crm.creator_numbers.tips
-- Tips that were paid and not refunded.
SELECT creator_id, count(*) FROM finance.payment WHERE state = 'settled' AND purpose = 'tip' GROUP BY 1;

--: counter crm.creator_numbers.gross_minor
-- What fans paid less what was given back.
SELECT creator_id, sum(gross_minor) FROM finance.payment WHERE state = 'settled' GROUP BY 1;

--: counter crm.creator_numbers.earned_minor
-- The creator's share of it.
SELECT creator_id, sum(creator_minor) FROM finance.payment WHERE state = 'settled' GROUP BY 1;

--: counter crm.creator_numbers.paid_out_minor
-- What was paid out.
SELECT creator_id, sum(amount_minor) FROM finance.payout WHERE paid_at IS NOT NULL GROUP BY 1;

--: counter crm.creator_numbers.assets
-- Assets that were uploaded, whatever became of them.
SELECT creator_id, count(*) FROM media.asset GROUP BY 1;

--: counter crm.creator_numbers.published
-- Assets that are published now.
SELECT creator_id, count(*) FROM media.asset WHERE published_at IS NOT NULL AND withdrawn_at IS NULL GROUP BY 1;

--: counter crm.creator_numbers.suggestions_accepted
-- Suggestions that the creator took.
SELECT creator_id, count(*) FROM gpt.suggestion WHERE state = 'accepted' GROUP BY 1;

--: counter crm.creator_day.published
-- Assets that came out on the day, also those taken back since: the entries of the creator's timeline.
SELECT subject_id, CAST(at AT TIME ZONE 'UTC' AS date), count(*) FROM crm.timeline_entry WHERE subject_kind = 'creator' AND kind = 'published' GROUP BY 1, 2;

--: counter crm.creator_day.started
-- Subscriptions that began on the day.
SELECT creator_id, CAST(started_at AT TIME ZONE 'UTC' AS date), count(*) FROM finance.subscription GROUP BY 1, 2;

--: counter crm.creator_day.ended
-- Subscriptions that ended on the day.
SELECT creator_id, CAST(ended_at AT TIME ZONE 'UTC' AS date), count(*) FROM finance.subscription WHERE ended_at IS NOT NULL GROUP BY 1, 2;

--: counter crm.creator_day.likes
-- Likes given on the day, also those taken back since.
SELECT creator_id, CAST(l.created_at AT TIME ZONE 'UTC' AS date), count(*) FROM social.post_like l JOIN social.post p ON p.id = l.post_id GROUP BY 1, 2;

--: counter crm.creator_day.comments
-- Comments written on the day, also those removed since.
SELECT creator_id, CAST(c.created_at AT TIME ZONE 'UTC' AS date), count(*) FROM social.comment c JOIN social.post p ON p.id = c.post_id GROUP BY 1, 2;

--: counter crm.creator_day.messages
-- Messages of the creator and the fans; announcements not.
SELECT creator_id, CAST(m.created_at AT TIME ZONE 'UTC' AS date), count(*) FROM chat.message m JOIN chat.conversation c ON c.id = m.conversation_id
 WHERE m.sender <> 'platform' AND m.broadcast_id IS NULL GROUP BY 1, 2;

--: counter crm.creator_day.clicks
-- Clicks of people on own short links.
SELECT creator_id, CAST(at AT TIME ZONE 'UTC' AS date), count(*) FROM biolink.click WHERE NOT is_bot GROUP BY 1, 2;

--: counter crm.creator_day.gross_minor
-- What fans paid on the day less what was given back on it.
SELECT creator_id, CAST(at AT TIME ZONE 'UTC' AS date), sum(amount)
  FROM (SELECT creator_id, settled_at AS at, gross_minor AS amount FROM finance.payment
 WHERE state IN ('settled', 'refunded') UNION ALL SELECT creator_id, refunded_at, -gross_minor FROM finance.payment WHERE state = 'refunded') AS moved GROUP BY 1, 2;

--: counter crm.creator_day.earned_minor
-- The creator's share of it.
SELECT creator_id, CAST(at AT TIME ZONE 'UTC' AS date), sum(amount)
  FROM (SELECT creator_id, settled_at AS at, creator_minor AS amount FROM finance.payment
 WHERE state IN ('settled', 'refunded') UNION ALL SELECT creator_id, refunded_at, -creator_minor FROM finance.payment WHERE state = 'refunded') AS moved GROUP BY 1, 2;

--: counter gpt.asset_history.likes
-- Likes of the asset's post that stand.
SELECT p.asset_id, count(*) FROM social.post_like l JOIN social.post p ON p.id = l.post_id WHERE p.asset_id IS NOT NULL GROUP BY 1;

--: counter gpt.asset_history.comments
-- Comments under the asset's post that stand.
SELECT p.asset_id, count(*) FROM social.comment c JOIN social.post p ON p.id = c.post_id WHERE p.asset_id IS NOT NULL AND c.state = 'visible' GROUP BY 1;

--: counter gpt.asset_history.shares
-- Shares of the asset's post.
SELECT p.asset_id, count(*) FROM social.share s JOIN social.post p ON p.id = s.post_id WHERE p.asset_id IS NOT NULL GROUP BY 1;

--: counter gpt.asset_history.clicks
-- Clicks of people on the asset's short links.
SELECT l.asset_id, count(*) FROM biolink.click c JOIN biolink.short_link l ON l.id = c.link_id WHERE NOT is_bot AND l.asset_id IS NOT NULL GROUP BY 1;

--: counter gpt.asset_history.unlocks
-- Unlocks that were paid and not refunded.
SELECT asset_id, count(*) FROM finance.payment WHERE state = 'settled' AND purpose = 'unlock' GROUP BY 1;

--: counter gpt.asset_history.earned_minor
-- The creator's share of them.
SELECT asset_id, sum(creator_minor) FROM finance.payment WHERE state = 'settled' AND asset_id IS NOT NULL GROUP BY 1;

--: counter gpt.post_history.likes
-- Likes of the post that stand.
SELECT post_id, count(*) FROM social.post_like GROUP BY 1;

--: counter gpt.post_history.comments
-- Comments under the post that stand.
SELECT post_id, count(*) FROM social.comment WHERE state = 'visible' GROUP BY 1;

--: counter gpt.post_history.shares
-- Fans who shared the post.
SELECT post_id, count(*) FROM social.share GROUP BY 1;

--: counter crm.report_case.reports
-- Reports of the same thing.
SELECT case_id, count(*) FROM crm.report GROUP BY 1;
