"""CreatorCRM: who the creators and fans are, and what happened to them.

Nouns: Creator, Fan, Note, TimelineEntry; CreatorNumbers and CreatorDay, a creator's figures in all and by day.
Announces: CreatorOnboarded, CreatorSuspended, CreatorReinstated. Answers: People.
Hears: what the other systems do for or with a creator, which it counts and tells in sentences.
"""
