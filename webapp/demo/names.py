"""Names and places of the made-up authority. Any likeness to a real person is chance."""

from __future__ import annotations

import random


def _words(text: str) -> list[str]:
    return text.split()


GIRLS = _words("""
    Aaliyah Abigail Aisha Alicja Amara Amelia Anya Ava Beatriz Bethan Bisi Chloe Daisy Darcey Ebony Eilidh
    Eliza Ella Elsie Erin Esme Eva Evie Fatima Fern Florence Freya Grace Hana Hannah Harriet Holly Imogen
    Iris Isla Ivy Jada Jasmine Jessica Kayla Keira Khadija Lacey Layla Leila Lexi Lily Lola Lucy Maisie
    Mariam Matilda Maya Megan Mia Mila Millie Molly Nadia Naomi Neve Nia Niamh Nora Olivia Paige Penny Pippa
    Poppy Priya Quinn Rosa Rosie Ruby Sadie Safa Scarlett Shanice Sienna Skye Sofia Sophie Summer Tamsin
    Tara Thea Tilly Willow Yasmin Zara Zofia
""")

BOYS = _words("""
    Aaron Adam Aiden Alfie Amir Archie Arlo Arthur Ashton Ayaan Bailey Ben Billy Blake Bobby Callum Charlie
    Cody Connor Corey Dafydd Daniel Dawid Dexter Dylan Eli Elijah Ethan Ezra Felix Finley Finn Frankie
    Freddie Gabriel George Hamza Harley Harrison Harvey Henry Hugo Ibrahim Idris Isaac Jack Jacob Jaden Jake
    Jamal James Jayden Joe Jordan Joshua Jude Kai Kian Kofi Lee Leo Levi Liam Logan Louis Luca Lucas Luke
    Mason Mateo Max Micah Mohammed Musa Noah Oakley Oliver Oscar Owen Patrick Rafi Ralph Reece Reuben Riley
    Rory Rowan Ryan Sam Samuel Seth Sonny Stanley Taylor Theo Toby Tom Tyler Wojtek Yusuf Zac
""")

WOMEN = _words("""
    Ada Agnes Alison Amanda Andrea Angela Anita Ayesha Bernadette Bridget Carol Caroline Cath Cheryl
    Christine Claire Comfort Dawn Debbie Denise Donna Eileen Elaine Emma Ewa Gemma Gill Halima Heather Helen
    Irene Jackie Jan Jean Jo Joyce Julie Karen Kate Kelly Kerry Leanne Linda Lisa Lorraine Lynne Maggie
    Marcia Margaret Maria Maureen Michelle Natalie Nicola Nisha Pam Pat Paula Rachel Rita Rukhsana Ruth
    Sally Samantha Sandra Sarah Sharon Sheila Siobhan Stella Sue Tanya Teresa Tina Tracy Valerie Vicky Wendy
    Yvonne
""")

MEN = _words("""
    Abdul Alan Alex Andrew Anthony Barry Brian Chris Clive Colin Craig Darren Dave Dean Delroy Derek Desmond
    Duncan Edward Emeka Frank Gareth Gary Geoff Gordon Graham Greg Ian Imran Jason Jeff Jim John Karl Keith
    Ken Kevin Lloyd Marcus Mark Martin Matt Mick Mike Neil Nick Nigel Paul Pete Phil Piotr Raj Ray Rob Roger
    Ross Roy Russell Sean Shaun Simon Stephen Steve Stuart Tariq Terry Tim Trevor Tunde Vince Wayne Will
""")

SURNAMES = _words("""
    Abbott Achebe Adeyemi Ahmed Ainsworth Akhtar Alder Appleby Asante Atkinson Bailey Baptiste Barlow Begum
    Bell Bennett Birch Blackwell Bloom Boateng Bowen Bradley Brook Burrows Cartwright Chaudhry Clegg Clough
    Cole Cooper Cox Crossley Dalton Davies Dean Dhillon Dixon Dobson Doyle Duffy Eccles Ellis Evans Farooq
    Fielding Finch Fisher Fletcher Foster Fox Gallagher Garner Gibson Grant Greenwood Gregory Griffin Hale
    Hall Hardy Hargreaves Hartley Hayes Heath Heron Hirst Holt Hoyle Hussain Ibrahim Iqbal Jackson Jarvis
    Johnson Jones Joseph Kamara Kaur Kavanagh Kelly Kershaw Khan Kowalski Lally Lamb Larch Lawal Leach Lewis
    Lomax Lowe Mahmood Malik Marsden Marsh Mason McBride McKenna Mensah Mills Mistry Moon Morris Moss Murphy
    Naylor Ncube Nolan Nowak Nuttall Obi Odum Ogden Okoro Oldham Osei Owusu Palmer Parker Patel Pearce
    Penrose Pickup Platt Pollard Quinn Rahman Ramsden Raven Reid Riley Roberts Rowe Rowley Russo Saleh
    Schofield Seddon Shah Shaw Singh Slater Stone Stubbs Sutton Swift Tariq Taylor Thorne Thorpe Tran Turner
    Unsworth Vickers Wade Walmsley Walsh Ward Warsame Whittle Wilde Winter Wood Yates
""")

STREETS = _words("""
    Beacon Boathouse Bramble Capstan Cockle Compass Coral Dune Estuary Fathom Gannet Gull Harbour Heron
    Jetty Kelp Kittiwake Lantern Limpet Marram Mast Pebble Pier Quay Rigging Rockpool Sail Samphire
    Sandpiper Seaholly Shingle Spindrift Starfish Tern Tide Trawler Whelk
""")
KINDS_OF_STREET = ("Avenue", "Close", "Drive", "Lane", "Road", "Street", "Terrace", "Way")

HERE = (("Sandhaven", "SX1"), ("Sandhaven", "SX2"), ("North Sands", "SX3"), ("Marram Bay", "SX4"))
AWAY = (("Millbeck", "QV2"), ("Thornley Moor", "QV7"), ("Castlewick", "ZK1"), ("Great Oakham Dale", "ZK4"),
        ("Inchmoor", "JX3"), ("Port Renny", "JX9"))  # fmt: skip

SCHOOLS = (
    "Shingle Bank Primary", "Lighthouse Primary", "St Brannoc's Primary", "Marram Bay Primary",
    "Harbour High", "Sandhaven Academy", "Beacon Hill High", "Quayside School",
)  # fmt: skip
HOMES = (
    "Driftwood House", "Heron Lodge", "The Old Signal House", "Samphire House", "Tern Cottage", "Northlights",
    "Pebble House", "Windrush", "Saltmarsh House",
)  # fmt: skip
UNITS = ("Fellside Unit", "Moorgate Centre")


def street(rng: random.Random) -> str:
    """A house on a street."""
    return f"{rng.randint(1, 140)} {rng.choice(STREETS)} {rng.choice(KINDS_OF_STREET)}"


def postcode(rng: random.Random, district: str) -> str:
    """A postcode in a district that the post doesn't know."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return f"{district} {rng.randint(1, 9)}{rng.choice(letters)}{rng.choice(letters)}"


def address(rng: random.Random, away: bool = False) -> list[str]:
    """Lines of an invented address, the postcode last."""
    town, district = rng.choice(AWAY if away else HERE)
    return [street(rng), town, postcode(rng, district)]
