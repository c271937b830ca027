"""What the made-up people write, by booklet and question. Invented; nobody said these things.

A tuple has one thing to say per person. {child} is what the child is called.
"""

from __future__ import annotations

Sayings = dict[str, tuple[str, ...]]

CHILD: Sayings = {
    "attend": (
        "I want to hear it myself.", "Last time it was all grown-ups and I got bored. I'd stay if it was shorter.",
        "I get a funny tummy before it. It's ok when it starts.", "It's about me so I should be there.",
    ),
    "attend_part": ("The start, and the bit about school.", "Just the end, when you say what will happen."),
    "my_words": ("Lynne can say it if I get stuck.", "My advocate, but I want to check it first."),
    "iro_where": ("In the garden at home, after school.", "At McDonald's? Or just on a walk with the dog."),
    "who": ("Not too many people please.", "I'd like my teacher because she is kind.", "Can my brother come?"),
    "brothers_sisters": (),
    "where": ("The upstairs room at the library with the beanbags.", "At my nan's."),
    "when": ("Not Thursdays, I have drama club.", "Not in PE!!", "I don't want to miss football on Wednesday."),
    "when_little": ("Not my swimming.", "Story time."),
    "meetings": (),
    "comfort": ("My dog, if he's allowed.", "Crisps. The salt and vinegar ones.", "My blue blanket."),
    "room": ("Next to the window.", "I want to sit by my carer."),
    "about": (
        "Seeing my brother more.", "Can I go on the school trip in May?", "My new school. I don't know anybody.",
        "When can I stay over at my friend's house.", "My bedroom.",
    ),
    "about_adoption": ("Will I keep my name?", "Can I still see Nan after?"),
    "about_leaving": ("Where I'm going to live and if I can do my bike course.",),
    "about_future": (
        "I want to do the plumbing course at college.",
        "A flat, but not on my own straight away.",
    ),
    "good_news": (
        "I got a certificate for helping the little ones at lunch!", "I can swim 10 metres now.",
        "I scored two goals on Saturday.", "I made a cake on my own and it was not burnt.",
        "I went to school every day for three weeks.", "I <3 my new guitar",
    ),
    "questions": (
        "Why do I have to have a new social worker again?", "When will I know if I can stay here?",
        "Who decides about my phone?", "How long is it until I can see Mum on my own?",
    ),
    "not_in_front": ("Please don't talk about my accident at school in front of my teacher.",),
    "not_in_front_little": ("When I get cross. Not to my teacher.",),
    "help": ("Someone to sit next to me.", "Somebody who speaks my language, not my cousin."),
    "outcome": ("My carer, in the car. It's easier to talk in the car.",),
    "card": ("Please come to my meeting. There will be cake.", "You are invited! From me."),
    "anything": (
        "Thank you for asking. Nobody asked me about the place before.", "I like it here. I want to stay.",
        "Sometimes I miss my old cat.", "I don't like it when people read from their laptops.",
    ),
    "helping": ("She only wrote it down, I said it.",),
}  # fmt: skip

REFUSES = (
    "He shouts and then I can't think. I want to see him on a different day.",
    "I get scared what he will say in front of everyone.",
)
NOT_SURE = (
    "Only if somebody sits between us.",
    "I have to think about it.",
    "Only for the part about school.",
)
ADDED = (
    ("Mr Okonkwo", "my football coach"),
    ("Auntie Jo", "she's not my real auntie"),
    ("Ellie", "my best friend"),
)

