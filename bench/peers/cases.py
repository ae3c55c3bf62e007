"""The cases, by name, and the words that they look for in the filled table."""

FIRST, DEEP, LAST = "first page", "deep page (the middle)", "last page"
TEXT, FREQUENT = "filter by text: a surname", "filter by text: a frequent name"
RELATION, SORT = "filter by relation", "sort by another column"
SORT_DEEP, ADD = "sorted so, the middle", "add form with a relation"
ALL = (FIRST, DEEP, LAST, TEXT, FREQUENT, RELATION, SORT, SORT_DEEP, ADD)

SURNAME, FIRST_NAME, CLUSTER = "karavell", "mila", "ember"
PAGE = 25
MENU = 40  # further views in the peers' menus; ours has as many consoles
CREATORS = 20_000
