"""Word tables for `english`: who, what, where, and what people do there.

Nouns are separated by commas, phrases by semicolons; a phrase may use every
notation that `english` describes.
"""

# Bare nouns: "a {fruit}", "two {fruit.s}".
NOUNS = {
    # Animals, by where one meets them.
    "pet": "dog, cat, rabbit, puppy, kitten, hamster, parrot, pony",
    "farm_animal": "cow, horse, sheep, goat, pig, hen, duck, goose, donkey, lamb, chicken",
    "wild": "fox, bear, wolf, deer, squirrel, hedgehog, owl, hare, badger",
    "small_animal": "mouse, frog, snail, bee, butterfly, spider, beetle, ant, worm, lizard",
    "bird": "robin, crow, sparrow, blackbird, swan, pigeon, seagull, swallow, eagle",
    "far_animal": "lion, elephant, monkey, tiger, giraffe, camel, penguin, zebra, crocodile",
    "sea_animal": "fish, whale, dolphin, crab, seal, shark, turtle, octopus",
    # Food and drink; the first three can be counted, the others cannot.
    "fruit": "apple, pear, orange, banana, peach, plum, lemon, melon, cherry, mango",
    "berry": "strawberry, raspberry, blueberry, blackberry",
    "vegetable": "carrot, potato, tomato, onion, cucumber, cabbage, pepper, mushroom, bean, "
    "pumpkin",
    "stuff": "bread, butter, cheese, rice, pasta, sugar, flour, salt, honey, jam, meat, yoghurt",
    "meal_dish": "soup, stew, pizza, salad, curry, pie, omelette, pudding",
    "treat": "cake, biscuit, pancake, muffin, sandwich, bun, waffle, doughnut",
    "hot_drink": "tea, coffee, cocoa, hot chocolate",
    "cold_drink": "water, milk, juice, lemonade, cider",
    "dish": "plate, bowl, cup, glass, spoon, fork, knife, pan, pot, kettle, mug, jug, tray",
    # Things.
    "furniture": "table, chair, sofa, cupboard, desk, bed, bench, lamp, shelf, wardrobe, armchair",
    "thing": "key, book, letter, phone, wallet, ring, watch, bag, ticket, notebook, camera, purse",
    "gift": "book, scarf, watch, necklace, game, plant, basket, painting, toy, candle, clock",
    "tool": "hammer, ladder, saw, brush, spade, rake, rope, bucket, broom, needle, torch, axe",
    "toy": "ball, doll, kite, puzzle, train, teddy, drum, robot, boat, balloon, bicycle",
    "clothes": "coat, hat, scarf, jacket, shirt, jumper, cap, sweater, raincoat, pullover",
    "pair": "shoe, boot, glove, sock, slipper, sandal",
    "machine": "radio, computer, fridge, oven, clock, television, heater, toaster, printer",
    "school_thing": "pencil, pen, ruler, rubber, notebook, map, book, paper, chalk, crayon",
    # Places.
    "room": "kitchen, bedroom, bathroom, hall, garage, cellar, attic",
    "home_part": "door, window, roof, wall, floor, stairs, gate, fence, garden, balcony, chimney",
    "place": "park, market, library, station, museum, beach, bakery, cinema, swimming pool, church",
    "shop": "bakery, bookshop, supermarket, market, chemist, butcher, florist",
    "building": "house, school, hospital, hotel, bank, castle, tower, farm, cottage, office, "
    "palace",
    "nature": "forest, river, lake, hill, mountain, field, valley, beach, island, meadow, wood",
    "road": "street, road, path, bridge, corner, square, lane",
    "town": "town, village, city",
    "vehicle": "bus, train, car, bicycle, boat, lorry, van, taxi, tram, plane, ship, tractor",
    # People.
    "job": "teacher, doctor, nurse, baker, farmer, driver, cook, painter, gardener, builder, "
    "pilot, "
    "dentist, singer, writer, sailor, police officer, tailor, shopkeeper, engineer, waiter, "
    "librarian",
    "relative": "mother, father, sister, brother, grandmother, grandfather, aunt, uncle, cousin",
    "body": "head, arm, leg, hand, foot, knee, back, tooth, finger, ear, eye, nose, shoulder",
    # Nature.
    "flower": "rose, tulip, daisy, sunflower, violet, lily, poppy",
    "tree": "oak, pine, apple tree, willow, birch, chestnut tree, cherry tree, lime tree",
    "season": "spring, summer, autumn, winter",
    "sky": "sun, moon, star, cloud, rainbow, sky",
    # Learning and playing.
    "subject": "history, music, art, science, geography, French, maths, English, Spanish",
    "instrument": "piano, guitar, violin, flute, trumpet, drums, cello",
    "sport": "football, tennis, basketball, hockey, volleyball, chess, cards, cricket",
    "text": "story, poem, letter, newspaper, book, magazine, diary, postcard",
    "show": "film, concert, play, match, show, circus, dance",
    "event": "party, wedding, birthday, holiday, picnic, meeting, lesson, festival, exam, "
    "interview",
    "material": "wood, stone, glass, paper, gold, silver, wool, cotton, iron, clay, leather, "
    "plastic",
    "time_unit": "minute, hour, day, week, month, year, moment, night, evening, weekend",
    "idea": "idea, dream, question, answer, plan, secret, joke, song, promise, word, name, mistake",
    "illness": "cold, cough, fever, headache, toothache, sore throat, stomach ache",
    "magic": "dragon, giant, witch, fairy, wizard, unicorn, ghost, elf, troll, king, queen, prince",
    "treasure": "crown, ring, lamp, mirror, sword, key, stone, box, coin, flute, cloak, feather",
    "household": "towel, pillow, blanket, curtain, carpet, candle, soap, basket, bottle, box, "
    "mat, vase",
}