PARENT: Sayings = {
    "reach": (
        "Text me first, I don't pick up numbers I don't know. After 4 is best.",
        "By post. I share a phone.",
    ),
    "interpreter": ("Polish, please, and the same lady as last time.",),
    "access": ("I start work at two, so mornings are better.", "I get panic attacks in small rooms."),
    "come": ("I'd like to be there but not in the same room as {child}'s dad.",),
    "support": ("My sister Karen.", "My support worker from the centre."),
    "safe_together": ("Not with my ex-partner there.",),
    "ring": ("Tuesday or Wednesday before 2.", "Any evening after half past six."),
    "had_plan": ("It came but nobody went through it with me.",),
    "had_record": ("It came eight weeks after.",),
    "understand_plan": ("The part about school is clear, the rest isn't.",),
    "agree_plan": ("I agree with the school. I don't agree with seeing {child} once a month.",),
    "how_child": (
        "{child} looks well and is talking more. I can see that the carer is good with the bedtimes.",
        "Quieter than before. I worry when {child} goes quiet.", "Growing up fast. Taller than me soon!",
    ),
    "proud": ("The reading. {child} read me a whole page.", "Kind to the little cousins. Always was."),
    "care": (
        "The carer rings me after the dentist and things like that. I'm grateful.",
        "Hair care could be better.",
    ),
    "care_breaks": ("{child} comes home happy and tired. It helps us all.",),
    "tell_child": (
        "That I love {child} and I'm doing the course like I said.",
        "That it's not {child}'s fault.",
    ),
    "health": ("Asthma in the winter. The blue inhaler has to go everywhere.", "Nothing new that I know of."),
    "family_health": ("My mum has diabetes.", "Hay fever on his dad's side."),
    "appointments": ("I hear afterwards, mostly.",),
    "consents": ("I don't know who signs for the school trip.",),
    "education": ("I'd like to see the report.", "Maths is going better, I hear."),
    "parents_evenings": ("I was asked once and it went fine.",),
    "family_time": ("It gets cancelled when the worker is off sick.",),
    "family_time_help": ("Somewhere that isn't the contact centre. The park.",),
    "letterbox": ("I'd like to write twice a year and get a photo at Christmas.",),
    "relatives": ("Nan Jean. She could ring on Sundays.",),
    "identity": (
        "We go to mass at Easter and Christmas.",
        "Halal food, and Eid with my sister if that's possible.",
    ),
    "celebrations": ("Eid, and my mum's birthday in June.", "Christmas and Grandad's memorial day."),
    "changes": ("I have a new flat with a second bedroom.",),
    "next": ("More time together, and then weekends.", "Stay where {child} is until the exams are done."),
    "coming_home": ("I want it, but not before I've finished the course.",),
    "long_term": ("That {child} is happy and has people who stay.",),
    "talk_about": ("The summer holidays.", "Brothers and sisters seeing each other."),
    "not_in_front_of_child": ("The court dates.",),
    "social_worker": ("She listens. She's the third this year, though.",),
    "information": ("I'd like to hear about school from school.",),
    "complaints": (),
    "who_should_not_see": ("{child}'s dad.",),
    "anything": ("Thank you for reading this.", "Please ring me before you decide about the holidays."),
}  # fmt: skip

CARER: Sayings = {
    "told_child": (
        "We looked at the calendar together and put a star on the day.",
        "The IRO's letter came; we read it.",
    ),
    "child_said": (
        "{child} said: I don't want to move school again.",
        "{child} asked me to say that Saturdays are good.",
    ),
    "events": ("A new bike, a lost tooth, and a fall-out with a friend that was mended by Friday.",
               "Started at the new school. The first week was hard, the third was fine."),
    "settled": (),
    "breaks_going": (),
    "routines": ("Bath, story, and the landing light stays on. Warn {child} ten minutes before anything changes.",
                 "Up at seven, phone downstairs at nine. It took a month and it works."),
    "household": ("Our eldest went to university. {child} has the bigger room now.", "A puppy!"),
    "achievements": ("Swam ten metres. Sat through a whole film. Said sorry without being asked.",
                     "Won a certificate for kindness at school."),
    "friends": (
        "Two good friends from the street. Would like to stay over: who says yes?",
        "Football on Saturdays.",
    ),
    "key_sessions": ("Weekly, in the car as a rule. {child} talks better when we drive.",),
    "incidents": ("One evening in October, a broken door. We learnt to wait longer before we speak.",),
    "group_living": ("Gets on with two of the three. The television is the battlefield.",),
    "health": ("Well. The optician says glasses for the board.", "Eczema is better with the new cream."),
    "feelings": ("Sunday evenings before school are the worst. A walk with the dog helps.",
                 "Cross when tired. Goes to the swing by the apple tree, and we leave the kitchen light on."),
    "education": ("Loves art. Maths homework ends in tears: could school send less?", "Attendance 97 %."),
    "pep": ("The meeting is due again in spring.",),
    "exclusions": ("One day, after the fight in the yard.",),
    "family_time": ("Looks forward to it, is quiet afterwards, and wants toast. Cancelled visits are the hard ones.",),
    "connected_family": ("My daughter and I had to find a new way to talk. It is slowly getting better.",),
    "identity": ("We found a hairdresser who knows Afro hair, and cook jollof on Fridays.",
                 "We keep the prayer times together, and the mosque school on Saturdays."),
    "life_story": ("The memory box is out every few weeks. {child} asks where the old house was.",),
    "moving_on": ("We read the book about the fox who moves. {child} asks if the blanket can come too.",),
    "safety": ("We keep an eye on the tablet after eight.",),
    "delegated": ("Haircuts yes, sleepovers we don't know.",),
    "skills": ("Makes pasta, does the washing. Next: the bus on the other side of town.",),
    "staying_put": ("{child} can stay with us after 18, and we've said so.",),
    "money": (),
    "last_decisions": (),
    "support": ("A weekend's break in the spring.",),
    "carry_on": ("We are in this for the long run.",),
    "carry_on_home": ("Yes, until the move at 17 is planned with {child} and not before.",),
    "decide": ("Sleepovers, and who signs for the ski trip.", "The school for September."),
    "disagree": ("Once a month with the brothers is too little.",),
    "note_to_iro": ("Could you ring me before the meeting? Nothing bad, but better said than written.",),
}  # fmt: skip

BY_WHO: dict[str, Sayings] = {"child": CHILD, "parent": PARENT, "carer": CARER}
