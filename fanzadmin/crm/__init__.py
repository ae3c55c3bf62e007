"""CreatorCRM: who the creators and fans are, and what happened to them, an area for each noun.

`timeline`: entries about creators and fans. `creators`, with CreatorNumbers and CreatorDay, a creator's figures in all and
by day. `fans`. `notes` of the team. `blocks` hide a creator and a fan from each other. `discovery`: how fans find creators.
`reports` open cases for the Community team. `activity`: what the other systems announce, counted and entered in timelines.

Announces: CreatorOnboarded, CreatorSuspended, CreatorReinstated, CreatorOffboarded, Blocked, Unblocked, ContentReported,
CaseDecided. Answers: People, Blocks.
"""

TITLE = "CreatorCRM"