# Everything that is not a bare noun.
PHRASES = {
    # Time. Each can open a sentence before a comma.
    "weekday": "Monday; Tuesday; Wednesday; Thursday; Friday; Saturday; Sunday",
    "month": "January; February; March; April; May; June; July; August; September; October; "
    "November; December",
    "number": "two; three; four; five; six; seven; eight; nine; ten; twelve",
    "clock": "six o'clock; seven o'clock; eight o'clock; half past three; half past seven; noon; "
    "four o'clock; half past ten; midday; a quarter to nine; nine o'clock; five o'clock",
    "part": "morning; afternoon; evening",
    "back_then": "Yesterday; Yesterday {part}; Last {weekday}; Last night; Last week; Last "
    "weekend; "
    "One day; One {part}; One {weekday} {part}; On {weekday}; On {weekday} {part}; Last {season}; "
    "On a [cold|warm|grey|rainy|sunny|windy|quiet] {part}; A few days ago; This {part}; "
    "Early one morning; Late one evening; In the [morning|afternoon|evening]; One {season} {part}; "
    "After [breakfast|lunch|dinner|work|school]; The other day; At the weekend; Last {month}; "
    "Not long ago; On the first day of {month}; In {month}; {number} days ago",
    "this_day": "Yesterday; Last {weekday}; One day; One {weekday}; On {weekday}; On {weekday} "
    "{part}; "
    "Yesterday {part}; One {part}; The other day; This {part}; Last weekend; One {season} {part}",
    "habit": "Every morning; Every day; Every {weekday}; In the evening; On {weekday}s; In "
    "{season}; "
    "After school; Before breakfast; At the weekend; Most days; Once a week; Every summer; "
    "On {weekday} {part}s; Twice a month; On cold days; On warm evenings; At night; After lunch",
    "soon": "Tomorrow; Next week; Next {weekday}; This weekend; Tonight; Next {season}; Tomorrow "
    "{part}; "
    "On {weekday}; After dinner; Next month; Later today; In the holidays; This {part}; Next year",
    "then": "Then; After that,; A little later,; Soon; After a while,; At {clock}; Afterwards,; "
    "A few minutes later,; Next,; When that was done,; Before long,; Half an hour later,",
    "at_last": "In the end,; At last; Finally,; At the end of the day,; When it was dark,; "
    "By the evening,; Late that evening,; On the way home,; Later,",
    "how_long": "for an hour; all {part}; for a long time; until {clock}; for a while; the whole "
    "day; "
    "until it got dark; until dinner time; for half an hour",
    # How things are.
    "weather_was": "it was raining; the sun was shining; it was very cold; it was windy; it was "
    "hot; "
    "the sky was grey; it was snowing; it was foggy; the weather was lovely; it was warm; "
    "there was not a cloud in the sky; a storm was coming; it was still dark; the air was fresh",
    "fine_weather": "the sun was shining; it was warm; the weather was lovely; the sky was blue; "
    "there was a soft wind; it was a bright day; the air was fresh and clear",
    "bad_weather": "it was raining; it was very cold; a storm was coming; it was windy; it was "
    "foggy; "
    "it was pouring with rain; the sky was dark and grey; it was snowing",
    "colour": "red; blue; green; yellow; white; black; brown; grey; pink; purple; orange; "
    "golden; silver",
    "size": "big; small; little; large; tiny; huge",
    "person_adj": "kind; friendly; quiet; clever; funny; patient; brave; polite; strong; gentle; "
    "honest; cheerful; careful; shy; wise",
    "thing_adj": "old; new; small; big; heavy; beautiful; broken; clean; little; strange; lovely; "
    "expensive; cheap; simple; wonderful; long; round; soft; pretty; dusty",
    "place_adj": "quiet; busy; old; small; beautiful; lovely; crowded; pretty; empty; famous; "
    "peaceful",
    "food_adj": "fresh; warm; sweet; hot; delicious; cold; tasty; simple; home-made",
    "good_mood": "happy; proud; glad; pleased; cheerful; excited; relieved; calm; grateful",
    "bad_mood": "sad; tired; angry; worried; lonely; afraid; nervous; disappointed; bored; upset",
    "surprise": "to {p} surprise; luckily; suddenly; sadly; of course; strangely enough; as always",
    "softly": "slowly; quietly; carefully; gently; softly; happily; quickly; politely; calmly; "
    "loudly",
    "said": "said; answered; replied; called; whispered; explained",
    "quantity": "a lot of; some; plenty of; a little",
    "reaction": "{s} {was} very {good_mood}; it made {o} smile; {s} felt {good_mood}; "
    "{s} could not stop smiling; {s} laughed out loud; {s} had never been so {good_mood}",
    "sleepy_end": "{s} went to bed early; {s} slept very well that night; {s} fell asleep at once; "
    "{s} fell asleep on the sofa; {s} turned off the light and went to sleep",
    "container": "a cup of {hot_drink}; a glass of {cold_drink}; a piece of {cake_kind} cake; "
    "a slice of bread; a bowl of {soup_kind} soup; a bottle of water; a pot of tea; a plate of "
    "pasta",
    "drink": "a cup of {hot_drink}; a glass of {cold_drink}; a mug of cocoa; some tea; "
    "a cup of tea with [milk|lemon|honey]; a cup of hot chocolate; a glass of cold lemonade",
    "cake_kind": "chocolate; apple; lemon; carrot; cherry; birthday; plum; banana",
    "soup_kind": "tomato; carrot; chicken; potato; mushroom; onion; pumpkin; vegetable",
    "plain_meal": "{soup_kind} soup with bread; pasta with tomato sauce; rice and vegetables; "
    "fish and chips; a cheese omelette; chicken with rice; potatoes and beans; a big salad; "
    "pancakes with {berry} jam; eggs on toast; a bowl of {soup_kind} soup; vegetable curry",
    "breakfast": "toast and jam; eggs and toast; a bowl of porridge; bread and cheese; "
    "yoghurt with {berry.s}; pancakes; cereal with milk; a boiled egg; bread with honey",
    "shopping": "some {stuff}; a bag of {vegetable.s}; a kilo of {fruit.s}; {number} {fruit.s}; "
    "a loaf of bread; a bottle of milk; {number} eggs; some {vegetable.s}; a box of {berry.s}",
    "destination": "the {place}; the {shop}; the {nature}; school; work; the {town}; "
    "{p} grandmother's house; the mountains; the sea; the doctor; the shops; the countryside",
    "outdoors": "the park; the garden; the forest; the beach; the lake; the river; the hills; "
    "the fields; "
    "the playground; the mountains; the countryside",
    "surface": "the table; the shelf; the chair; the bed; the floor; the desk; the window sill; "
    "the sofa",
    "hiding": "under the bed; behind the sofa; in a drawer; under a pile of papers; in the fridge; "
    "in {p} coat pocket; on top of the cupboard; in the washing basket; behind the curtain; "
    "under the kitchen table; in the car; at the bottom of {p} bag; between two cushions",
    "smell": "fresh bread; coffee; flowers; wet grass; apples; soap; warm cake; wood smoke; the "
    "sea",
    "sound": "a bell; a loud noise; a strange sound; footsteps; music; a dog barking; a soft "
    "voice; "
    "somebody singing; a knock at the door; the wind in the trees; children laughing; a baby "
    "crying",
    "sight": "a rainbow over the {nature}; {number} {bird.s} on the roof; a {wild} near the trees; "
    "an old man with a {colour} {clothes}; a little boat on the water; the first snow of the year; "
    "the lights of the {town}; a ladybird on a leaf; a {colour} balloon in the sky; a full moon; "
    "a cat asleep in the sun; a {bird} with a worm; smoke above the {building}; a field of "
    "{flower.s}",
    "joy": "the smell of {smell}; long walks in the {walk_in}; the sound of rain; a good {text}; "
    "{season} mornings; {food_adj} bread; old songs; sunny days; quiet evenings; the first "
    "{flower.s}; "
    "summer holidays; fresh {fruit.s}; hot chocolate; playing {sport}; reading in bed; long train "
    "journeys; swimming in the {water}; cooking for friends; rainy Sundays; old films",
    "water": "sea; lake; river; swimming pool",
    "body_s": "{p} head; {p} back; {p} knee; {p} tooth; {p} foot; {p} throat; {p} arm; {p} stomach",
    "girl": "Anna; Emma; Mary; Lucy; Sarah; Lily; Alice; Nina; Maria; Julia; Rosa; Helen; Kate; "
    "Sophie",
    "boy": "Tom; Ben; Sam; Peter; Jack; David; Paul; Daniel; Max; Leo; George; Henry; Omar; Simon",
    "pet_name": "Rex; Bella; Toby; Coco; Luna; Charlie; Daisy; Oscar; Molly; Bruno; Ginger; Snowy",
    "city": "London; Paris; Rome; Madrid; Berlin; Vienna; New York; Dublin; Lisbon; Boston; Sydney",
    "country": "France; Italy; Spain; Germany; Ireland; India; Canada; Portugal; Mexico; Greece",
    "advice": "drink enough water; get enough sleep; be kind to others; take a deep breath; take "
    "your "
    "time; ask for help; wear warm clothes; listen carefully; practise every day; go for a walk",
    "outdoors_bare": "park; garden; forest; fields; hills; snow; rain; meadow",
    "small_wild": "cat; rabbit; squirrel; hare; duck; hedgehog; pigeon; mouse",
    "sight_small": "the wind; the cat from next door; {p} {relative} with a {gift}; a branch at "
    "the window; "
    "the neighbour, who needed some {stuff}; a {bird} on the window sill; the postman with a "
    "letter",
    "soft_material": "wood; paper; wool; clay; old newspapers; leather",
    "home_fix": "roof; door; window; fence; gate; lamp; chair; table; tap",
    "gift_made": "box; bowl; doll; small boat; mask; ring; toy",
    "language": "French; Spanish; Italian; German; English",
    "wool_pair": "socks; gloves; slippers",
    "eye_colour": "blue; brown; green; dark; grey",
    "weather_in_wood": "The sun shone through the leaves.; It was cool and dark under the trees.; "
    "There was still some fog between the trees.; Everything smelled of wet leaves and mushrooms.; "
    "The birds were singing in the branches.; Fresh snow lay on the branches.",
    "water_in_wood": "lake; stream; river; pond; waterfall",
    "sound_wild": "a strange sound; a branch break; an owl; something move in the bushes; a "
    "{bird} call; "
    "footsteps in the leaves; water running over stones",
    "find_wood": "a nest with {number} eggs; an old wooden hut; a {colour} feather; a tiny "
    "{small_animal}; "
    "a big mushroom; a hollow tree; a small spring with clear water",
    "building_home": "village; house; cottage; car; hotel",
    "fine_thing": "sun was shining; children were playing; birds were singing; snow was falling",
    "winter_month": "November; December; January; February",
    "vehicle_old": "car; old car; bus; motorbike; van; tractor",
    "weather_was_s": "It was cold, but; It was warm, and; The sun was shining, and; The sky was "
    "grey, but; "
    "Luckily the weather was good, and; It was windy, but",
    "animal_house": "cat; owl; dog; hen; fox",
    "corner_thing": "next corner; church; bridge; traffic lights; old tower; end",
    "dream_place": "cloud; high tower; small island; mountain of {treat.s}; ship; bridge of glass",
    "s2_child": "the boy in the last row; a girl by the window; {p} best friend; somebody at the "
    "back",
    "flat": "house; flat",
    "did_sit": "you can sit in the sun; there is room for two chairs; {flower.s} grow in "
    "{colour} pots",
    "boat_water": "lake; river",
    "p_he": "his",
    "ordinal": "first; second; third; fourth; fifth",
    "sea_food": "fish; soup; cheese; bread; ice cream",
    "this_day_holiday": "One day; Yesterday; On {weekday}; One morning; Last {weekday}; The day "
    "before yesterday",
    "dislike": "cold coffee; loud music; long meetings; wet socks; getting up early; waiting in "
    "queues; "
    "black {pair.s}; {vegetable.s}; noise; crowded buses; the dark; ironing; washing up; bad news",
    "water_fall": "river; lake; pond; stream",
    "hair": "brown; black; grey; white; blond; red; dark; curly",
    "afraid_of": "{small_animal.s}; the dark; storms; big dogs; heights; flying; the dentist",
    "number_languages": "two; three; four; five",
    "does_can": "does it",
    "wild_fact": "A {wild} is a shy animal, and you do not see it every day.; In the morning you "
    "can hear "
    "the birds sing.; In the sea there are {sea_animal.s} and {sea_animal.s}.; Every animal has "
    "its own way "
    "to live.",
    "number_tens": "ten; fifteen; twenty; thirty; forty",
    "number_small": "three; four; five",
    "grow_month": "March; April; May; spring",
    "road_end": "square; church; park; market; school; bridge",
    "surface_bare": "table; shelf; desk; window sill; chair by the door",
    "body_i": "My {limb}",
    "limb": "knee; foot; back; leg; head; ear; tooth; arm; shoulder; stomach",
    "first_name": "Anna; Tom; Lucy; Peter; Mary; David; Emma; Paul; Julia; Martin; Sarah; Leo; "
    "Rosa; Henry",
    "it_is_weather": "it is warm and sunny; it rains a lot; it is cold but beautiful; the sun "
    "shines all day; "
    "it snows almost every night; the weather is lovely",
    "sound_ing": "the rain; the wind; an old song; the clock on the wall; the cars in the "
    "street; the sea",
    "tale_person": "king; queen; princess; farmer; fisherman; shoemaker; woodcutter; shepherd; "
    "miller; "
    "tailor; knight; soldier; witch; woman; man; girl; boy; girl; boy",
    "tale_home": "small hut by the sea; castle on a hill; house in the forest; cottage under an "
    "old tree; "
    "village between two mountains; tower without a door; palace with a hundred windows; mill by "
    "a river",
    "tale_animal": "fox; rabbit; frog; bird; bear; mouse; cat; wolf; hedgehog; owl; donkey; "
    "goat; squirrel; "
    "turtle; duck; hare; crow; deer; goose; snail; lion",
    "tale_monster": "dragon; giant; troll; wicked witch; ghost; wolf",
    "tale_royal": "princess; prince; bird; queen; young king",
    "tale_poor": "shepherd; fisherman; shoemaker; woman; tailor; farmer; gardener",
    "animal_tale": "little animal; clever animal",
    "simple_thing": "song; flower; stone from the river; piece of bread; little bird; story; "
    "drop of water",
    "wild_tale": "bear; fox; crow; wise old owl; donkey",
    "wish_gift": "three wishes; a magic {treasure}; a golden key; my oldest secret; a seed that "
    "grows in "
    "one night",
    "next_time": "The next day; The next morning; The day after that; A week later; On the "
    "following {weekday}; "
    "The next {weekday}; A few days later; The following weekend",
    "then_small": "then; later; after that; in the evening; a little later",
    "warm_pair": "boots; gloves; socks; woollen socks; winter boots",
    "next_small": "the next day; the next morning; a week later; the next {weekday}",
    "cooking_ing": "peeling {vegetable.s}; making {plain_meal}; baking a {cake_kind} cake; "
    "cutting bread; "
    "washing the dishes; stirring the soup; frying {vegetable.s}",
    "child_one": "girl; boy",
    "vehicle_pub": "bus; train; tram; car; boat",
    "reason_i": "I worked all day; I did not sleep well; it is {weekday}; my {relative} is coming; "
    "the holidays begin tomorrow; it has been raining for days; there is so much to do; I "
    "forgot to eat",
    "bottle": "bottle; glass; jug",
    "reason_sad": "{p} {pet} was ill; it was raining again; nobody had time; {p} best friend had "
    "moved away; "
    "the holidays were over; {p} favourite cup was broken; there was no letter; {p} team had lost",
    "reason_happy": "{p} {relative} was coming to visit; the sun was shining; it was {p} birthday; "
    "the work was done; {p} {pet} was well again; the holidays had begun; {p} team had won; "
    "there was {cake_kind} cake for tea; everything had gone well",
    "find": "an old photograph; a {thing_adj} {gift}; {number} coins; a letter from {country}; "
    "a small {colour} stone; a dried {flower}; {number} {fruit.s}; a map of the {nature}",
    "lights": "lights; windows; shops; old houses; gardens; people",
    "child": "little girl; boy; child; hungry {farm_animal}",
    "excuse": "{s2} was not at home; {bad_weather}; there was no time; it was too late; "
    "the {pet} wanted to play; {s} {was} too tired; the shop was closed",
    "object": "{gift}; {building}; {flower}; {far_animal}; {vehicle}; {nature}",
    "do_bare": "carry the {furniture}; find the {thing}; repair the {vehicle_own}; cook dinner; "
    "clean the {room}; paint the {home_part}; pick the {fruit.s}; learn the new words",
    "vehicle_own": "car; bicycle; boat; van; motorbike",
    "we2": "the two of them",
    "cup": "cup; glass; mug; small bowl",
    "text_short": "poem; letter; shopping list; short note; postcard",
    "do_go": "go home; get up; have dinner; go to bed; leave; do something else; feed the {pet}",
    "home_open": "door; window; curtains; gate; box",
    "done_thing": "finished the work; washed the dishes; cleaned the {room}; read the {text}; "
    "fed the {pet}; "
    "written a letter; watered the flowers; finished lunch; called {p} {relative}; packed "
    "everything",
    "day_adj": "beautiful; cold; long; lovely; grey; sunny; quiet; hot; strange; wonderful; "
    "rainy; busy",
    "sky_thing": "stars; moon; clouds; sky; sunset; rainbow",
    "dream_do": "talk; fly; dance; sing; play the {instrument}; cook",
    "machine_loud": "radio; television; wind; music; washing machine",
    "relative_my": "neighbour; {job}; boss; old teacher; boy next door",
    "weather_turn": "Outside it began to rain, but nobody noticed.; Then the sun came out again.; "
    "The wind had stopped, and the air was warm.; Outside it was already getting dark.; "
    "A {bird} sang in the {tree}, and everything was peaceful.",
    "farm_fact": "People grow {vegetable.s} and {fruit.s}; You can buy fresh {fruit.s}; "
    "You can hear {sound}; There are {bird.s} and {small_animal.s}; You will find {flower.s} and "
    "{berry.s}",
    "every_where": "near the {nature}; in every {town}; in {month}; behind the {building}; all "
    "over {country}",
    "in_time": "in {city} in the {part}; an hour later; before dark; at {clock}",
    "place_adj_room": "small; cold; bright; clean; dark; warm; {colour}; very tidy; full of "
    "books; empty",
    "pet_does": "sleep on the {furniture}; sit in the {household_in}; look out of the window; "
    "steal the cheese; "
    "chase flies; drink out of the {cup}; lie in the sun",
    "household_in": "basket; box; sink; wardrobe",
    "yard": "garden; park; yard; street; playground; hall",
    "road_adj": "narrow; steep; dusty; full of stones; very beautiful",
    "material_hard": "stone; wood; brick; clay; glass and iron",
    "weather_will": "rain; snow; be cold; be windy; be warm; rain all day; be foggy; get colder",
    "weather_nice": "be warm; be sunny; stop raining; snow; be a fine day",
    "weather_does": "rains; snows; is windy; is foggy; is very hot; gets cold",
    "leaf_colour": "red; yellow; brown; golden; orange and red",
    "season_in": "In {season} we {do outside}, and in {season} we {do home}.; "
    "In spring the {flower.s} come out, and the swallows come back.; "
    "In summer it is so hot that everybody wants to {do beach}.; "
    "In autumn people {do forest} and make jam from {berry.s}.; "
    "In winter the {water_fall} is frozen, and the children {do winter}.",
    "statue": "king; poet; horse; lion; queen; sailor; girl with a {bird}; soldier",
    "duck_bird": "ducks; geese; swans; pigeons",
    "roof": "roof; fence; wall; chimney; gate",
    "gift_is": "The {gift} is {thing_adj}, but the {gift} is {thing_adj} too.; "
    "The {dish.s} are in the cupboard, and the {household.s} are in the {room}.; "
    "The {tool} is in the garage, next to the {vehicle_own}.",
    "garden_thing": "garden; good soup; friendship; tree; book; new language",
    "does_her": "bakes bread; goes for long walks; works in the garden; sings in the kitchen; "
    "plays the "
    "{instrument}; reads the newspaper; tells funny stories; cooks {plain_meal}; paints pictures",
    "favourite": "{room} is the kitchen; meal is {plain_meal}; {text} is about a {far_animal}; "
    "month is {month}; day is {weekday}; drink is {hot_drink}; {sport} player comes from "
    "{country}; "
    "animal is the {far_animal}; place is the {nature}; {toy} is {colour}",
    "do_eat": "have; eat; make",
    "road_to": "first {road} on the left; road to the {nature}; path along the river; bus to the "
    "{place}",
    "event_nice": "birthday; holiday; weekend; evening; journey; summer",
    "lane": "street; road; path; lane",
    "walk_in": "forest; hills; mountains; park; fields; snow; woods; countryside; meadows",
    "landmark": "lake; river; bridge; forest; old mill; church; sea; castle; station",
    "old_house": "house; castle; tower; farm; cottage; mill",
    "container_cold": "a glass of {cold_drink}; a bottle of water; some cold {cold_drink}",
    "toy_live": "doll; teddy bear; robot; wooden horse; tin soldier; toy rabbit",
    "clock_hour": "twelve; one; three; four",
    "duck_one": "duck; swan; goose; frog",
    # What people do, by situation; verbs between <> take the form that is asked for.
    "do_friends": "<visit> an old friend; <play> {sport} with the neighbours; <tell> a funny "
    "story; "
    "<share> a bag of {fruit.s}; <write> to a friend in {country}; <invite> the neighbours for "
    "dinner; "
    "<talk> about the {event}; <help> a friend with the {machine}; <learn> a few words of "
    "{language}; "
    "<borrow> a {tool} from the neighbours; <laugh> about an old joke; <look> after the "
    "neighbour's {pet}; "
    "<bring> {treat.s} for everybody; <say> hello to the {job}; <dance> in the {room}; <plan> a "
    "{event}; "
    "<give> a {flower} to {p} {relative}; <explain> the rules of the game; <take> a picture of "
    "the {pet}",
    "do_small": "<turn> on the light; <count> the coins; <fill> the bottle with water; <draw> a "
    "{far_animal}; "
    "<fix> the {home_fix}; <teach> the {pet} a new trick; <carry> the {furniture} into the {room}; "
    "<hang> a picture on the wall; <open> a letter from {country}; <make> a {gift_made} out of "
    "{soft_material}; "
    "<wrap> the {gift} in {colour} paper; <cover> the {furniture} with a blanket; <clean> the "
    "windows; "
    "<learn> a poem by heart; <climb> up the ladder; <build> a {toy}; <wear> a {colour} {clothes}; "
    "<pick> some {flower.s}; <burn> the old papers; <sell> the old {vehicle_own}; <think> about "
    "the {event}; "
    "<count> the {bird.s} on the roof; <try> a new recipe; <drink> {drink}; <eat> a {fruit}; "
    "<put> the {fruit.s} into a basket; <knit> a pair of {wool_pair}; <sew> on a button; <wash> "
    "the car",
    "do_morning": "<get> up at {clock}; <wash> {p} face; <brush> {p} teeth; <make> the bed; "
    "<have> {breakfast} for breakfast; <drink> {drink}; <open> the curtains; <feed> the {pet}; "
    "<get> dressed; <look> out of the window; <pack> {p} bag; <listen> to the radio; <comb> {p} "
    "hair; "
    "<take> a shower; <put> on warm {pair.s}; <say> good morning to everybody; <stretch> {p} arms",
    "do_home": "<clean> the {room}; <sit> on the sofa; <watch> [a film|television]; <read> a "
    "{text}; "
    "<tidy> {p} room; <drink> {drink}; <call> {p} friend; <write> a letter; <paint> the "
    "{home_part}; "
    "<play> {sport} with {p} {relative}; <listen> to music; <wash> the {dish.s}; <water> the "
    "plants; "
    "<light> the fire; <close> the window; <bake> a {cake_kind} cake; "
    "<fold> the clothes; <take> a nap; <put> the {thing} on {surface}; <open> the door; "
    "<move> the {furniture}; <repair> the {machine}; <look> at old photographs; <take> out the "
    "rubbish",
    "do_kitchen": "<peel> the {vegetable.s}; <cut> the {vegetable.s}; <wash> the {fruit.s}; "
    "<make> a pot of tea; <stir> the soup; <boil> some water; <set> the table; <bake> bread; "
    "<fry> some {vegetable.s}; <make> {plain_meal}; <warm> up the milk; <slice> the bread; "
    "<put> the {dish.s} on the table; <taste> the sauce; <wash> up; <add> some salt; "
    "<make> a salad; <put> the cake in the oven; <squeeze> a lemon; <dry> the dishes",
    "do_garden": "<water> the flowers; <plant> some {flower.s}; <cut> the grass; <pick> {number} "
    "{fruit.s}; "
    "<pull> out the weeds; <dig> a hole for the {tree}; <rest> under the {tree}; <feed> the birds; "
    "<sweep> the path; <paint> the fence; <pick> the ripe {vegetable.s}; <hang> the washing out; "
    "<plant> {number} rows of {vegetable.s}; <watch> the bees; <collect> the fallen leaves; "
    "<sit> in the shade; <find> a {small_animal} under a leaf",
    "do_school": "<write> a story about a {wild}; <read> a poem; <learn> a new song; <draw> a map; "
    "<sit> next to {p} best friend; <answer> a difficult question; <listen> to the teacher; "
    "<play> {sport} in the playground; <sharpen> a pencil; <finish> the exercise; "
    "<paint> a picture of a {building}; <count> to a hundred; <eat> lunch in the dining hall; "
    "<lend> a {school_thing} to a friend; <learn> about the {sky.s}; <sing> in the choir; "
    "<show> the class an old coin; <hand> in the homework; <spell> a long word",
    "do_work": "<answer> the phone; <write> a long report; <talk> to a customer; <have> a short "
    "meeting; "
    "<drink> a coffee with a colleague; <repair> the {machine}; <send> {number} letters; "
    "<help> a new colleague; <finish> the work early; <plan> the next week; <tidy> the desk; "
    "<make> a phone call; <have> lunch in the canteen; <open> the office; <check> the list twice",
    "do_shopping": "<buy> {shopping}; <look> at the {gift.s} in the window; <try> on a {colour} "
    "{clothes}; "
    "<pay> for everything; <ask> the shopkeeper for help; <compare> the prices; <wait> in the "
    "queue; "
    "<choose> a {gift} for {p} {relative}; <carry> the heavy bags; <count> the change; "
    "<buy> a pair of {pair.s}; <taste> a piece of cheese; <write> a shopping list; <meet> a "
    "neighbour",
    "do_beach": "<swim> in the sea; <build> a sandcastle; <collect> shells; <eat> ice cream; "
    "<lie> in the sun; <run> along the water; <jump> over the waves; <look> for crabs; "
    "<walk> along the beach; <watch> the boats; <play> with a ball; <sleep> under the umbrella; "
    "<fly> a kite; <dig> a deep hole; <dry> {r} with a towel",
    "do_forest": "<walk> along a narrow path; <pick> {berry.s}; <see> a {wild}; <climb> a tree; "
    "<listen> to the birds; <look> for mushrooms; <follow> the stream; <rest> on a fallen tree; "
    "<build> a hut out of branches; <find> a {colour} feather; <cross> a small bridge; "
    "<hear> an owl; <collect> leaves; <take> photographs of the trees; <whistle> a song",
    "do_town": "<visit> the museum; <walk> through the old streets; <sit> in a café; <meet> an "
    "old friend; "
    "<take> the bus to the centre; <look> at the shop windows; <feed> the pigeons in the square; "
    "<borrow> {number} books from the library; <post> a letter; <cross> the bridge; "
    "<listen> to a street musician; <buy> a newspaper; <eat> an ice cream by the fountain; "
    "<ask> the way to the station; <climb> the tower; <drink> {drink} in the square",
    "do_travel": "<pack> {p} suitcase; <buy> a ticket; <take> the train to {city}; <wait> on the "
    "platform; "
    "<find> a seat by the window; <look> out at the fields; <read> a {text}; <eat> a sandwich; "
    "<talk> to a friendly stranger; <fall> asleep; <change> trains; <show> the ticket; "
    "<send> a postcard home; <arrive> at the hotel; <look> at the map; <cross> the border",
    "do_farm": "<feed> the {farm_animal.s}; <milk> the cows; <collect> the eggs; <ride> on the "
    "tractor; "
    "<brush> the horse; <open> the gate; <pick> the apples; <carry> hay to the barn; "
    "<repair> the fence; <count> the sheep; <bring> fresh water; <drive> to the market",
    "do_winter": "<build> a snowman; <throw> snowballs; <skate> on the frozen lake; <drink> hot "
    "chocolate; "
    "<clear> the snow from the path; <put> on warm {pair.s}; <go> down the hill on a sledge; "
    "<light> a fire; <feed> the birds; <watch> the snow fall; <warm> {p} hands by the stove",
    "do_evening": "<cook> dinner; <have> {plain_meal} for dinner; <wash> the dishes; <read> a "
    "{text}; "
    "<watch> a film; <take> a hot bath; <listen> to music; <look> at the stars; <close> the "
    "curtains; "
    "<turn> off the lights; <write> in {p} diary; <play> cards; <tell> a story; "
    "<lock> the door; <talk> about the day; <phone> {p} {relative}; <brush> {p} teeth",
    "do_party": "<blow> up the balloons; <sing> a birthday song; <dance> to loud music; <cut> "
    "the cake; "
    "<open> the presents; <play> games; <meet> old friends; <eat> too much cake; <tell> jokes; "
    "<light> the candles; <take> a lot of pictures; <thank> everybody for coming; <hang> up "
    "lanterns",
    "do_music": "<play> the {instrument}; <sing> an old song; <practise> for an hour; <tune> the "
    "guitar; "
    "<learn> a new melody; <dance> around the room; <clap> {p} hands; <listen> to a concert; "
    "<write> a short song; <beat> the drum; <hum> a tune; <turn> the page",
    "do_sport": "<run> around the park; <play> {sport}; <score> a goal; <win> the game; <swim> "
    "{number} lengths; <ride> {p} bicycle; <throw> the ball; <catch> the ball; <train> with the "
    "team; "
    "<play> against a strong team; <drink> a bottle of water; <cheer> for the team; <rest> for a "
    "moment",
    "do_picnic": "<pack> a basket with {food_adj} bread and cheese; <spread> a blanket on the "
    "grass; "
    "<eat> {fruit.s} and {treat.s}; <drink> cold lemonade; <lie> in the grass; <play> with a ball; "
    "<watch> the clouds; <pour> the juice; <feed> the ducks; <share> the last {treat}; "
    "<fly> a kite; <tell> stories",
    "do_ill": "<stay> in bed; <drink> hot tea with honey; <take> {p} medicine; <sleep> all {part}; "
    "<eat> a little soup; <call> the doctor; <cough> all night; <read> a comic; <feel> very weak; "
    "<blow> {p} nose; <listen> to the rain; <take> {p} temperature",
}
# Some situations belong together.
for _whole, _topics in {
    "do_any": ("home", "kitchen", "garden", "town", "evening", "shopping", "friends", "small"),
    "do_outside": ("beach", "forest", "picnic", "sport"),
    "do_home_me": ("home", "garden", "evening"),
}.items():
    PHRASES[_whole] = "; ".join(PHRASES[f"do_{topic}"] for topic in _topics)

