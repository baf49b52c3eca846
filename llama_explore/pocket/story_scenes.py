"""Scenes for `english`: what can happen, one small text at a time.

``# title @cast +topic`` opens a scene; the cast is any, one (he or she), kid, adult,
I, we or you, and a scene with topics is copied once for each (TOPIC stands for it).
``-`` begins a beat, ``|`` is another way to say it, ``?`` a beat told half the time,
and a number means that so many of the ways are told, in any order.
"""

PAST = """
# a cake for somebody @any
- {this_day} {s} wanted to bake a {cake_kind} cake for {s2}.
| It was {p2} birthday, so {s} decided to bake a {cake_kind} cake.
| {this_day} {both} baked a {cake_kind} cake together.
| {s} had never baked a cake before, but {this_day} {s} tried.
- First {s} [took|got] flour, sugar, butter and eggs out of the cupboard.
| {s} mixed butter, sugar and eggs in a big bowl.
| There was no [sugar|butter|flour] in the house, so {s} borrowed some from a neighbour.
- Then {s} added {number} {fruit.s} and a little milk.
| {s} stirred the mixture slowly and put it in the oven.
| While the cake was in the oven, {s} washed the dishes.
- Soon the whole [house|kitchen] smelled of {cake_kind} cake.
| After half an hour, the cake was golden brown.
| {s} forgot the time, and the cake got a little too dark.
- When {s2} came in, {s2} could not believe {p2} eyes.
| "That smells wonderful," said {n2}.
| {s2} took a big piece and smiled.
| "May I have another piece?" asked {n2}.
- In the end there was not a single piece left.
| It was the best cake {we} had ever eaten.
| {we} ate it with a cup of tea and talked until it got dark.
| The next day {s} wrote the recipe in a little book.

# a lost thing @one
- {this_day} {s} could not find {p} {thing:lost}.
| When {s} came home, {p} {thing:lost} was gone.
| {s} had lost {p} {thing:lost} again.
| "Have you seen my {thing:lost}?" {s} asked.
- {s} looked on {surface} and {hiding}, but it was not there.
| {s} looked everywhere: in the {room}, in the {room} and even in the garden.
| First {s} searched the {room}, and then the {room}.
| {s} opened every drawer and looked under every cushion.
- "When did you last see it?" asked {n2}.
| {s2} helped {o} to look for it.
| {s} tried to remember where {s} had been in the morning.
| {s} was already late and became more and more nervous.
- At last {s} found the {thing:lost} {hiding}.
| Then {s2} started to laugh, because the {thing:lost} was {hiding}.
| In the end it was {hiding}, where the {pet} was sleeping.
- {s} {was} so {good_mood} that {s} danced around the room.
| From then on, {s} always put it in the same place.
| "I should be more careful," {s} said.
| {s} laughed, put it into {p} pocket and left the house.

# the dog runs away @any
- The dog ran to the [gate|door|park|river|end of the garden] and [barked loudly|waited for {o}|would not come back].
| {p} dog {pet_name:d} loved to run in the {nature}.
| {this_day} {p} dog ran away.
| When {s} opened the gate, the dog ran out into the street.
| {back_then} {s} took the dog for a walk in the {outdoors_bare}.
- It had seen a {small_wild} and ran after it.
| A {small_wild} ran across the path, and the dog followed it.
| {s} called its name, but the dog did not listen.
- {s} looked for it behind every [tree|house|bush], but it was nowhere to be seen.
| {s} asked everybody in the street, but nobody had seen a dog.
| {s} followed it as fast as {s} could.
- {then} {s} heard it barking near the {nature}.
| {then} {s} saw a brown tail behind the bushes.
| {then} a friendly {job} brought it back.
- The dog was wet and dirty, but very happy.
| It wagged its tail and licked {p} hand.
| It jumped up and wanted to play again.
- {s} gave it some water and took it home.
| At home it ate its dinner and fell asleep in front of the fire.
| Since that day the dog has worn a {colour} collar with its name.

# rain @any
- It was raining, so {s} [stayed at home|took an umbrella|put on {p} boots|waited under a tree].
| When the rain started, {s} {was} [in the park|on the way home|in the garden|at the bus stop].
| {this_day} it rained {how_long}.
| Dark clouds came over the {nature}, and it began to rain.
| It rained so hard that nobody wanted to go outside.
- {s} stood at the window and watched the drops run down the glass.
| {s} had no umbrella and got wet to the skin.
| The streets were soon full of water, and the {bird.s} were silent.
| {s} ran home as fast as possible.
- {s} made a pot of tea and took a {text} from the shelf.
| {s} changed into dry clothes and {did home}.
| {s} {did home} and {did home}.
| "What shall we do now?" asked {n2}.
- {then} the rain stopped and the sun came out again.
| When the rain stopped, there was a rainbow over the {nature}.
| By the evening the sky was clear and the air smelled of wet grass.
- {s} went outside and jumped over the puddles.
| {s} opened the window and took a deep breath.
| The garden looked greener than ever.
| "Tomorrow will be a sunny day," said {n2}.

# a day at the beach @any
- {back_then} {both} went to the beach.
| Last summer {s} spent {number} days by the sea.
| {s} got up early because it was the day of the trip to the sea.
| We all know that the sea is cold in {month}, but {s} wanted to swim.
- The water was [cold|warm|clear|as blue as the sky], but the sand was [hot|soft|warm].
| The beach was [almost empty|full of people|wide and white].
| The sun was shining, and there was a little wind.
- {s} {did beach}, and {s2} {did beach}.
| First {s} {did beach}, and then {s} {did beach}.
| {s} {did beach} {how_long}.
- A {sea_animal} looked out of the water for a moment.
| A seagull stole a piece of bread and flew away.
| A big wave came and took one of {p} {pair.s}.
| Suddenly {s} saw a {sea_animal} in the water.
- At noon {we} ate {treat.s} and drank cold lemonade.
| {then} {we} had fish and chips at a small restaurant.
- When the sun went down, the sky turned red and orange.
| In the evening {we} were tired, but happy.
| {we} came home with sand in {our} shoes and a bag full of shells.
- "Can we come back tomorrow?" asked {n2}.
| {s} slept very well that night.
| {s} still {has} a shell from that day.

# learning to ride or swim @kid
- {s} wanted to learn how to [swim|ride a bicycle|skate|play the {instrument}|cook].
| For a long time {s} {was} afraid of [the water|the dark|big dogs|falling].
| {this_day} {s2} taught {o} how to [swim|ride a bicycle|skate|row a boat].
- "It is not difficult," said {n2}. "Just try again."
| At first it was very hard, and {s} wanted to give up.
| {s} fell down {number} times and hurt {p} knee.
| "I cannot do it," {s} said sadly.
- But {s} did not give up and practised every day.
| {s2} held {p} hand and helped {o}.
| {s} took a deep breath and tried once more.
- Then, all at once, it worked.
| After {number} days, {s} could do it without any help.
| Slowly {s} got better and better.
- "Look at me!" {s} shouted.
| {s} {was} so proud that {s} told everybody at school.
| Everybody clapped, and {s} smiled from ear to ear.
- Now {s} <want> to do it every day.
| Practice makes perfect, as {s2} always says.
| That night {s} dreamed about it.

# a new friend at school @kid
- On the first day of school {s} {was} very nervous.
| There was a new [boy|girl] in {p} class.
| {s} did not know anybody at the new school.
| {this_day} a new teacher came into the classroom.
- {s} sat down in the [first|last] row and said nothing.
| At the break {s} stood alone by the window.
| The teacher told the class to open their books.
- Then {s2} asked, "Would you like to play with us?"
| Then somebody offered {o} half of a sandwich.
| "Do you like {sport}?" asked a friendly voice.
| "You can sit next to me," said {n2}.
- After that {s} {did school}.
| {we} {did school} and {did school}.
| {we} found out that {we} both liked {subject}.
- From that day on {we} walked to school together.
| Now {we} are best friends.
| When {s} came home, {s} told {p} parents all about it.
| School was not so bad after all.

# the train is late @any
- The train was late, so {s} [had to wait|bought a newspaper|drank a coffee|sat down on a bench].
| {back_then} {s} took the train to {city}.
| {s} ran to the station, but the train had already left.
| {s} missed the bus because {s} had slept too long.
- It was cold on the platform, and the wind blew through the station.
| There were many people on the platform, and everybody looked at the clock.
| A voice said that the next train would come in {number} minutes.
- {s} {did travel} and {did travel}.
| An old woman with a {colour} hat told {o} about her grandchildren.
| A man was selling hot chestnuts, so {s} bought a bag.
| {s} called {s2} and said, "I will be late."
- When the train finally came, {s} found a seat by the window.
| At last the train arrived, and everybody got on.
- The train went past fields, villages and a wide river.
| {s} looked out of the window and saw {sight}.
- {s2} was waiting at the station with {gift:w.s}.
| {s} arrived an hour later than planned, but nobody was angry.
| When {s} arrived, it was already dark.

# she opened the door @one
- {s} opened the door and [saw|found] [a small box|a {pet}|an old friend|a letter|a basket of {fruit.s}] on the step.
| {s} opened the door and walked into the {room}.
| There was a knock at the door, and {s} went to open it.
| Somebody was knocking at the door, but {s} did not want to open it.
| {s} heard {sound} and looked out of the window.
- Outside stood {s2} with a {gift} under one arm.
| Nobody was there, only a {colour} box with {p} name on it.
| The house was quiet, and only the clock was ticking.
| It was dark outside, and {s} could not see much.
- "Who is there?" {s} asked.
| "What a surprise!" said {s}.
| "Come in," {s} said. "It is cold outside."
| {s} {was} a little afraid, but {s} was also curious.
- {then} {s} turned on the light and looked around.
| {s} took it into the {room} and put it on {surface}.
| {then} {s} made tea and put some {treat.s} on a plate.
- It was only {sight_small}.
| Inside was a {thing_adj} {gift} from {p} {relative}.
| {we} sat at the table and talked {how_long}.
- {s} smiled and closed the door.
| {s} laughed and shook {p} head.
| What a strange {part} it was!

# a letter @any
- {this_day} the postman brought a letter for {o}.
| A letter came from {p} {relative} in {country}.
| {s} found an old letter {hiding}.
- {s} sat down at the table and opened it carefully.
| It was written in blue ink on thin paper.
| The writing was so small that {s} needed {p} glasses.
- "I hope you are well," it said. "The weather here is lovely."
| "Please come and visit me in {season}," it said.
| It told of a small {building} near the {nature} and of a garden full of {flower.s}.
- {s} read the letter twice and then put it in a drawer.
| {s} {was} so {good_mood} that {s} read it to {s2}.
- That evening {s} wrote a long answer.
| {s} wrote back the same day and put a dried flower in the envelope.
| Two weeks later {s} packed {p} suitcase and took the train.

# the baby @any
- The baby started to cry [in the middle of the night|as soon as it was dark|when the music stopped].
| The baby was sleeping in its little bed when the phone rang.
| My aunt had a baby last {season}.
- {s} picked it up and sang an old song.
| {s} walked up and down the room with the baby.
| {s} gave it some warm milk.
- It looked at {o} with its big {eye_colour} eyes.
| It held {p} finger and would not let go.
| After {number} minutes it stopped crying.
- Then it laughed for the first time.
| Soon it was asleep again, and the house was quiet.
- {s} put it back to bed and closed the door softly.
| {s} {was} tired, but {s} could not stop smiling.
| "What a sweet baby," said {n2}.

# a walk in the forest @any
- {back_then} {s} went for a walk in the forest.
| {both} went into the forest to pick {berry:b.s}.
| The forest was quiet, and {s} could hear only the wind in the trees.
- {weather_in_wood}
| The leaves were {colour} and {colour}, and the ground was soft.
| The path went up a hill and then down to a small {water_in_wood}.
- {s} {did forest} and {did forest}.
| After a while {s} {did forest}.
- Suddenly {s} heard {sound_wild}.
| Then {s} saw a {wild:w} between the trees.
| Behind a big {tree}, {s} found {find_wood}.
- {s} stood still and did not make a sound.
| "Be quiet," whispered {n2}, "or you will frighten it away."
| {s} wanted to take a picture, but it was already gone.
- When it got dark, {s} followed the path back to the {building_home}.
| On the way home {s} talked about nothing else.
| {s} came home with wet boots and a basket full of {berry:b.s}.

# shopping @any
- {back_then} {s} went to the [market|supermarket|shop|bakery] to buy {shopping}.
| There was nothing in the fridge, so {s} went shopping.
| {s} needed {shopping}, {shopping} and {shopping}.
| At the market {s} bought {shopping} and {shopping}.
- The shop was full of people, and {s} had to wait.
| The market was loud and colourful, and everything smelled of {smell}.
| "Good morning," said the woman behind the counter. "What would you like?"
- "The {fruit:x.s} are very good today," said the man. "Would you like to try one?"
| {s} chose {number} ripe {fruit:x.s} and put them in the basket.
| {s} {did shopping} and {did shopping}.
- {s} wanted to pay, but {p} purse was at home on the kitchen table.
| The bags were so heavy that {s} had to stop {number} times on the way home.
| On the way out {s} met {s2}.
- "You can pay tomorrow," said the shopkeeper kindly.
| {s2} helped {o} to carry the bags.
| At home {s} put everything in the fridge.
- {at_last} {s} made {plain_meal}.
| Then {s} noticed that {s} had forgotten the {stuff}.
| For dinner there was {plain_meal}.

# ill in bed @one
- {this_day} {s} woke up with a {illness:i}.
| {s} did not feel well, so {s} stayed in bed.
| {s} could not go to [school|work] because {s} had a {illness:i}.
- {s2} brought {o} a cup of tea with honey.
| {s2} put a hand on {p} forehead and called the doctor.
| {p} nose was red, and {p} throat hurt.
- "You should stay in bed for {number} days," said the doctor.
| The doctor gave {o} some medicine and told {o} to rest.
| {s} {did ill} and {did ill}.
- Outside the {fine_thing}, but {s} had to stay inside.
| {s} {was} so bored that {s} counted the flowers on the wall.
- After {number} days {s} felt much better.
| The next morning the {illness:i} was gone.
| By {weekday} {s} {was} well again.
- {s} got up, opened the window and {did morning}.
| {s} {was} hungry and ate {breakfast}.
| "I am glad that you are better," said {n2}.

# snow @any
- When {s} woke up, the whole {town} was white.
| The first snow fell in {winter_month}.
| In winter {s} used to look out of the window and wait for the snow.
| {this_day} it snowed for the first time that year.
- It was so quiet that {s} could hear the snow fall.
| The trees looked as if they were covered with sugar.
| "Look, it is snowing!" called {n2}.
- {s} put on {p} warmest {clothes} and ran outside.
| {s} {did winter} and {did winter}.
| {both} built a snowman with a carrot for a nose.
- {s} stayed outside until {p} hands were cold.
| The snowman got an old hat and a {colour} scarf.
| A {bird} sat on the fence and watched {o}.
- Back in the house, {s} drank a cup of hot chocolate by the fire.
| When it got dark, {we} went inside and drank hot tea.
- The next day the sun came out, and the snow melted.
| {s} hoped that the snow would stay until Christmas.
| That night everything froze, and the stars were very bright.

# a birthday @any
- It was {p} birthday, and {s} had invited {number} friends.
| {this_day} {s2} had a birthday party.
| For {p} birthday {s} got a {gift:g} and a {gift:h}.
| {s} had forgotten that it was {p} own birthday.
- There were balloons in every room and a big cake on the table.
| {s} {did party}, and everybody {did party}.
| All the guests sang a song, and {s} blew out the candles.
- {s2} gave {o} a small box with a {colour} ribbon.
| The best present came from {p} {relative}.
| Then somebody turned off the light, and everybody shouted, "Surprise!"
- In the box was a {thing_adj} {gift}.
| "It is just what I wanted," {s} said.
| "Make a wish," said {n2}.
- {we} played games and danced {how_long}.
| After the cake {we} played {sport} in the garden.
- When the guests had gone, the house was very quiet.
| It was the best birthday of all.
| {s} {was} tired, but very {good_mood}.

# a broken thing @any
- {this_day} the {machine:m} stopped working.
| {s} dropped the {dish:v}, and it broke into a hundred pieces.
| The {vehicle_old} would not start, and {s} had to be at work at {clock}.
| {s} broke a window with a ball.
- {s} did not know what to do.
| At first {s} wanted to hide it.
| {s} tried to repair it with glue and a piece of string.
| "Oh no!" said {s}. "What now?"
- {s2} looked at it and said, "That is not so bad."
| A neighbour came over with a {tool} and a box of nails.
| {s} told {s2} the truth.
- Together {we} repaired it in less than an hour.
| It took a long time, but in the end it was as good as new.
| {s} had to buy a new one, and it was rather expensive.
- {s} thanked {o2} and promised to be more careful.
| After that {we} had a cup of tea.
| Since then {s} {has} always been more careful.

# a pet @any
- {s} had always wanted a {pet:a}.
| {p} {pet:a} is called {pet_name:n}.
| Last {month} {s} got a little {pet:a}.
| A small {colour} {pet:a} was sitting in front of the door.
- It was small and thin, and it was very hungry.
| It had soft fur and [one white foot|a long tail|big ears|bright eyes].
| At first it was shy and hid under the sofa.
- {s} gave it some food and a warm place to sleep.
| {s} made a bed for it out of an old blanket.
| {s} named it {pet_name:n}.
- After a few days it followed {o} everywhere.
| It liked to sleep on {p} bed and to play with a ball.
| One night it woke {o} up because there was smoke in the kitchen.
- Every morning it waits until {s} <wake> up.
| In the evening {we} sit by the fire together.
| {s} cannot imagine life without it.
| It is the best friend {s} {has} ever had.

# TOPIC, one thing after another @any +home +kitchen +garden +evening +town +shopping +farm +morning
- {back_then} {s} {did TOPIC}.
| {back_then} {weather_was}, so {s} {did TOPIC}.
| {s} {was} in a good mood and {did TOPIC}.
| {s} {did TOPIC}, and {s2} {did TOPIC}.
| First {s} {did TOPIC}, and then {s} {did TOPIC}.
| After breakfast {s} {did TOPIC}.
- {then} {s} {did TOPIC} and {did TOPIC}.
| {then} {s} {did TOPIC}, but it took longer than expected.
| While {s} was still busy, {s2} came in and {did TOPIC}.
| {then} {s} {did TOPIC} because {s2} had asked {o} to do it.
- Suddenly {s} heard {sound}.
| {s} looked up and saw {sight}.
| "Can I help you?" asked {n2}.
| It was hard work, but {s} liked it.
- {s2} brought {drink} and {treat.s}.
| {s} {did TOPIC} before {s} {did TOPIC}.
| {s} stopped for a moment and thought about {p} {relative}.
- {at_last} {s} {was} tired but {good_mood}.
| {at_last} {s} {did evening}.
| {at_last} {we} {did evening} and {did evening}.
| "What a lovely day!" said {n2}.

# a day with TOPIC @any +sport +music +party +picnic +winter +beach +forest +travel
- {back_then} {s} {did TOPIC} and {did TOPIC}.
| {back_then} {both} met because {we} wanted to spend the day together.
| What a day! {s} {did TOPIC} {how_long}.
| {s} had been waiting for this day for weeks.
- {weather_was_s} {s} {did TOPIC}.
| {s} {did TOPIC}, and everybody else {did TOPIC}.
| It was fun, although {weather_was}.
- {then} {s2} {did TOPIC} and {did TOPIC}.
| {then} {s} {did TOPIC}, and {s2} laughed.
| "I would like to do this every day," said {n2}.
- {s} {was} so {good_mood} that {s} forgot the time.
| Nobody wanted to go home.
| At {clock} it was time to leave.
- {at_last} {s} {did evening} and {did evening}.
| At home {s} told {p} {relative} all about it.
| {s} would remember that day for a long time.
| "Let us do it again soon," {s} said.
"""

SENTENCES = """
# past @any
- {back_then} {s} {did any}.
| {s} {did any} and {did any}.
"""
SCENES = PAST
