"""CreatorCRM: who the creators and fans are, and what happened to them, an area for each noun.

`timeline`: entries about creators and fans. `creators`, with CreatorNumbers and CreatorDay, a creator's figures in all and
by day. `fans`. `notes` of the team. `activity`: what the other systems announce, counted and entered in timelines.

Announces: CreatorOnboarded, CreatorSuspended, CreatorReinstated, CreatorOffboarded. Answers: People.
"""

TITLE = "CreatorCRM"