# Main characters: "first mention > later mention". A name needs only one form.
_PEOPLE = {
    "he kid": "Tom, Ben, Sam, Peter, Jack, Max, Leo, Omar, Tim, Oliver, my little brother > my "
    "brother, "
    "my brother, a little boy > the boy, a boy called Nick > Nick, my cousin Noah > Noah, the boy, "
    "my best friend Luke > Luke, a small boy > the boy",
    "she kid": "Anna, Emma, Lucy, Lily, Alice, Nina, Mia, Julia, Rosa, Zoe, my little sister > "
    "my sister, "
    "my sister, a little girl > the girl, a girl called Ella > Ella, my cousin Clara > Clara, "
    "the girl, "
    "my best friend Amy > Amy, a young girl > the girl",
    "they kid": "the children, Tom and Lucy > the children, the twins, two boys > the boys, the "
    "boys, "
    "the girls, my cousins, Ben and Nina, the pupils, my brothers, Emma and her friends > the "
    "girls",
    "he adult": "my father, my grandfather, my uncle, Dad, Grandpa, our neighbour, an old man > "
    "the old man, "
    "a young man > the young man, Mr Brown, Mr Green, David, Paul, George, Henry, Simon, my "
    "husband, "
    "my friend Martin > Martin, the old farmer > the farmer, my uncle Fred > Uncle Fred, the man",
    "she adult": "my mother, my grandmother, my aunt, Mum, Grandma, our neighbour, an old woman "
    "> the old "
    "woman, a young woman > the young woman, Mrs Brown, Mrs Hill, Mary, Sarah, Helen, Kate, Maria, "
    "my friend Laura > Laura, my wife, Miss Lee, my aunt Rose > Aunt Rose, the woman",
    "they adult": "my parents, our neighbours, my grandparents, Paul and Mary, my friends, two "
    "friends > "
    "the two friends, Sarah and David, my uncle and aunt, an old couple > the old couple",
}
PEOPLE = {k: v.split(", ") for k, v in _PEOPLE.items()}

