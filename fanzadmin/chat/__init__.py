"""ChatSphere: what a creator and a fan say to each other, in order, once, without gaps.

Nouns: a *conversation* joins one creator and one fan; a *message* has its place in it (`seq`, 1..n); every change of
a conversation (a message sent, edited, taken back) counts its `change` number up by one, so that a client which sees
a hole asks for what it missed; a *read mark* says how far a side has read. A *broadcast* is one message of a creator to all subscribers, about the *announcements* of an
hour.

Announces: `chat.message_sent.v1`, `chat.subscribers_notified.v1`. Hears: assets published, changed and withdrawn, subscriptions
started. Sockets (`/chat`) carry hints; PostgreSQL is the truth.
"""
