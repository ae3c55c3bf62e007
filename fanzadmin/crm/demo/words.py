"""The words that the demo's people are made of."""

from random import Random

CREATOR_FIRST_NAMES = (
    "Ava Bella Cleo Dahlia Elena Fleur Gia Harlow Iris Jade Kira Lena Margot Nina Odette Paloma Quinn Rhea Sienna "
    "Talia Uma Vera Willa Xenia Yara Zoe Adrian Blake Caspian Dante Emil Felix Gabriel Hugo Ivo Jasper Kai Luca "
    "Mateo Nico Orson Pascal Remy Silas Theo Vito Alma Bianca Colette Daphne Esme Freya Greta Hazel Ines Juno"
).split()
STAGE_LAST_NAMES = (
    "Amour Ashford Bellamy Blaze Cross Delacroix Devereaux Everhart Fontaine Fox Hart Hawthorne Juniper Knight "
    "Lacroix Lane Lark Laurent Love Lux Maddox Moon Monroe Noir Onyx Page Quill Raven Reign Rivers Rose Royale "
    "Saint Sable Savoy Silver Skye Sterling Storm Summers Sway Valentine Vale Vega Velour Wilde Winter Wren"
).split()
FIRST_NAMES = (
    "Aaron Abdul Adele Aiko Alan Alba Alex Amara Amir Ana Andre Anya Arjun Astrid Ben Bruno Camila Carl Chen Chloe "
    "Clara Dana Daniel David Diego Dora Eduardo Elif Emma Eric Eva Farid Finn Florian George Grace Hana Henrik Hiro "
    "Ian Ida Igor Isla Ivan Jack Jana Jorge Julia Karim Karl Kate Kofi Lars Laura Leo Lina Louis Lucy Maja Marco "
    "Maria Mark Mei Mick Mona Nadia Nils Noah Nora Olga Oscar Pablo Paul Petra Priya Rafael Ravi Rosa Ruth Sam Sara "
    "Sean Sofia Stefan Sven Tara Tim Tom Una Viktor Wendy Will Yuki Yusuf Zara"
).split()
LAST_NAMES = (
    "Adams Ahmed Andersson Bauer Becker Bianchi Brown Campbell Carter Costa Cruz Davies Diaz Dubois Edwards Evans "
    "Fernandez Fischer Garcia Green Gruber Hall Hansen Harris Hoffmann Hughes Ibrahim Ivanov Jackson Jansen Johnson "
    "Jones Kaya Keller King Klein Kowalski Larsen Lee Lewis Lopez Martin Meyer Miller Moreau Morgan Mueller Murphy "
    "Nguyen Nielsen Novak Okafor Olsen Patel Pereira Petrov Phillips Reyes Ricci Roberts Rossi Russo Santos Schmidt "
    "Silva Singh Smith Svensson Tanaka Taylor Thomas Torres Turner Varga Vogel Walker Weber White Wilson Wright Young"
).split()
CRAFTS = (
    "boudoir photography",
    "burlesque on a small stage",
    "pin-up looks from the fifties",
    "dance, heels and long takes",
    "lingerie try-ons",
    "slow mornings on film",
    "latex and studio light",
    "couple stories",
    "fitness and the shower after",
    "cosplay with a wink",
    "rope art",
    "analogue nudes",
)
PROMISES = (
    "New sets every Friday.",
    "I answer every message myself.",
    "Two videos a week, and the outtakes.",
    "Subscribers choose the theme of the month.",
    "Longer cuts for subscribers only.",
    "Behind the scenes on Sundays.",
)
MOODS = (
    "Soft light, bold ideas.",
    "Confident, curious, kind.",
    "Late nights, good music.",
    "Adults only, good manners expected.",
    "Made with people I trust.",
    "No scripts, no rush.",
)
HANDLE_ENDINGS = ("", "", ".after.dark", "_xo", ".studio", "_official", ".live", "_noir")
FAN_TAGS = (
    "big tipper",
    "collector",
    "early bird",
    "loves video",
    "new",
    "night owl",
    "quiet",
    "vip",
    "win back",
)
CREATOR_NOTES = (
    "Prefers calls on Tuesdays. Wants to try longer videos.",
    "Asked about a bundle price for the summer sets.",
    "Contract renewed for twelve months.",
    "Travelling next month: plan the queue ahead.",
    "Very strong with subscribers who stay past the third month.",
    "Wants help with captions; show her the suggestions page.",
    "New camera, better low light. Re-shoot the banner.",
    "Keep tags tidy: the studio series sells best.",
)
FAN_NOTES = (
    "Asked for an invoice; pointed to the payments page.",
    "Polite and generous. Thank personally after big tips.",
    "Complained about a slow stream on mobile; fixed after the update.",
    "Came over from another brand's page.",
    "Paused in spring, came back in June.",
)


def handle(rng: Random, first: str, last: str) -> str:
    """A name in an address, such as `lena.fox` or `kai_xo`."""
    stem = rng.choice(
        (first, f"{first}.{last}", f"{first}{last}", f"{first[0]}.{last}", f"miss.{last}")
    ).lower()
    return f"{stem}{rng.choice(HANDLE_ENDINGS)}"[:26]


def about(rng: Random, first: str) -> str:
    """Two or three sentences in which a creator says what she or he does."""
    craft, other = rng.sample(CRAFTS, 2)
    return f"I'm {first}. {craft[0].upper()}{craft[1:]}, and sometimes {other}. {rng.choice(MOODS)} {rng.choice(PROMISES)}"