# Second characters, seen from the main one.
_COMPANIONS = {
    "he any": "{p} friend Peter > Peter, {p} brother, {p} neighbour Mr Wood > Mr Wood, {p} "
    "cousin Jim > Jim, "
    "{p} friend Adam > Adam, {p} old friend Martin > Martin, {p} brother",
    "she any": "{p} friend Susan > Susan, {p} sister, {p} neighbour Mrs Bell > Mrs Bell, "
    "{p} cousin Laura > Laura, {p} friend Eva > Eva, {p} old friend Ruth > Ruth, {p} sister",
    "he kid": "{p} father, {p} grandfather, {p} brother, {p} friend Oscar > Oscar, {p} uncle, "
    "{p} friend Tim > Tim, {p} dad, {p} big brother > {p} brother",
    "she kid": "{p} mother, {p} grandmother, {p} sister, {p} friend Mia > Mia, {p} aunt, "
    "{p} friend Grace > Grace, {p} mum, {p} big sister > {p} sister",
}
COMPANIONS = {k: v.split(", ") for k, v in _COMPANIONS.items()}

# Verbs that agree in more than the -s.
_WAS = {"I": "was", "he": "was", "she": "was", "you": "were", "we": "were", "they": "were"}
_IS = {"I": "am", "he": "is", "she": "is", "you": "are", "we": "are", "they": "are"}
_HAS = {"I": "have", "he": "has", "she": "has", "you": "have", "we": "have", "they": "have"}
_DO = {"I": "do", "he": "does", "she": "does", "you": "do", "we": "do", "they": "do"}
AGREEMENT = {
    "was": _WAS,
    "is": _IS,
    "has": _HAS,
    "do": _DO,
    "wasnt": {k: v + "n't" for k, v in _WAS.items()},
    "isnt": {k: v + "n't" for k, v in _IS.items()} | {"I": "am not"},
    "dont": {k: v + "n't" for k, v in _DO.items()},
}

