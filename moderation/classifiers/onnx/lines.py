"""The fixed lines on which two forms of one model are compared: some six hundred, the same every time.

Made from parts, from kind to abusive, so that every label's scores are spread; and the shapes that break
readers: nothing, one sign, many scripts, longer than any model takes.
"""

from itertools import product

_WHO = (
    "you are",
    "she is",
    "the whole server thinks that he is",
    "my new teacher is",
    "those people are all",
)
_WHAT = (
    "a good friend",
    "very kind to everybody here",
    "quite late today",
    "bad at this game",
    "a bit boring",
    "wrong about nearly everything",
    "a fool",
    "stupid",
    "a damn idiot",
    "ugly and worthless",
    "disgusting trash",
    "a pathetic loser",
    "a fucking moron",
    "an asshole and a liar",
    "vermin",
)
_THEN = ("", ", thanks for asking", " and I hate it", "!!! lol", ", so just go away")
_OPEN = ("I will", "somebody should", "nobody wants to", "please do not", "did you ever")
_DO = (
    "bring the boat back in the morning",
    "kill the process and start it again",
    "shut up",
    "find you and hurt you",
    "kill yourself",
    "punch him in the face",
    "show me your naked pictures",
    "have sex with strangers",
    "send all the immigrants home",
    "beat women like that",
    "pray with the muslims next door",
    "marry a gay couple",
    "read the damn manual",
    "suck at chess",
)
_END = ("", " today", " you bitch")
_ODD = (
    "?",
    "\u00e9t\u00e9 \u00e0 la plage",
    "\u043f\u0440\u0438\u0432\u0435\u0442 \u0432\u0441\u0435\u043c",
    "\u4f60\u597d\uff0c\u5927\u5bb6",
    "\u0645\u0631\u062d\u0628\u0627",
    "\U0001f600\U0001f44d\U0001f3fd",
    "y0u ar3 @n id10t",
    "s t u p i d",
    "http://example.org/a?b=c @mara",
    "0123456789 " * 30,
    "word " * 200,
    "you are a wonderful person and I like you " * 60,
    "the ferry leaves at eight " * 150 + "you stupid idiot",
)

LINES: tuple[str, ...] = (
    *(f"{who} {what}{then}" for who, what, then in product(_WHO, _WHAT, _THEN)),
    *(f"{begin} {do}{end}" for begin, do, end in product(_OPEN, _DO, _END)),
    *_ODD,
)