# How people say it when they speak; only before another word ("Yes, it is." stays).
CONTRACTIONS = [
    (r"(?<!what )(?<!where )(?<!how )([Ii])t is", r"\1t's"),
    (r"([Dd])o not", r"\1on't"),
    (r"([Dd])oes not", r"\1oesn't"),
    (r"([Dd])id not", r"\1idn't"),
    (r"([Cc])annot", r"\1an't"),
    (r"([Cc])ould not", r"\1ouldn't"),
    (r"([Ww])as not", r"\1asn't"),
    (r"([Ll])et us", r"\1et's"),
    (r"(?<!and )I am", "I'm"),
    (r"(?<!and )I will", "I'll"),
    (r"(?<!and )I have(?= been| never| not| made| just| lost)", "I've"),
    (r"([Ww])e will", r"\1e'll"),
    (r"([Ww])e are", r"\1e're"),
    (r"([Yy])ou are", r"\1ou're"),
    (r"([Tt])hat is", r"\1hat's"),
]

# Base, past, and the -ing form where it is not simply made.
IRREGULAR_VERBS = [
    (v.split()[0], v.split()[1], "")
    for v in "have had;drink drank;feed fed;say said;read read;sit sat;write wrote;draw drew;"
    "learn learned;forget forgot;eat ate;lend lent;sing sang;show showed;hang hung;dig dug;"
    "buy bought;pay paid;choose chose;meet met;build built;fly flew;see saw;hear heard;find found;"
    "lose lost;fall fell;send sent;ride rode;bring brought;drive drove;throw threw;go went;"
    "tell told;blow blew;beat beat;win won;run ran;catch caught;spread spread;sleep slept;feel "
    "felt;"
    "swim swam;get got;make made;take took;put put;cut cut;set set;stand stood;sweep swept;leave "
    "left;"
    "think thought;know knew;grow grew;give gave;wear wore;come came;keep kept;begin began;"
    "speak spoke;sell sold;understand understood;wake woke;strike struck;shake shook;sew "
    "sewed;do did;spend spent;hold held;teach taught;"
    "light lit;let let;forgive forgave;burn burned".split(";")
] + [("lie", "lay", "lying"), ("be", "was", "being"), ("see", "saw", "seeing")]

# Verbs that double their last letter.
DOUBLING = set(
    "stop plan hug clap hum chop stir forget sit get run swim cut put set dig win shop travel "
    "beg let "
    "begin drop step grab hop knit wrap plan".split()
)
IRREGULAR_PLURALS = {
    "mouse": "mice", "goose": "geese", "sheep": "sheep", "deer": "deer", "fish": "fish",
    "tooth": "teeth", "foot": "feet", "knife": "knives", "shelf": "shelves", "loaf": "loaves",
    "scarf": "scarves",
    "wolf": "wolves", "leaf": "leaves", "potato": "potatoes", "tomato": "tomatoes",
    "hero": "heroes", "mango": "mangoes", "child": "children", "man": "men", "woman": "women",
    "stairs": "stairs", "drums": "drums", "octopus": "octopuses", "elf": "elves",
}  # fmt: skip
