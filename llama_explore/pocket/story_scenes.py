"""Scenes for `english`: what can happen, one small text at a time.

``# title @cast +topic`` opens a scene; the cast is any, one (he or she), kid, adult,
I, we or you, and a scene with topics is copied once for each (TOPIC stands for it).
``-`` begins a beat, ``|`` is another way to say it, ``?`` a beat told half the time,
and a number means that so many of the ways are told, in any order. A title that
ends in "..." may be followed by the next day.
"""

import re

PAST = """
# a cake for somebody @any
- {this_day} {s} wanted to bake a {cake_kind} cake for {o2}.
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
| {s} {was} already late and became more and more nervous.
- At last {s} found the {thing:lost} {hiding}.
| Then {s2} started to laugh, because the {thing:lost} was {hiding}.
| In the end it was {hiding}, where the {pet} was sleeping.
- {s} {was} so {good_mood} that {s} danced around the room.
| From then on, {s} always put it in the same place.
| "I should be more careful," {s} said.
| {s} laughed, put it into {p} pocket and left the house.

# the dog runs away @any
- The dog ran to the [gate|door|park|river|end of the garden] and [barked loudly|waited for
  {o}|would not come back].
| {p} dog {pet_name:d} loved to run in the {walk_in}.
| {this_day} {p} dog ran away.
| When {s} opened the gate, the dog ran out into the street.
| {back_then} {s} took the dog for a walk in the {outdoors_bare}.
- It had seen a {small_wild} and ran after it.
| A {small_wild} ran across the path, and the dog followed it.
| {s} called its name, but the dog did not listen.
- {s} looked for it behind every [tree|house|bush], but it was nowhere to be seen.
| {s} asked everybody in the street, but nobody had seen a dog.
| {s} followed it as fast as {s} could.
- {then} {s} heard it barking near the {landmark}.
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

# learning to ride or swim @child
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

# a new friend at school @child
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
| {s} called {o2} and said, "I will be late."
- When the train finally came, {s} found a seat by the window.
| At last the train arrived, and everybody got on.
- The train went past fields, villages and a wide river.
| {s} looked out of the window and saw {sight}.
- {s2} was waiting at the station with a bunch of {flower.s}.
| {s} arrived an hour later than planned, but nobody was angry.
| When {s} arrived, it was already dark.

# she opened the door @one
- {s} opened the door and [saw|found] [a small box|a {pet}|an old friend|a letter|a basket of
  {fruit.s}] on the step.
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
| {s} {was} a little afraid, but {s} {was} also curious.
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
| {s} {was} so {good_mood} that {s} read it to {o2}.
- That evening {s} wrote a long answer.
| {s} wrote back the same day and put a dried flower in the envelope.
| Two weeks later {s} packed {p} suitcase and took the train.

# the baby @any
- The baby started to cry [in the middle of the night|as soon as it was dark|when the music
  stopped].
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
| On the way out {s} met {o2}.
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
| {s} told {o2} the truth.
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

# TOPIC, step by step @any +home +kitchen +garden +evening +town +shopping +farm +friends
- {back_then} {s} {did TOPIC}.
| {back_then} {weather_was}, and {s} {did TOPIC}.
| {s} {was} in a good mood and {did TOPIC}.
| {s} {did TOPIC}, and {s2} {did TOPIC}.
| First {s} {did TOPIC}, and then {s} {did TOPIC}.
| After breakfast {s} {did TOPIC}.
- {then} {s} {did TOPIC} and {did TOPIC}.
| {then} {s} {did TOPIC}, but it took longer than expected.
| While {s} {was} still busy, {s2} came in and {did TOPIC}.
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

# a day with TOPIC @any +sport +music +party +picnic +winter +beach
- {back_then} {s} {did TOPIC} and {did TOPIC}.
| {back_then} {both} met because {we} wanted to spend the day together.
| What a day! {s} {did TOPIC} {how_long}.
| {s} had been waiting for this day for weeks.
- {weather_was_s} {s} {did TOPIC}.
| {s} {did TOPIC}, and everybody else {did TOPIC}.
| It was fun, although {bad_weather}.
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

PAST_TOO = """
# on Sunday morning @one
- On Sunday morning {p} {relative:m} [made pancakes for everybody|went to the market|woke up
  early|baked bread].
| On {weekday} {part} {p} {relative:m} came to visit with a basket of {fruit.s}.
| One Sunday morning {p} whole family sat at the table and had breakfast.
| {back_then} {p} {relative:m} called and asked {o} to come over.
- The kitchen smelled of coffee and {food_adj} bread.
| There was {breakfast}, and there was plenty of it.
| {s} {was} still in bed and could hear the others talking.
| The whole house was full of people, and everybody talked at once.
- "Who wants more tea?" asked {p} grandmother.
| {s} ate {breakfast} and drank {drink}.
| After breakfast {we} went for a walk in the {walk_in}.
| "Today we have time," said {p} {relative:m}.
- Later {s} {did home} while the others {did home}.
| In the afternoon {p} {relative:m} told stories about the old days.
| {then} somebody had the idea to play {sport}.
- It was one of those days that pass much too quickly.
| When it got dark, everybody helped to wash the dishes.
| {at_last} {sleepy_end}.

# my mother and others of the family @I
- My mother [likes to cook|works in a {building}|is a {job}|gets up at {clock}|loves her garden].
| My father [repairs old clocks|drives a {vehicle}|is a {job}|can make anything out of wood].
| My grandmother lives in a small {building_home} near the {nature}.
| My grandfather was a {job} when he was young.
| My brother and I [share a room|look very much alike|often play {sport}|have the same friends].
| My sister is {number} years older than I am.
- Every {weekday} we have {plain_meal}, because it is our favourite meal.
| On {weekday}s we all sit around the big table and talk.
| We often {do evening} together.
| In our house there is always {container} for a guest.
- When I was little, I was afraid of the dark, and somebody always left a light on.
| When I was a child, we spent every summer by the {water}.
| I remember how we used to {do garden} together.
| Once we got lost in the {walk_in}, and nobody was worried except me.
- We do not have much money, but we have a lot of fun.
| We do not always agree, but we always help each other.
| Sometimes we argue about small things, but it never lasts long.
- I hope that I will be like my grandmother when I am old.
| I would not change anything about my family.
| That is why I like to come home.

# going to work @adult
- {s} {was} tired because {s} had worked all night.
| {back_then} {s} got up at {clock} and went to work.
| {s} started a new job as a {job} last {month}.
| {s} had a lot of work to do.
- On the way to the office {s} {did shopping}.
| The bus was full, and {s} had to stand.
| In the office everybody was busy, and the phone never stopped ringing.
- {s} {did work} and {did work}.
| First {s} {did work}, and then {s} {did work}.
| "Could you help me for a minute?" asked {o2}.
- At noon {s} had {plain_meal} in a little restaurant around the corner.
| At lunch {s} {did work} with {o2}.
| The meeting was so long that {s} almost fell asleep.
- "You did a very good job," said {n2}.
| {then} the computer stopped working, and nobody knew why.
| {s} made a small mistake, but nobody was angry.
- At {clock} {s} went home and {did evening}.
| {s} walked home slowly and thought about the next day.
| It had been a long day, but a good one.

# the old house @kid
- There was an old house at the end of the {lane}.
| At the edge of the {town} there stood an old {old_house} with broken windows.
| Nobody had lived in the old {old_house} for many years.
- People said that it was full of ghosts.
| The garden was wild, and the gate was never locked.
| The children were afraid of it and always walked past it quickly.
- {this_day} {both} went inside.
| {this_day} {s} saw a light in one of the windows.
| One evening {s} heard music coming from the house.
- {s} opened the door carefully and looked into the dark hall.
| The stairs were dusty, and every step made a noise.
| "Shall we go back?" whispered {n2}.
- Then {s} saw that it was only an old {animal_house} with {number} little ones.
| In the last room sat an old woman who was playing the {instrument}.
| But there was no ghost, only a friendly old man who was painting the walls.
- "Come in," the old [lady|man] said. "I have just made some tea."
| {we} laughed because {we} had been so afraid.
| {s} {was} not afraid any more.
- After that {we} often went there to visit.
| Now everybody knows that there are no ghosts in that house.

# the lost way @any
- {s} had lost the way and did not know where {s} {was}.
| In the middle of the {town}, {s} stopped and looked at the map.
| {back_then} {s} wanted to visit {o2}, but {s} took the wrong bus.
- All the streets looked the same, and it was getting dark.
| There was nobody in the street, only a {colour} cat on a wall.
| {s} walked up one street and down another.
- "Excuse me, how do I get to the {place}?" {s} asked.
| {s} asked a {job} for the way to the {place}.
| A kind woman stopped and asked, "Are you looking for something?"
- "Go straight on and turn left at the {building}," was the answer.
| "It is the second street on the right, next to the {shop}," she said.
| "Come with me," the woman said. "I am going there too."
- {s} said thank you and followed the road to the {corner_thing}.
| After {number} minutes {s} saw the {place} in front of {o}.
| {s} {was} glad that people were so friendly.
- "There you are at last!" said {n2}.
| When {s} arrived, the door was already open.
| Since then {s} {has} always taken a map.

# a dream @one
- Last night {s} had a strange dream.
| {s} dreamed that {s} could fly.
| In {p} dream {s} {was} as small as a {small_animal}.
| {s} closed {p} eyes and began to dream.
- In the dream {s} {was} standing on a {dream_place}.
| A {far_animal:f} came in through the window and asked for {drink}.
| {s} flew over the {nature} and the roofs of the {town}.
| All the {bird.s} could talk, and they knew {p} name.
- Then a {far_animal} sat down next to {o} and began to sing.
| {s} wanted to run, but {p} legs would not move.
| Everything was {colour}, even the trees and the clouds.
- Suddenly there was a loud noise, and {s} woke up.
| Then the alarm clock rang.
| But before {s} could answer, it was morning.
- {s} sat up in bed and laughed.
| At breakfast {s} told {p} {relative} about it.
| {s} tried to sleep again, but the dream did not come back.
| It was only {clock}, so {s} went back to sleep.

# a cat @any
- The cat was sleeping [in the sun|on the {furniture}|in front of the fire|in a box] when {s}
  came home.
| There was a cat who lived in a {shop} and knew everybody in the street.
| {p} cat climbed up a tall tree and could not come down again.
| A {colour} cat sat on the wall and looked at {o}.
- It opened one eye, stretched and went back to sleep.
| It was a clever cat, and it always knew when there was fish for dinner.
| {s} called it, but it did not move.
- {s} gave it a bowl of milk and some fish.
| {s} fetched a ladder and climbed up carefully.
| The cat watched a {bird} in the garden and moved its tail.
| It jumped on the table and drank the milk out of the jug.
- "You are a bad cat," {s} said, but {s} {was} not really angry.
| Then it jumped down and rubbed its head against {p} leg.
| Later it caught a mouse and put it in front of the door.
- At night it goes out and comes back at sunrise.
| In the end it fell asleep on {p} knees.
| Since then it has never done that again.
| Cats always do what they want.

# the school class @kid
- The teacher told the class [to open their books|to be quiet|a story about a {far_animal}|to
  write about their holidays].
| The teacher asked a difficult question, and nobody knew the answer.
| In the {subject:u} lesson {s} looked out of the window.
| {this_day} the class went to the museum.
- The room was so quiet that {s} could hear the clock.
| Everybody began to write, but {s} could not think of anything.
| "Who knows the answer?" asked the teacher.
- {s} put up {p} hand and said, "I think I know it."
| {s} {did school} and {did school}.
| {s2_child} laughed, and soon the whole class was laughing.
- "That is right," said the teacher. "Very good!"
| The teacher smiled and wrote the answer on the board.
| {s} {was} {bad_mood}, but the teacher was kind and explained it again.
- When the bell rang, all the children ran outside.
| After school the children [played in the park|ran home|went to the swimming pool|built a hut].
| After the lesson {s} went to the library with {o2}.
- There {we} {did sport} {how_long}.
| {s} did {p} homework at the kitchen table and then went out to play.
| At dinner {s} talked about nothing else.

# a concert or match @any
- The match began at {clock}, and the whole {town} was there.
| {s} had practised the {instrument} for months, and now the concert was near.
| {this_day} {p} team played against the best team of the {town}.
| {s} {was} very nervous before the [concert|exam|race|match].
- The other team was stronger and scored the first goal.
| {p} hands were shaking, and {p} heart beat fast.
| There were so many people that some had to stand.
- "You can do it," said {n2}. "I believe in you."
| {s} took a deep breath and did {p} best.
| In the last minute everything changed.
- {s} made one small mistake, but nobody noticed.
| {s} {was} the last one who still had a chance.
| Everybody was shouting and clapping.
- When it was over, everybody stood up and clapped.
| In the end {p} team won by one goal.
| In the end {s} came second and {was} happy all the same.
- {s2} ran to {o} and gave {o} a big hug.
| Afterwards {we} went to a café to celebrate.
| "It is not important to win," said {n2}. "It is important to try."

# moving house @any
- Last {month} {s} moved to a new {flat} in the {town}.
| {s} had lived in the same {flat} for many years, but now it was time to move.
| {s} {has} just moved to {city}.
- All the books, plates and pictures had to go into boxes.
| {s2} helped {o} to carry the {furniture} down the stairs.
| The {furniture} was too big for the door.
- The new {flat} has {number} rooms and a view of the {nature}.
| The walls were white, and the rooms seemed very empty.
| {s} painted the {room} {colour} and put up some shelves.
- On the first evening {we} sat on the floor and ate pizza.
| {then} the neighbours came and brought bread and salt.
| At first {s} could not find anything.
- After a few weeks it began to feel like home.
| Sometimes {s} <miss> the old house, but {s} <like> the new one too.
| The best thing is the balcony, where {did_sit}.

# fishing or rowing @any
- {this_day} {both} went fishing on the {boat_water}.
| {s} sat in a little boat in the middle of the lake.
| Early in the morning, when the fog was still over the water, {s} rowed out.
- The water was as smooth as a mirror.
| For a long time nothing happened.
| {s} had taken {treat.s} and a bottle of tea along.
- Then the boat began to move up and down.
| Suddenly something pulled at the line.
| A big fish jumped out of the water and disappeared again.
- "Hold on!" shouted {n2}.
| {s} pulled and pulled until {p} arms hurt.
| {s} stood up, and the boat almost turned over.
- But it was only an old {pair} full of mud.
| It was the biggest fish {s} had ever seen, but it got away.
| In the end {s} caught {number} small fish and let them go again.
- {we} laughed so much that {we} frightened all the birds.
| In the evening {we} made a fire and cooked {soup_kind} soup.
| On the way back {we} sang old songs.

# night sounds @one
- In the middle of the night {s} heard {sound}.
| {s} could not sleep because {bad_weather}.
| It was late, and everybody was asleep except {o}.
| The moon was full, and {s} could not sleep.
- {s} lay in bed and listened.
| {s} got up quietly and looked out of the window.
| {s} put on {p} slippers and went down the stairs.
- The garden was silver in the light of the moon.
| In the {room} a little light was burning.
| Something was moving behind the curtain.
- It was only the {pet}, which was looking for food.
| A {wild} was walking across the grass and looked up for a moment.
| {s2} was sitting at the table with a glass of milk.
- "Can't you sleep either?" asked {n2}.
| {s} drank a glass of water and thought about the day.
| {s} watched the stars for a long time.
- Then {s} went back to bed and fell asleep at once.
| In the morning {s} {was} not sure if it had been a dream.
| After that the night was quiet.

# helping a neighbour @any
- {p} neighbour is an old [man|woman] who lives alone with a {pet}.
| {this_day} {s} saw an old woman with two heavy bags.
| The old man next door had hurt {p_he} leg and could not go shopping.
- "May I help you?" {s} asked.
| {s} rang the bell and offered to help.
| {s} carried the bags up to the {ordinal} floor.
- {s} bought {shopping} and {shopping} and brought everything up the stairs.
| {s} {did garden} and {did garden} in the little garden behind the house.
| {s} cleaned the windows and took out the rubbish.
- "You are very kind," the neighbour said. "Please sit down for a moment."
| Afterwards there was tea with {treat.s}, and {s} heard stories about the old days.
| The neighbour wanted to give {o} some money, but {s} did not take it.
- Since then {s} <go> there every {weekday}.
| Now {we} are good friends, although there are many years between {us}.
| A little help can make somebody very happy.

# a holiday @any
- Last summer {both} [went to {country}|travelled to the mountains|stayed in a small
  {building_home} by the sea].
| In {month} {s} took a week off and travelled to {city}.
| {s} spent {p} holiday in {country} this year.
- The journey took {number} hours, but the view was beautiful.
| The hotel was small and clean, and the owner was very friendly.
| It was so hot that everybody slept in the afternoon.
- In the mornings {s} {did town}, and in the evenings {s} {did evening}.
| {s} {did travel} and {did beach}.
| Every day {s} saw something new: an old {building}, a {nature}, a {thing_adj} bridge.
- {s} tried to speak the language, and people smiled and helped {o}.
| The food was wonderful, above all the {fruit.s} and the {sea_food}.
| {this_day_holiday} {s} climbed a mountain and saw the whole valley.
- {s} took hundreds of pictures and bought a {gift} for {p} {relative}.
| {s} wrote a postcard to {p} {relative}, but it arrived after the holiday.
- On the last day {s} did not want to go home.
| Next year {s} would like to go there again.
| "It is good to travel, and it is good to come home," said {n2}.
"""

PAST_THREE = """
# a bird with a broken wing @any
- {this_day} {s} found a little {bird:b} under a tree.
| A little {bird:b} had fallen out of its nest, and {s} saw it in the grass.
| {s} heard a soft sound in the grass and bent down.
- One of its wings was broken, and it could not fly.
| It was so small that it fitted into {p} hand.
| It was cold and did not move.
- {s} put it into a box with a piece of wool and gave it some water.
| {s} took it home carefully, and {s2} made a nest out of a towel.
| "Will it live?" {s} asked.
- Every few hours {s} fed it with seeds and tiny pieces of bread.
| The {pet} wanted to see what was in the box, but the door stayed closed.
| {s2} said that it needed rest.
- After {number} days it began to sing.
| Slowly it got stronger, and one morning it was sitting on the edge of the box.
- {s} opened the window, and the {bird:b} flew out into the sunshine.
| It flew around the house once and disappeared behind the trees.
- {s} {was} a little sad, but also very {good_mood}.
| In spring it came back and sang in front of the window.

# the storm @any
- {this_day} a storm came over the {town}.
| The wind grew stronger and stronger, and the sky turned black.
| First there was lightning, and then came the thunder.
- All the lights in the house went out.
| The trees in the garden bent down to the ground.
| The rain beat against the windows.
- {s} looked for the candles and found them {hiding}.
| {s} closed all the windows and brought the {pet} into the house.
| {s} {was} a little afraid, but {s} did not say so.
- "Do not be afraid," said {n2}. "It will soon be over."
| {we} sat around a candle, and {s2} told an old story.
| {we} sang songs so that {we} could not hear the thunder.
- After an hour the wind stopped.
| {then} the light came on again.
- The next morning there were branches all over the {lane}.
| Outside the air was fresh, and drops of water fell from the trees.
| A big {tree} had fallen across the garden, but the house was safe.
- Everybody came out to help, and by noon the {lane} was clean again.
| {s} {was} glad that nobody was hurt.

# in the library @one
- {this_day} {s} went to the library to borrow a book about {far_animal.s}.
| {s} loved books more than anything else.
| The library was a quiet place with high shelves and big windows.
- {s} walked along the shelves and read the titles.
| The librarian was a {person_adj} woman with glasses.
| It smelled of paper and dust, and nobody spoke loudly.
- {s} took a {colour} book, sat down and began to read.
| On the top shelf {s} saw an old book with no name.
| "May I help you?" asked the librarian.
- It was about a {magic} who lived on an island.
| The story was so good that {s} forgot everything else.
| Between the pages {s} found {find}.
- When {s} looked up, it was already dark outside.
| "We are closing now," said the librarian softly.
- {s} took the book home and read until midnight.
| {s} borrowed {number} books and carried them home in the rain.
- The next day {s} brought it back and asked for another one.
| Since then {s} {has} gone there every {weekday}.

# at the zoo or museum @any
- {back_then} {both} went to the zoo.
| {this_day} {s} visited the zoo with {p} {relative}.
- First {we} saw the {far_animal:a.s}, which were lying in the sun.
| A {far_animal:a} came close to the fence and looked at {o}.
| The {far_animal:a.s} were asleep, but the {far_animal:b.s} were playing.
- "Look how big it is!" said {n2}.
| {s} wanted to stay with the {far_animal:b.s} the whole day.
| One {far_animal:b} stole a {fruit} out of {p} bag.
- At {clock} the seals got their fish.
| {then} it was time to feed the penguins.
- {s} ate an ice cream and {s2} drank {container_cold}.
| {s} took {number} pictures of a {far_animal}.
- On the way out {s} bought a postcard with a {far_animal:a} on it.
| "Which animal did you like best?" asked {n2}.
- That night {s} dreamed of {far_animal.s}.
| {s} liked the smallest animals best.

# bread @adult
- The baker gets up when everybody else is still asleep.
| {s} had a small bakery at the corner of the street.
| {s} wanted to learn how to bake good bread.
- Flour, water, salt and time: that is all one needs.
| The first loaf was as hard as a stone, and even the ducks did not want it.
| The oven was hot, and the whole street smelled of fresh bread.
- {s} worked slowly and carefully, as {p} {relative} had done.
| {s} tried again and again.
| {s2} came in early and asked for {number} rolls.
- "What is your secret?" asked {n2}.
| "Today it is perfect," said {n2} and took another slice.
- "There is no secret," {s} said. "You only need patience."
| {s} smiled and cut a thick slice for everybody.
- By {clock} there was not a single loaf left.
| Since then the neighbours have come every {weekday}.
| With butter and a little salt it tasted wonderful.

# camping @any
- Last summer {both} put up a tent near the {landmark}.
| {s} had never slept in a tent before.
| {back_then} {s} took a tent, a torch and some food and went into the mountains.
- It took a long time to put up the tent, because one part was missing.
| {we} collected dry wood and made a fire.
| There was nobody far and wide, only trees and stars.
- For dinner there were potatoes from the fire.
| {s2} cooked {soup_kind} soup in an old pot.
| {s} burned {p} fingers on a hot potato.
- In the night {s} heard {sound_wild}.
| In the night it began to rain, and the tent was not quite dry inside.
| "Did you hear that?" whispered {n2}.
- It was only a {wild} that had smelled the food.
| {s} turned on the torch and saw a {wild} with shining eyes.
| {we} moved closer together and told funny stories.
- In the morning {we} washed in the cold water of the stream.
| When the sun came up, everything was peaceful.
- {s} would not have missed it for anything.
| "Next time I will take a hotel," said {n2}, but nobody believed it.

# a new coat @one
- {s} needed a new {clothes:c} because the old one was too small.
| {s} saw a beautiful {clothes:c} in the window of a shop.
| {s} had saved money for a new {clothes:c}.
- {s} went in and tried on a {colour} one, but it was too long.
| "What colour would you like?" asked the woman in the shop.
| The {colour} one was too big, and the {colour} one was too small.
- "How does it look?" {s} asked.
| {s} looked in the mirror and turned around.
| Then {s} found a {colour} one that was just right.
- "It looks very good on you," said {n2}.
| It was warm and soft, and it had deep pockets.
| It was not cheap, but {s} liked it very much.
- {s} paid and wore it at once.
| {s} thought about it for a moment and then bought it.
- On the way home everybody looked at {o}.
| {s} put the old one in a bag and gave it to a friend.
| When it snowed that night, {s} {was} glad to have it.

# saving money @child
- {s} wanted a {toy:t}, but it was too expensive.
| In the window of the toy shop there was a wonderful {toy:t}.
- So {s} decided to save every coin.
| {s} counted the money in {p} money box, but it was not enough.
- {s} helped the neighbours, washed the car and walked the dog.
| On {weekday}s {s} sold lemonade in front of the house.
| {s} picked {berry.s} and sold them at the market.
- After {number} weeks there was enough money in the box.
| Every week there were a few coins more.
- {s} ran to the shop, but on the way {s} saw {o2}, who looked sad.
| But when {s} came to the shop, the {toy:t} was gone.
- "I have lost my purse," said {n2}.
| "What is the matter?" {s} asked.
- {s} gave away half of the money and bought some {treat.s} with the rest.
| Then {s2} smiled and took a big box out of the cupboard. It was the {toy:t}.
- {s} {was} happier than ever before.
| It is good to have a wish, and it is even better to share.

# Christmas @any
- It was the day before Christmas, and everything was white.
| On Christmas Eve the whole family came together.
| In December {s} began to make presents.
- There were candles in the windows, and it smelled of oranges and biscuits.
| {s} {did kitchen} while {s2} decorated the tree.
| The tree was so tall that it touched the ceiling.
- {s} had made a {gift} for {o2}.
| The children could hardly wait and looked through the keyhole.
| "Is it time yet?" asked the youngest child again and again.
- At {clock} a little bell rang.
| After dinner everybody sang the old songs.
- Under the tree lay a {gift}, a {toy} and {number} small boxes.
| {s} got a {gift} and a warm {clothes}.
- Outside it was snowing, and the bells were ringing.
| {we} sat together until the candles had burned down.
| It was the most beautiful evening of the year.

# a wedding @any
- Last {month} {p} {relative:c} got married.
| {back_then} {s} {was} invited to a wedding in the {town}.
- The bride wore a long white dress, and the flowers were {colour} and white.
| It was a sunny day, and all the bells were ringing.
| The church was full, and many people had tears in their eyes.
- Suddenly nobody could find the rings.
| The groom was so nervous that he forgot his own name.
- They were {hiding}, of course.
| Then a little boy found them in his pocket.
- After that there was a big meal with {plain_meal} and a cake with three floors.
| A band played old songs, and everybody danced.
- {s} danced with {o2} until {p} feet hurt.
| {s2} made a short speech, and everybody laughed.
- At midnight there were fireworks over the {water}.
| It was late when {s} came home.
| {s} {has} never laughed so much in one day.

# the hens are gone @adult
- {this_day} {s} went into the yard to feed the hens, but they were gone.
| The gate was open, and all the {farm_animal:f.s} were in the vegetable garden.
| When {s} looked out of the window, a {farm_animal} was standing on the lawn.
- {s} called {o2} and ran outside.
| {s} put on {p} boots and ran after them.
- One was sitting on the tractor, and another was eating the {flower.s}.
| They ran to the left and to the right, and nobody could catch them.
| The dog barked and thought that it was a game.
- "Take a bucket with some food," said {n2}.
| {then} {s} had an idea and fetched a bucket of corn.
- At once they came running and followed {o} back to the barn.
| After half an hour all of them were back behind the fence.
- {s} closed the gate and repaired it the same day.
| {number} were there, and only one was missing. It was asleep under the tractor.
- Then {we} sat down on the steps and laughed.
| Life on a farm is never boring.

# in the mountains @any
- {both} got up early to climb the mountain.
| {back_then} {s} walked up to the little hut under the top of the mountain.
- The path was steep and full of stones.
| At first the way went through a dark forest, and then over green meadows.
| Far below {we} could see the {town} with its small houses.
- {s} soon got tired and had to rest on a rock.
| "How far is it?" {s} asked.
| A {bird} was flying high up in the sky.
- {then} fog came up, and {we} could not see the path any more.
| {we} drank clear water from a stream and ate bread with cheese.
- "Stay close to me," said {n2}.
| {we} waited until the sun came out again.
- At noon {we} stood on the top and could see the whole land.
| From the top {we} saw {number} lakes and, far away, the sea.
- In the hut there was hot {soup_kind} soup for everybody.
| On the way down {p} legs felt very heavy.
| In the evening {p} feet hurt, but it had been worth it.

# a letter in a bottle @any
- {this_day} {s} found a bottle on the beach.
| The waves brought a green bottle to the beach, and there was a paper in it.
- {s} opened it with a knife and took out the paper.
| {s} could hardly wait to see what was inside.
- "My name is {girl:g}, and I live on a small island," it said.
| It was a map of an island with a little red cross.
| The letter was more than {number} years old.
- "Please write to me if you find this letter," it went on.
| {s} showed it to {o2}, who knew every island.
- {s} wrote an answer, put it in a bottle and threw it into the sea.
| That same evening {s} wrote a long letter and took it to the post office.
- {s} waited for weeks and weeks.
| For a long time there was no answer.
- One day the postman came with a letter from far away.
| In summer {both} took a boat and looked for the island.
- That was the beginning of a long friendship.
| {s} still <keep> the bottle on the shelf above {p} desk.

# homework and exams @child
- {s} had to write a text about {season}, but {s} had no idea.
| The next day there was an exam, and {s} {was} nervous.
| {s} sat at the desk and looked at the empty page.
- {s} looked out of the window and saw {sight}.
| {s} read the same page {number_small} times, but {s} did not understand it.
| The numbers did not want to stay in {p} head.
- "Can I help you?" asked {n2}.
| {s2} sat down next to {o} and explained it slowly.
- {s} drank a glass of {cold_drink} and started again.
| Then {s} had an idea and began to write.
| Suddenly it was easy, and {s} wrote page after page.
- The next day the teacher read the text to the class.
| In the exam {s} knew almost every answer.
- "That is the best work you have ever done," said the teacher.
| {s} got a good mark and ran home to tell {s2}.
- {s} {was} proud and {good_mood}.
| In the evening {s} celebrated with {container}.

# the restaurant @any
- {back_then} {both} went to a small restaurant near the {landmark}.
| It was {p2} birthday, so {we} went out for dinner.
- The waiter brought the menu and a jug of water.
| All the tables were full, but the waiter found a place by the window.
- {s} ordered {plain_meal}, and {s2} took {plain_meal}.
| "What can you recommend?" {s} asked.
| {s} could not decide between the fish and the {vegetable.s}.
- {we} waited {how_long}, and {p} stomach made strange noises.
| At the next table sat a family with {number_small} noisy children.
- Then the waiter brought the wrong food.
| When the food came, it was {food_adj} and there was plenty of it.
- "I am so sorry," said the waiter.
| {s} tasted it and closed {p} eyes.
| For dessert there was {cake_kind} cake with cream.
- {we} paid and walked home through the warm night.
| "We should come here again," said {n2}.
| In the end the cook came out and shook hands with everybody.

# the old man on the bench @we
- Every day an old man sat on the same bench in the park.
| There was an old man who fed the {duck_bird} every morning.
- He wore a {colour} hat and always had a bag of bread with him.
| Nobody knew his name, and nobody talked to him.
- One day a little girl sat down next to him.
| One day a boy asked him, "Why do you come here every day?"
- "I am waiting for the spring," he said.
| "My wife and I used to sit here together," he said.
| "The birds are my friends," he said and smiled.
- He told the child about the time when he was a {job}.
| He took a {gift} out of his pocket and showed it to the child.
- The child gave him half of a {fruit} and listened.
| They sat there until the sun went down.
- After that they met every {weekday}.
| The next day the child came back with {number} friends.
- Now the bench is never empty any more.
| And he never felt lonely again.

# the toy that came to life @child
- At night, when everybody was asleep, the toys woke up.
| {s} had a {toy_live:t} that could talk, but only at night.
| One evening {p} {toy_live:t} opened its eyes and said, "Good evening."
- {s} sat up in bed and could not believe it.
| "Who said that?" {s} asked.
- "I am hungry," said the {toy_live:t}. "Do you have any {treat.s}?"
| "Come with me," said the {toy_live:t}. "I want to show you something."
- Together they went down to the kitchen very quietly.
| They flew out of the window and over the roofs.
- There they {did kitchen} and laughed.
| On the way they met a {far_animal} that had lost its hat.
- But when the clock struck {clock_hour}, everything was quiet again.
| Then the sun came up, and they had to go back.
- In the morning the {toy_live:t} was lying on the bed as always.
| "What a strange dream," said {n}, but there was sugar on the pillow.
- But {s} <know> that it was true.
| Since that night {s} {has} always left a biscuit on the table.

# the hairdresser or dentist @one
- {this_day} {s} had to go to the dentist because {p} tooth hurt.
| {s} {was} afraid of the dentist.
- In the waiting room {s} read an old magazine about {far_animal.s}.
| {s} wanted to run away, but {s2} held {p} hand.
- "Please open your mouth," said the dentist.
| The dentist was a {person_adj} woman with cold hands.
- {s} closed {p} eyes and thought of {joy}.
| It made a loud noise, but it did not hurt much.
- After {number} minutes it was over.
| "You were very brave," said the dentist.
- {s} {was} not allowed to eat for two hours.
| "Brush your teeth every evening," the dentist said, "and do not eat too many sweets."
- On the way home {s} {did town}.
| Since then {s} {has} brushed {p} teeth very carefully.

# painting a room @any
- {back_then} {s} decided to paint the {room:r}.
| The walls of the {room:r} were grey, and {s} did not like them any more.
- {s} bought a big bucket of {colour:c} paint and {number_small} brushes.
| First {s} carried all the furniture into the hall.
- {s2} came to help and wore an old shirt.
| "Are you sure that {colour:c} is a good idea?" asked {n2}.
- After an hour there was paint everywhere, even on the {pet}.
| {s} stood on a ladder and painted the ceiling.
| Suddenly the bucket fell over.
- {we} cleaned the floor and laughed.
| At noon {we} sat on the floor and ate {treat.s}.
- In the evening the {room:r} looked like new.
| It took the whole weekend, but the result was beautiful.
- Only the {pet} still had a {colour:c} tail.
| "And now the {room}," said {n2}.

# the little boat @any
- {s} made a little boat out of wood and paper.
| A little boat was lying on the bank of the river.
- {s} put it on the water, and the wind took it away.
| It had a white sail and a {colour} flag.
- It went under the bridge and past the old mill.
| {s} ran along the bank, but the boat was faster.
- A {duck_one} swam behind it, and a fish looked up in surprise.
| At the bend of the river it got stuck between two stones.
- "There it is!" shouted {n2}.
| {s2} took a long branch and pulled it out.
- Then it floated on, smaller and smaller, down to the sea.
| {s} let it go, because a boat belongs on the water.
- Perhaps it is still on its way.
| Who knows where it is today?
"""

PRESENT = """
# every morning @any
- Every morning {s} <get> up at {clock} and {does morning}.
| {habit} {s} {does any}.
| Every morning {s} <drink> {drink} and {does morning}.
| {s} usually <wake> up before the alarm clock rings.
- After that {s} {does morning} and {does morning}.
| Then {s} {does morning}, and sometimes {s} {does morning}.
| {s} {dont} like to hurry in the morning, so {s} <take> plenty of time.
- At {clock} {s} <leave> the house and <walk> to the [bus stop|station].
| On the way {s} always <meet> the same {job} and <say> good morning.
| On cold days {s} <put> on a warm {clothes} and a pair of {warm_pair}.
- {s} <work> until {clock} and then <come> home again.
| In the afternoon {s} {does home}.
| When {s} <come> home, {s} <be> often tired, but {s} still {does home}.
- In the evening {s} {does evening} and {does evening}.
| After dinner {s} {does evening}.
| On {weekday}s everything is different, because {s} {does town}.
- It is a quiet life, but {s} <like> it.
| At {clock} {s} <go> to bed, and the next day everything begins again.
| That is what a good day looks like.

# what I like @I
- My favourite food is {plain_meal}.
| My favourite season is {season:x}.
| My favourite colour is {colour:x}.
| My favourite subject at school is {subject}.
| My favourite day of the week is {weekday}.
| I like {joy} and {joy}.
| I love {joy} more than anything else.
| What I like most is {joy}.
- I also like {joy}, but I do not like {dislike}.
| My friends like {joy}, but I like {joy} better.
| When I was younger, I did not like it at all, but people change.
| It always makes me {good_mood}.
- When I have time, I {do home} or {do town}.
| On a free day I {do outside} and then I {do evening}.
| On {weekday}s I often {do any}.
- My {relative} says that I should {advice}.
| It reminds me of my {relative}, who taught me so many things.
| Maybe you like other things, and that is fine.
- What about you? What do you like to do?
| I could talk about it for hours.
| Life is made of small things like that.

# when I was young @I
- When I was young, [we had no television|I lived on a farm|I wanted to be a {job}|everything
  was different].
| As a child I [was very shy|collected stones|was afraid of dogs|could not sit still].
| When I was {number} years old, we moved to a {town} near the {nature}.
- We {did outside} every day, and nobody had a phone.
| I shared a room with my {relative}, and we talked until late at night.
| My {relative} and I {did garden} and {did outside}.
- In {season} we {did outside}, and in {season} we {did home}.
| On {weekday}s my {relative} told us stories about {magic.s}.
| Once I fell into the {water_fall} and came home wet and cold.
- I had a {toy} that I took with me everywhere.
| My best friend was a {pet} called {pet_name}.
| The thing I remember best is {joy}.
- Now I am older, and I still think of that time.
| Today I live in the city, but sometimes I go back.
| Those were good years.
| Sometimes I wish I could be a child again for one day.

# our house and street @we
- Our house is [small, but it has a big garden|very old|at the end of the {lane}|near the
  {nature}].
| We live in a {colour} house with a {colour} door.
| There is a {shop} in our street that smells of {smell}.
| The house next to ours has been empty for years.
- There are {number} rooms, and the {room:k} is the nicest of them.
| In the garden there is a big {tree} and a bench where we like to sit.
| From the window you can see the {nature} and, on clear days, the mountains.
- In {season} we {do garden}, and in {season} we {do home}.
| Our neighbours have a {pet}, which often comes to visit us.
| On {weekday}s the whole street smells of {smell}.
- The children play in the street until it gets dark.
| At night it is so quiet that we can hear {sound}.
| In the morning the sun shines into the {room}, and we have breakfast there.
- Sometimes the roof lets in the rain, but we would never move.
| We are happy here and do not want to live anywhere else.
| Everybody is welcome, and there is always {drink}.

# a person @one
- {s} <be> a {job} and <work> in a {building}.
| {s} <be> a very {person_adj} person.
| Everybody in the {town} <know> {o} because {s} <be> so {person_adj}.
| {s} <live> in a small {building_home} with a {pet} and {number} {farm_animal.s}.
- {s} <have> {eye_colour} eyes and short {hair} hair.
| {s} usually <wear> a {colour} {clothes} and old {pair.s}.
| {s} <be> tall and thin and <laugh> a lot.
- {habit} {s} {does any}.
| In {p} free time {s} {does music} or {does garden}.
| {s} <like> {joy} and {joy}.
- {s} {dont} like {dislike}.
| {s} <be> afraid of {afraid_of}, but {s} <do> not tell anybody.
| {s} <speak> {number_languages} languages and <have> friends all over the world.
- When somebody <need> help, {s} <be> always there.
| One day {s} <want> to travel to {country}.
| {s} <say> that the secret of a happy life is to {advice}.
- I have known {o} for many years.
| I wish there were more people like {o}.
| Children love {p} stories.

# plans for tomorrow @any
- {soon} {s} will {do any}.
| {soon} {s} <be> going to visit {o2}.
| If the weather is good, {s} will {do outside}.
| {s} <have> a lot of plans for the holidays.
- First {s} <want> to {do town}, and then {s} will {do shopping}.
| {s} will need {shopping} and a pair of {pair.s}.
| {s2} will come too and bring {treat.s}.
- If it rains, {we} will stay at home and {do home}.
| If there is enough time, {we} will also {do town}.
| {we} hope that the sun will shine.
- After lunch {we} will {do outside} or {do sport}.
| {s} must not forget to {do home}.
| {s} <have> never done that before.
- In the evening {we} will {do evening}.
| It will be a long day, but {s} <look> forward to it.
| {s} can hardly wait.

# if @you
- If you are tired, you should [go to bed|take a break|drink a glass of water|sleep for an hour].
| If it rains tomorrow, we will [stay at home|go to the museum|need an umbrella|watch a film].
| If you want to learn something new, you must be patient.
| If you are hungry, there is {container} in the kitchen.
| If you have time, come and see me.
- You can {do home} or {do home}.
| It does not matter if you are late.
| You do not have to bring anything.
| Do not worry, everything will be all right.
- When you are ready, we can {do town} together.
| Tell me when you are done, and I will make {drink}.
| You will feel better when you {do outside}.
- Sometimes it helps to {advice}.
| Remember to {advice}.
| My {relative} always told me to {advice}.
- And if you need help, just call me.
| After all, tomorrow is another day.
| You know where to find me.

# the weather today @we
- The weather today is [lovely|cold and grey|much better than yesterday|warm and sunny|terrible].
| It is {season:n} now, and the days are getting [longer|shorter].
| It is very [hot|cold|windy] today.
| The sun is shining, and there is not a cloud in the sky.
| There is a lot of snow this year.
- In the morning there was fog over the {nature}, but now you can see far.
| The wind blows the leaves across the {lane}.
| The {bird.s} are singing, and the {flower.s} are open.
| People are walking slowly because it is slippery.
- It is a good day to {do outside}.
| You should take an umbrella and wear a warm {clothes}.
| The children want to {do outside}.
- Tomorrow it will [rain|be colder|be sunny again|snow in the mountains].
| On {weekday} a storm is coming from the sea.
| They say that the weather will change at the weekend.
- Then we will stay at home and {do home}.
| We hope that it stays like this for a while.
| No weather is bad when you have the right clothes.

# TOPIC habits @any +garden +farm +beach +forest +music +sport +kitchen +town +winter
- {habit} {s} {does TOPIC}.
| {s} often {does TOPIC} and {does TOPIC}.
| {s} <like> to {do TOPIC}, above all in {season}.
| {s} {has} always liked to {do TOPIC}.
- {s2} sometimes comes along and helps.
| Then {s} {does TOPIC} and {does TOPIC}.
| When the weather is good, {s} {does TOPIC}, and when it is bad, {s} {does home}.
- {s} learned it from {p} {relative} a long time ago.
| It is not always easy, but it is worth it.
| Once {s} {did TOPIC} and forgot the time completely.
- Before {s} <go> home, {s} {does TOPIC}.
| Afterwards {s} <be> tired and <drink> {drink}.
- "There is nothing better," {s} always <say>.
| It makes {o} {good_mood}.
| {s} would like to do it every day.
"""

FACTS = """
# farm animals @we
- A cow gives milk, and a hen lays eggs.
| Sheep give us wool, and bees make honey.
| On a farm there are many animals: {farm_animal.s}, {farm_animal.s} and {farm_animal.s}.
| The farmer gets up early to feed the {farm_animal.s}.
-3 In summer the cows eat fresh grass, and in winter they eat hay.
| A horse can run fast and carry a rider.
| Pigs like to lie in the mud when it is hot.
| Hens look for worms and seeds in the yard.
| The dog guards the house and barks when a stranger comes.
| The cat catches the mice in the barn.
| Goats can climb on steep rocks and eat almost anything.
| Ducks can swim, walk and fly.
| A young sheep is called a lamb, and a young cow is called a calf.
| A donkey is stubborn, but it can carry heavy bags.
- From the milk people make butter, cheese and yoghurt.
| In the evening all the animals go back to the barn.
| Every animal needs food, water and a warm place to sleep.
- It is hard work, but most farmers love it.
| Without farms there would be no bread, no milk and no cheese.

# wild animals @we
- Many animals live in the forest.
| {wild_fact}
| Animals live everywhere: in the sea, in the forest and even in the desert.
| The {far_animal:q} is one of the animals that children like best.
-4 A bear eats berries, fish and honey, and it sleeps in winter.
| A fox is clever and hunts at night.
| An owl can see in the dark and turn its head almost all the way round.
| A squirrel hides nuts in autumn and often forgets where they are.
| The whale is the biggest animal in the world, but it eats very small ones.
| Birds build nests and lay eggs in spring.
| A frog lives in the water and on land.
| An elephant is big and grey, and it never forgets a friend.
| A giraffe has a long neck, so it can eat the leaves of tall trees.
| Penguins cannot fly, but they are good swimmers.
| A spider has eight legs and makes a web.
| Bees fly from flower to flower and collect sweet juice.
| A snail is slow because it carries its house on its back.
| Wolves live in families and hunt together.
| A hedgehog rolls up into a ball when it is afraid.
| Lions sleep most of the day and hunt in the evening.
| Swallows fly south in autumn and come back in spring.
| A butterfly was once a small green caterpillar.
- We can learn a lot when we watch animals quietly.
| If you see one, stay still and do not frighten it.
| All of them need clean water and enough room to live.

# the sky and the seasons @we
- There are four seasons: spring, summer, autumn and winter.
| The sun gives us light and warmth.
| The earth goes around the sun, and the moon goes around the earth.
| A year has twelve months, and a week has seven days.
-4 In spring the snow melts, and the first flowers open.
| In summer the days are long and the nights are short.
| In autumn the leaves turn yellow, red and brown.
| In winter it gets dark early, and the lakes freeze.
| The sun rises in the east and sets in the west.
| At night you can see the moon and the stars.
| When the sun shines through the rain, we see a rainbow.
| Clouds are made of tiny drops of water.
| When it is very cold, rain turns into snow.
| After lightning comes thunder.
| Rivers carry the water down to the sea.
| Plants need light, water and good soil.
| {month} is often a windy month.
| The wind moves the clouds across the sky.
- So every season has something beautiful.
| Everything in nature is connected.
| And then the year begins again.

# things and what they are for @we
- A {tool:z} is a useful thing to have in the house.
| Every kitchen needs a few good things.
| We use many things every day without thinking about them.
| A good toolbox has a hammer, a saw and a lot of nails.
-4 You cut bread with a knife and eat soup with a spoon.
| A clock tells us the time, and a calendar tells us the day.
| We use a key to open a door.
| You need an umbrella when it rains.
| A lamp gives us light when it is dark.
| With a needle and some thread you can repair a shirt.
| A ladder helps you to reach high places.
| We keep milk and butter in the fridge so that they stay fresh.
| A map shows you the way in a strange town.
| You wear gloves to keep your hands warm.
| A broom is good for sweeping the floor.
| Paper is made from wood, and glass is made from sand.
| Shoes are often made of leather.
| A bicycle has two wheels, and a car has four.
| Soap makes your hands clean.
| A bed is for sleeping, and a chair is for sitting.
- If something breaks, try to repair it before you buy a new one.
| Take care of your things, and they will last for many years.
| The best tools are often the simplest ones.

# jobs @we
- There are many different jobs in a {town}.
| What would you like to be when you grow up?
| Everybody in our street has a different job.
| People work in many places: in shops, in schools, in hospitals and on farms.
-4 A baker gets up in the middle of the night to bake bread.
| A doctor helps people who are ill.
| A teacher explains things and answers questions.
| A farmer grows wheat, potatoes and vegetables.
| A bus driver takes people to work and back home.
| A gardener plants flowers and cuts the hedges.
| A cook makes soup, meat and cakes for the guests.
| A pilot flies a plane, and a captain sails a ship.
| A dentist looks after our teeth.
| A nurse takes care of patients day and night.
| A writer writes books, and a librarian lends them to people.
| A tailor makes coats, shirts and trousers.
| Firefighters put out fires and save people and animals.
| A shopkeeper sells many things and knows all the customers.
| The postman brings letters and parcels.
- Every job is important, and we need all of them.
| The best job is one that you like.
| Some people change their job more than once.

# health @you
- The best way to [learn a language|stay healthy|make friends|sleep well|save money] is to
  {advice}.
| It is important to {advice}.
| A good day starts with {breakfast} and a glass of water.
| If you want to stay healthy, {advice} and {advice}.
-3 Eat fruit and vegetables every day.
| Wash your hands before you eat.
| Brush your teeth in the morning and in the evening.
| Go outside, even when the weather is bad.
| Do not sit all day, but get up and move.
| Try to go to bed at the same time every night.
| Talk to a friend when you are sad.
| Drink water and not too much coffee.
| Laugh as often as you can.
| Take the stairs and not the lift.
| Read a little every day, even if it is only one page.
- Small steps are better than none.
| You will soon feel the difference.
| It is never too late to begin.
- And do not forget to enjoy your day.
| Nobody is perfect, so be patient with yourself.
"""

HOW_TO = """
# pancakes @you
- To make pancakes you need flour, milk, eggs and a little salt.
| Pancakes are easy to make.
| This is how my grandmother made pancakes.
- First mix the flour and the milk in a big bowl.
| Put the flour into a bowl and add the milk slowly.
- Then add the eggs and stir until the mixture is smooth.
| Break {number} eggs into the bowl and add some salt.
- Heat some butter in a pan and pour in a little of the mixture.
| Let a piece of butter melt in a hot pan.
- After a minute or two, turn the pancake over.
| When the edges are brown, turn it over carefully.
- Serve the pancakes with {berry.s}, jam or honey.
| They taste best when they are warm, with sugar and lemon.
? Children like to help, but the pan is hot, so be careful.

# soup @you
- To make a good soup, you need {number} {vegetable:a.s}, an onion and some salt.
| Would you like to make a simple {soup_kind} soup?
| On a cold day there is nothing better than hot soup.
- Wash and peel the vegetables and cut them into small pieces.
| First cut the onion and fry it in a little oil.
- Put everything into a big pot and add water.
| Then add the vegetables and stir well.
- Let the soup cook for {number_tens} minutes.
| Cook it slowly until the vegetables are soft.
- Taste it and add salt and pepper if you like.
| At the end add a little cream or some fresh herbs.
- Serve it hot with a slice of bread.
| It tastes even better the next day.

# tea @you
- To make a good cup of tea, first boil some fresh water.
| Making tea is simple, but there are a few things to remember.
- Warm the pot with a little hot water and pour it out again.
| Put one spoon of tea into the pot for each person.
- Pour the hot water over the tea and wait for {number_small} minutes.
| Then pour in the boiling water and put the lid on.
- Some people drink it with milk, and others like it with lemon or honey.
| Add sugar or milk if you like.
- Sit down, hold the warm cup in your hands and enjoy it.
| Tea tastes best with {treat.s} and in good company.

# planting @you
- To grow {flower:a.s} or {vegetable.s}, you need good soil, water and sun.
| It is easy to grow {vegetable:b.s} in your own garden.
- In {grow_month} dig a small hole and put the seeds into it.
| First fill a pot with soil and press the seeds in gently.
- Cover them with soil and give them some water.
| Put the pot in a sunny place, for example on the window sill.
- Water them every day, but not too much.
| After a week or two you will see the first green leaves.
- When the plants are bigger, pull out the weeds around them.
| Keep the snails away, because they love young leaves.
- In late summer you can pick the first ones.
| Be patient, because good things take time.

# the way @you
- To get to the {place:a}, go straight on and turn [left|right] at the {building}.
| "Excuse me, where is the {place:a}?" "Go down this street and turn [left|right] at the
  {building}."
| The {place:a} is not far from here.
- Then walk along the {lane} until you come to a {place_adj} {road_end}.
| Cross the bridge and follow the river for {number} minutes.
- You will see a {colour} house with a {tree} in front of it.
| After the {shop}, take the {ordinal} street on the [left|right].
- The {place:a} is on the other side, next to the {shop}.
| You cannot miss it, because there is a big {colour} sign.
- It takes about {number_tens} minutes on foot.
| If you are tired, take the bus and get off at the third stop.
| If you get lost, just ask somebody.

# visitors and politeness @you
- Please [close the door|sit down|come in|wait a moment|take off your shoes], it is [cold
  outside|late already|raining].
| Please be quiet, because the baby is asleep.
| Please help yourself to some {treat.s}.
| Do not forget to lock the door when you leave.
- The keys are on the {surface_bare}, and the {pet} has already had its dinner.
| There is {container} in the kitchen, and you will find bread in the cupboard.
| You can put your coat on the chair over there.
- Could you {do home} before you go?
| Would you please {do home} and {do home}?
| If you are cold, take a blanket from the {furniture}.
- I will be back at {clock}, and then we can {do evening}.
| If the phone rings, please say that I am out.
| Call me if you need anything.
- Thank you very much for your help.
| Make yourself at home!
| I hope you will have a nice {part}.
"""

TALK = """
# at the café @one
- "Good morning! What would you like?" asked the waiter.
| "I would like {drink}, please," said {n}.
| {back_then} {s} went to a café and sat down by the window.
| I would like a cup of {hot_drink} and a piece of {cake_kind} cake, please.
- "A cup of {hot_drink:x} and a piece of cake, please," {s} said.
| "Do you have any cake today?" {s} asked.
| "What do you have for lunch today?" {s} asked.
- "We have {cake_kind} cake and {cake_kind} cake," said the waiter.
| "Today we have {plain_meal}, and it is very good," the waiter said.
- "Then I will have that," {s} said. "And a glass of water, please."
| "That sounds good. I will take it," said {s}.
- The waiter brought everything on a tray.
| The cake was [fresh|delicious|very good|still warm], and the {hot_drink:x} was just right.
| While {s} {was} eating, {s} looked at the people in the street.
- {at_last} {s} paid, thanked the waiter and left.
| "Come again soon!" said the waiter.
| {s} stayed there {how_long} and read the newspaper.

# on the phone @any
- The phone rang, and {s} picked it up.
| {back_then} {s} called {o2}.
| "Hello, it is me," said a voice on the phone.
- "Hello! How are you?" asked {n2}.
| "I have not heard from you for a long time," said {n2}.
- "I am fine, thank you," {s} said. "And you?"
| "Not so bad," {s} said. "I have a cold, but it is getting better."
- "Do you have time on {weekday:d}?" asked {n2}.
| "Would you like to {do town} with me on {weekday:d}?" asked {n2}.
| "I am having a few friends over on {weekday:d}. Would you like to come?" asked {n2}.
- "Yes, I would love to," {s} said. "What time?"
| "I am sorry, I have to work," {s} said. "But I am free in the evening."
- "Let us meet at {clock} in front of the {place}," said {n2}.
| "Come at {clock} and bring a good appetite," said {n2}.
- "I am looking forward to it," {s} said.
| {we} talked {how_long} about the family and the weather.
| "See you then! Goodbye!"

# child and parent @child
- "Why is the sky blue?" asked {n}.
| "Where does the sun go at night?" {s} asked.
| "May I have a {pet}?" asked {n}.
| "I am bored," said {n}.
| "I do not want to go to bed," said {n}.
- "That is a good question," said {n2}.
| {s2} thought about it for a moment.
| "Let me think," said {n2}.
| {s2} put down the {text} and smiled.
- "I do not know, but we can find out together," said {n2}.
| "Come with me, I want to show you something," {s2} said.
| "First we have to {do home}," said {n2}.
- So {we} sat down on the sofa and looked at a big book.
| So {we} went outside and looked at the sky.
| Then {we} {did home} and {did home}.
- "Now I understand," said {n}.
| "One day I will be a {job}," said {s}, "and then I will know everything."
| After that {s} had a hundred more questions.
- {s2} laughed and gave {o} a kiss.
| "Now it is time for bed," said {n2}.
| That night {s} fell asleep with the book in {p} hands.

# at the doctor's @one
- "What is the matter?" asked the doctor.
| {back_then} {s} went to the doctor because {p} {limb:x} hurt.
| {s} sat in the waiting room and looked at an old magazine.
- "I have a {illness}, and I cannot sleep," {s} said.
| "My {limb:x} hurts, above all at night," {s} said.
- "How long have you had it?" the doctor asked.
| "Open your mouth and say ah," said the doctor.
- "Since {weekday}," {s} said.
| "For about {number} days," {s} said.
- The doctor listened to {p} heart and looked into {p} eyes.
| The doctor wrote something on a piece of paper.
- "It is nothing serious," said the doctor. "Drink a lot of tea and stay in bed."
| "Take this medicine three times a day and come back next week," said the doctor.
- {s} {was} relieved and went straight home.
| After a few days {s} felt as good as new.

# weekend talk @we
- "What did you do at the weekend?" "I {did home_me} and {did home_me}."
| "How was your holiday?" "It was lovely. We {did beach} every day."
| "Where are you going?" "I am going to the {place} to meet a friend."
| "Can you help me?" "Of course, what can I do for you?"
| "Do you know what time it is?" "It is almost {clock}."
| "Have you ever been to {city}?" "Yes, I was there last {season}."
| "What is your favourite season?" "I like {season} best, because then we can {do outside}."
- "And what about you?" "I stayed at home because {bad_weather}."
| "That sounds nice. I {did home_me} and was in bed by ten."
| "Really? I did not know that."
| "That is interesting. Tell me more."
- "Would you like {container}?" "Yes, please."
| "Are you hungry?" "A little. Is there any {stuff} left?"
| "Shall we {do town} together?" "Good idea! When shall we meet?"
- "Let us meet at {clock}." "Fine. I will bring some {treat.s}."
| "Maybe we can do it next week." "Yes, on {weekday} I have time."
- "Then see you soon!" "Goodbye, and say hello to your {relative}."
| "I have to go now." "All right, take care!"
| "Thank you very much." "You are welcome."

# a small quarrel @child
- "That is my {toy:t}!" shouted {n}.
| {s} and {s2} both wanted the same {toy:t}.
| "You always take my things," said {n}.
- "No, I had it first," said {n2}.
| {s2} pulled on one side, and {s} pulled on the other.
- Then the {toy:t} broke, and it was very quiet.
| {s} began to cry and ran into the {room}.
| After that nobody said a word for an hour.
- Later {s2} knocked on the door and said, "I am sorry."
| "I am sorry," {s} said at last. "We can share it."
- Together {we} repaired it with some glue.
| {we} shared {treat.s} and forgot about it.
| {we} went outside and played with a {toy} instead.
- In the evening {we} were best friends again.
| It is better to share than to be alone.
"""

LETTERS = """
# letter @I
- Dear {first_name}, thank you for your [letter|postcard|last letter|lovely present].
| Dear Grandma, how are you? I hope you are well.
| Dear {first_name}, I am writing to you from {city}.
| Dear Mum and Dad, we arrived safely on {weekday}.
- Here {it_is_weather}, and we {do outside} every day.
| I was very happy to hear from you.
| I am fine, but I have a lot of work at the moment.
| The {gift} is wonderful, and I use it every day.
- {this_day_holiday} I {did town} and {did town}.
| Last week I {did outside} with my {relative}.
| I have made a new friend here, and her name is {girl}.
- The food is good, but I miss your {cake_kind} cake.
| The {pet} is well and sleeps on my bed every night.
| Do you remember how we {did garden} together?
- When will you come and visit me?
| Next {month} I will have a few days off, and then I would like to see you.
| Please tell me how everybody is at home.
- I must stop now, because the post office closes at {clock}.
| It is late, and I am tired, so I will finish my letter here.
- With love, {first_name}.
| Best wishes from {first_name}.
| See you soon! Yours, {first_name}.

# diary @I
- Dear diary, today [was a good day|was a strange day|nothing went right|I am very {good_mood}].
| {weekday}. I got up late today and {did morning}.
| {weekday} evening. What a day! I {did any} and {did any}.
| Today I saw {sight}.
- At breakfast I had {breakfast}, and then I {did any}.
| In the morning {weather_was}, so I {did home}.
| First I missed the bus, and then I forgot my {thing}.
- In the afternoon {first_name} came, and we {did outside}.
| At {clock} I met {first_name} in front of the {place}.
| My {relative} called and told me some good news.
- I do not know why, but I felt {bad_mood} for a while.
| I learned something new: it is good to {advice}.
| I laughed so much that my stomach hurt.
- Tomorrow I want to {do any}.
| I hope that tomorrow will be better.
| Now I am lying in bed and listening to {sound_ing}.
- Good night!
| That is all for today.
| I am already looking forward to the weekend.
"""

TALES = """
# the {magic} @one
- Once upon a time there was a [poor|rich|lonely|kind|young|little|very clever] {tale_person:h}
  who lived in a {tale_home}.
| Once upon a time there lived a {tale_person:h} who had {number} {tale_animal.s}.
| Once upon a time, in a land far away, a {tale_person:h} lived in a {tale_home}.
| Long ago, when animals could still talk, a {tale_person:h} lived near a dark forest.
| There was once a {tale_person:h} who [could not laugh|had lost a ring|was always hungry|wanted
  to see the world].
- The {tale_person:h} had everything, but was not happy.
| Every day the {tale_person:h} went into the forest to look for wood.
| One night there was a storm, and somebody knocked at the door.
| People said that a {tale_monster:m} lived in the mountain.
- One day a little {tale_animal:a} came and said, "Please help me, and I will help you."
| In the forest the {tale_person:h} met a {tale_animal:a} who could speak.
| Under an old tree sat a {tale_animal:a} with a {colour} feather.
- "What do you want?" asked the {tale_person:h}.
| The {tale_person:h} gave the {tale_animal:a} a piece of bread.
| "I am so hungry," said the {tale_animal:a}, "and nobody gives me anything."
- "Because you are kind, I will give you {wish_gift}," said the {tale_animal:a}.
| "Go to the end of the forest," said the {tale_animal:a}. "There you will find a golden
  {treasure:t}."
| "You have three wishes," said the {tale_animal:a}. "Choose them well."
- The {tale_person:h} walked for three days and three nights, over hills and rivers.
| The {tale_person:h} thought for a long time and then wished for only one thing.
| On the way there was a {tale_monster}, but the {tale_animal:a} knew a trick.
- At last there was a door in the rock, and behind it was a room full of light.
| Then the {tale_animal:a} turned into a beautiful {tale_royal}.
| In the morning there was a golden {treasure} on the table.
- From that day on nobody in the land was hungry any more.
| The {tale_person:h} shared everything with the poor, and they lived happily ever after.
| And they lived happily ever after.
| And if they have not died, they are still living there today.

# the king @we
- The king had three [sons|daughters|wishes|crowns], but he was [never happy|very sad|always
  tired].
| Once upon a time there was a king who could not sleep.
| Once upon a time a queen lived in a castle with a hundred rooms, and her husband was a wise
  king.
| In a land by the sea there lived an old king.
- "Whoever makes me laugh shall have half of my kingdom," said the king.
| One day he said, "Bring me the most beautiful thing in the world."
| The king called all the doctors of the land, but nobody could help him.
- Many people came from far away, but none of them could do it.
| The first brought gold, and the second brought silver.
| A rich man brought a golden {treasure}, but the king only shook his head.
- Then a poor girl came with a {tale_animal:a} under her arm.
| At last a young {tale_poor} came to the castle.
| A little boy with no shoes stood in front of the gate.
- "I have nothing but a {simple_thing}," the child said.
| The {animal_tale} jumped onto the throne and put the crown on its own head.
| "I can tell you a story," a small voice said.
- The king looked at it for a long time, and then he began to smile.
| The king laughed so loudly that the windows shook.
| For the first time in many years the king slept well.
- After that there was a big feast, and everybody in the land was invited.
| From then on the child lived in the castle and told a story every evening.
| So the king learned that the best things cost nothing.

# two animals @we
- Once upon a time a {tale_animal:a} and a {tale_animal:b} were good friends.
| A {tale_animal:a} and a {tale_animal:b} lived in the same forest.
| One day a {tale_animal:a} met a {tale_animal:b} on a narrow bridge.
| A hungry {tale_animal:a} found a big piece of cheese, and a {tale_animal:b} saw it.
- "I am faster than you," said the {tale_animal:a}.
| "I was here first," said the {tale_animal:b}.
| "Winter is coming," said the {tale_animal:b}. "We need a house."
| "Will you share it with me?" asked the {tale_animal:b}.
- "Let us see," said the {tale_animal:b} and smiled.
| The {tale_animal:a} laughed and did not want to listen.
| They began to argue, and soon all the birds came to watch.
- So they ran to the river and back.
| They worked the whole day and built a little house out of stones.
| But while they were shouting, the bridge began to shake.
| Then a {wild_tale} came and asked what was going on.
- The {tale_animal:a} fell into the water and could not swim.
| The {tale_animal:a} was so sure of itself that it lay down and fell asleep.
| In the night there was a storm, and they were both afraid.
- The {tale_animal:b} pulled its friend out and laughed.
| "Hold on to me," said the {tale_animal:b}, and so they both were safe.
| In the end the {tale_animal:b} was right, and the {tale_animal:a} said sorry.
- Since that day they have shared everything.
| It is good to be quick, but it is better to have a friend.
| And when the snow came, they sat by the fire and told each other stories.

# the little one @we
- The little girl looked at the [moon|stars|door|sea|old clock] and [smiled|made a wish|wondered
  who lived there].
| A little boy found a {treasure:t} in the garden.
| Once there was a little {tale_animal} who was afraid of the dark.
| There was a small star that was not as bright as the others.
| A little cloud was sad because it was all alone in the sky.
- "What shall I do?" asked the little one.
| Nobody knew where it came from.
| Every night was the same, and nothing changed.
- Then the wind came and said, "Come with me, I will show you the world."
| Then an old {tale_animal:o} came by and said, "Do not be sad."
| The moon heard it and said, "You only have to wait."
- They went over the {nature}, over the {town} and over the sea.
| Down on the earth people were sleeping, and only one window was bright.
| On the way they met {number} {bird.s}, who were flying south.
- In that house lived an old {tale_poor} who was ill.
| There they saw a ship that had lost its way in the dark.
| In a dry field the flowers were thirsty and let their heads hang.
- "Now I know what I can do," said the little one.
| So the little one stayed and helped, as well as it could.
- In the morning everything was well again.
| Since then nobody has been sad there.
| And if you look carefully, you can still see it today.
"""

# Small things that happened; each is a sentence alone, or the beginning of a text.
MOMENTS = """
{s} {was} tired because {s} had [worked all day|slept badly|walked for hours|played outside all
  {part}].
{s} {was} late because [the bus did not come|the alarm clock had not rung|there was so much snow].
{s} {was} hungry, so {s} made [{container}|some toast|a sandwich with cheese and tomatoes].
{s} {was} thirsty and drank a whole {bottle} of {cold_drink}.
{s} {was} cold, so {s} put on a [warm|thick|woollen] {clothes} and sat down by the fire.
{s} {was} {bad_mood} because {reason_sad}.
{s} {was} {good_mood} because {reason_happy}.
{s} forgot [the umbrella|the keys|the {thing}|the shopping list] and had to go back.
{s} fell down the stairs and hurt {p} {limb}.
{s} looked out of the window and saw {sight}.
{s} looked at the clock and jumped up, because it was already {clock}.
{s} heard {sound} and [stopped|turned around|ran to the window|held {p} breath].
{s} opened the [box|drawer|cupboard|letter|old suitcase] and found {find}.
{s} opened the window and [let in the fresh air|called {p} {relative}|listened to the birds].
{s} sat down on [a bench|the grass|the sofa|the stairs] and [took off {p} shoes|closed {p}
  eyes|read a {text}].
{s} ran to the [bus stop|river|door|shop|station|gate], but [nobody was there|it was too late|it
  was closed].
{s} went to the {place} and {did town}.
{s} went into the kitchen and {did kitchen}.
{s} went out into the garden and {did garden}.
{s} went upstairs, {did home} and came down again.
{s} came home [late|early|with wet shoes|with a big smile|at {clock}] and {did evening}.
{s} stood at the window and waited for [the bus|the rain to stop|{p} {relative}|the first guests].
{s} waited {how_long}, but nobody came.
{s} walked [slowly|quickly|quietly] through the {place_adj} streets and looked at the {lights}.
{s} walked along the {lane} until {s} came to a {place_adj} {building}.
{s} climbed the hill, and from the top {s} could see the whole {town}.
{s} put the {gift} on {surface} and {softly} closed the door.
{s} put on {p} {clothes} and went out into the cold.
{s} took a {fruit} out of {p} bag and gave it to a {child}.
{s} took the {vehicle} to the {place} because it was too far to walk.
{s} tried to open the door, but [it was locked|the key did not fit|it was too heavy].
{s} tried to sleep, but [the moon was too bright|there was a noise in the {room}|{s} {was} not
  tired].
{s} wanted to {do any}, but {excuse}.
{s} wanted to buy a {gift}, but it was too expensive.
{s} decided to {do any} and then {do any}.
{s} began to {do home}, but then {s2} came to visit.
{s} had never seen such a {thing_adj} {object} before.
{s} had a {illness} and could not {do outside}.
{s} had just started to {do home} when the phone rang.
{s} thought about {p} {relative} and smiled.
{s} asked {o2} [for help|for some {stuff}|to {do any}|what time it was].
{s} gave {o2} a {thing_adj} {gift} for {p2} birthday.
{s} told {o2} a story about a {magic} and a {far_animal}.
{s} helped {o2} to {do_bare}.
{s} promised to {do any} the next day.
{s} found a {thing_adj} {gift} at the market and bought it for {p} {relative}.
{s} bought a {colour} {clothes} and a pair of {colour} {pair.s}.
{s} broke a {dish}, but nobody was angry.
{s} cut the {fruit} in two and gave one half to {o2}.
{s} poured the [milk|tea|coffee|juice] into a {cup} and drank it {softly}.
{s} lost {p} {thing} on the way to the {place}.
{s} met an old friend at the {place}, and the time passed very quickly.
{s} sang a song while {s} {was} washing the {dish.s}.
{s} painted a picture of the {nature} and hung it on the wall.
{s} wrote a {text_short} and put it on {surface}.
{s} planted a {tree} behind the house when {s} {was} young.
{s} learned to play the {instrument} and practised every {part}.
{s} laughed because the {pet} was [wearing a hat|chasing its tail|asleep in a {household}].
{s} smiled and said, "[Thank you very much|That is very kind|I knew it|What a lovely day|It was
  nothing]."
{s} shook {p} head and said, "[I do not think so|That is not true|I have no idea|Not today]."
"[Wait for me|Come here|Look at that|Be careful|Good morning|Hurry up|Help]!" {s} shouted from
  the {room}.
"Where is my {thing}?" asked {n}.
"I would like {drink}, please," said {n}.
"It is {clock}," said {n}. "Time to {do_go}."
When {s} {was} young, {s} wanted to be a {job}.
When {s} {was} {number} years old, {s} got a {toy} for {p} birthday.
When the sun went down, {s} {did evening}.
When the rain stopped, {s} went outside and {did garden}.
When the bell rang, {s} jumped up and ran to the door.
When {s} came home, [the house was empty|dinner was ready|the {pet} was waiting at the door|it
  was dark].
When {s} opened the {home_open}, {s} saw {sight}.
When {s} woke up, [the sun was shining|it was still dark|everything was white|{s} {was} alone in
  the house].
While {s} {was} waiting for the {vehicle}, {s} read a {text}.
While {s} {was} cooking, the phone rang {number_small} times.
While {s} {was} sleeping, it snowed, and in the morning everything was white.
As soon as {s} heard the news, {s} called {p} {relative}.
Before {s} went to bed, {s} {did evening}.
After {s} had {done_thing}, {s} drank {drink}.
After dinner {s} {did evening} and {did evening}.
At {clock} {s} got up and {did morning}.
At first {s} {was} {bad_mood}, but then {s} began to laugh.
Although {bad_weather}, {s} {did outside}.
Because {bad_weather}, {s} stayed at home and {did home}.
Because it was {weekday}, {s} {did any}.
It was raining, so {s} [stayed at home and|took an umbrella and|put on a coat and] {did any}.
It was a {day_adj} day, and {s} {did outside}.
It was {clock} in the {part}, and {s} {was} still [in bed|at work|hungry|in the garden].
It was so [cold|dark|quiet|hot|late] that {s} decided to {do home}.
It took {number} hours to get to {city}, but {s} {did travel} and was not bored.
There was no {stuff} left, so {s} went to the shop.
There was a {colour} {gift} on the table, but {s} did not know who had put it there.
There was {sound} in the middle of the night, and {s} woke up.
There was a big {farm_animal} in the garden, and {s} did not know what to do.
One {part} {s} {did outside} and came home with {find}.
In the middle of the night {s} got up and drank a glass of {cold_drink}.
In the morning {s} {did morning}, and in the evening {s} {did evening}.
In {month} {s} travelled to {country} and {did beach}.
On the way to the {place} {s} met {o2}.
On {weekday} {s} visited {p} {relative}, who lives near the {nature}.
Every time {s} heard that song, {s} thought of {country}.
For breakfast {s} had {breakfast}, and for lunch {s} had {plain_meal}.
For a long time {s} sat there and looked at the {sky_thing}.
Suddenly {s} remembered that it was {p} {relative}'s birthday.
Without a word {s} {did home} and left.
With a [smile|laugh|deep breath|little cough] {s} opened the letter.
Last night {s} dreamed about a {far_animal} that could {dream_do}.
Last summer {s} {did beach} and {did beach}.
Yesterday {s} {did any}, but today {s} <be> too tired.
The day before yesterday {s} met a {job} who had been to {country}.
Nobody was at home, so {s} {did home}.
Everybody was asleep when {s} {did home}.
Somebody had left a {gift} in front of the door, and {s} picked it up.
The {pet} ran to the [door|kitchen|river|garden|fence], and {s} ran after it.
The door was open, so {s} went in and called, "Is anybody there?"
The bus was full, so {s} walked home and {did evening}.
The soup was too [hot|salty|thin], but {s} ate it all the same.
The box was so heavy that {s} could not lift it.
The water was cold, but {s} jumped in and swam to the other side.
The phone rang, but {s} did not hear it because the {machine_loud} was so loud.
The {relative_my} called and asked {o} to {do any}.
{both} {did any} and {did any}.
{both} {did town}, although {bad_weather}.
{both} sat in the {room} and talked about the {event}.
{p} {relative} [baked a cake|came to visit|told a joke|lost the {thing}|had an idea], and {s}
  laughed.
{p} {clothes} was wet, so {s} hung it up near the fire.
{p} hands were cold, because {s} had forgotten {p} gloves.
{p} favourite {dish} was broken, but {s2} repaired it.
"""

# What comes after a moment.
AFTER_A_MOMENT = """
- {then} {s} {did home} and {did home}.
| {s2} saw it and [laughed|smiled|shook {p2} head|came closer].
| "What are you doing?" asked {n2}.
| That was how the whole day had been.
| {s} sat down for a moment and thought about it.
| {s} did not know what to say.
- "Never mind," said {n2}. "Let us {do home}."
| "I have an idea," said {n2}. "We could {do outside}."
| Then {s} heard {sound} and saw {sight}.
| {s2} came in with {drink} and sat down next to {o}.
| After that {s} {was} not {bad_mood} any more.
| {s} {did any}, and soon everything was better.
| It was not the first time, and it would not be the last.
- So {we} {did outside} {how_long}.
| {then} {we} {did home} and talked about the {event}.
| {s} remembered what {p} {relative} always said: it is good to {advice}.
| {weather_turn}
| {then} {s} {did town}.
- {at_last} {we} {did evening}.
| {at_last} {sleepy_end}.
| {reaction}.
| The next morning {s} told {p} {relative} about it.
| And that was the end of a [long|strange|good|very ordinary] day.
"""

STATEMENTS = """
{farm_fact} {every_where}.
The {sky} is [beautiful|bright|hidden behind the clouds|very clear] tonight.
The sun is shining, and the {bird.s} are singing in the {tree}.
The {flower.s} in the garden are {colour} and {colour}.
The {building} is next to the {shop}, opposite the {place}.
The {shop} is closed on {weekday}s.
The {vehicle} leaves at {clock} and arrives {in_time}.
The {room} is {place_adj_room}, but the {room} is {place_adj_room}.
The {pet} is [sleeping under|lying on|hiding behind] the {furniture}.
The {pet} likes to {pet_does} when nobody is looking.
The {farm_animal.s} are standing in the field and eating grass.
The children are playing {sport} in the {yard}.
The baby is asleep, so please be quiet.
The soup needs a little more salt, but the {treat.s} are perfect.
The best part of the day is the {part}, when we {do evening}.
The road to the {landmark} is long and {road_adj}.
The old {building} on the hill was built out of {material_hard} many years ago.
The {job} lives at the end of the {lane} and has {number} children.
The {job} told us that it will {weather_will}.
The first {weekday} of the month is always busy.
The leaves turn {leaf_colour} in autumn and fall to the ground.
The smell of {smell} reminds me of my {relative}.
There is a {colour} {gift} on {surface}.
There is a {place_adj} {building} near the {nature}.
There are {number} {fruit.s} and a loaf of bread in the basket.
There are many {flower.s} and {tree.s} in the park.
There is nothing better than {joy} after a long day.
There was once a {building} here, but now there is only a field.
A {wild} lives in the forest behind our house.
A {job} must be {person_adj} and {person_adj}.
A good friend is someone who [listens|helps you|makes you laugh|tells you the truth].
A cup of {hot_drink} and a good {text} are all that you need on a rainy day.
A {bird} has built a nest in the {tree} near the {home_part}.
A {small_animal} is sitting on a leaf in the rain.
A long time ago there was a {building} where the {place} is now.
{season_in}
In our {town} there is a {place_adj} {place} with a {colour} door.
In {country} people often eat {plain_meal} for lunch.
In the middle of the square stands a statue of a {statue}.
In front of the {building} grows a tall {tree}.
Behind the house there is a garden with {vegetable.s} and {flower.s}.
On the table there was {container} and a {text}.
Next to the {furniture} stood a {thing_adj} {furniture}.
Under the bridge {number} {duck_bird} were sleeping.
Some people like {joy}, and others like {joy}.
Many people are afraid of {afraid_of}.
Most children love {treat.s} and stories about {magic.s}.
Nobody knows why the {small_wild} comes here every {part}.
Everybody was talking about the {event} in {city}.
It is easier to {do home} than to {do music}.
It is {clock}, and the {shop} is just opening.
It is [nice|good|fun|hard|lovely] to {do outside} on a {day_adj} day.
It often {weather_does} here in {month}.
It has been a {day_adj} day, and now it is getting dark.
It is never too late to {do music}.
It looks as if it will {weather_will}.
This {thing_adj} {gift} belongs to my {relative}.
This is the beach where we used to {do beach}.
This is the forest where we used to {do forest}.
These {pair.s} are too small, but those over there are just right.
That {building} with the {colour} roof is more than a hundred years old.
Two {bird.s} were sitting on the {roof} and looking at the {pet}.
Half of the {treat.s} were gone before the guests arrived.
{gift_is}
Cats like to sleep in the sun, and dogs like to run in the {outdoors_bare}.
Bread is made from flour, water and salt.
Fresh {fruit.s} taste better than anything from a box.
Time flies when you {do outside} with good friends.
Good things take time, and a {garden_thing} does too.
Life in the {town} is [quiet|busy|never boring|not always easy].
Winter is cold, but {joy} makes it beautiful.
{month} is the month when we {do garden}.
{weekday} is the day when the market comes to our {town}.
My {relative} is a {job} and lives in {city}.
My {relative} often {does_her} on {weekday}s.
My {relative} has a {pet} called {pet_name}.
My {relative} and I often {do any} together.
My favourite {favourite}.
My {limb} hurts, so I cannot {do sport} today.
Our neighbour has a {colour} {vehicle_own} and {number} {pet.s}.
Our {relative}s live in {country}, and we visit them every {season}.
Our train was late, and so we {did travel}.
"I like your {clothes}," said the {job}. "Is it new?"
"Good {part}," said the {job}, and everybody looked up.
"How much are the {fruit.s}?" asked an old woman at the market.
"You are late," said the {job}, but with a smile.
"What a {thing_adj} {gift}!" cried my {relative}.
The river runs past the {old_house} and under the bridge.
The sea was calm, and the boats lay in the {colour} light of the {part}.
The horse in the field is {colour}, and it belongs to the {job}.
The window was open, so we could hear {sound}.
The door was locked, and the {thing} was in the other coat.
The stars were bright, and the moon hung over the {nature}.
The man with the {colour} {clothes} is a {job} from {city}.
The old woman with the {pet} lives next to the {shop}.
The cat sat on the {furniture} and looked at the {bird.s}.
The boy next to me has a {colour} {clothes} and wants to be a {job}.
The girl in the first row plays the {instrument} and likes {subject}.
The teacher asked us to write about a {far_animal} and a {magic}.
The doctor said that it is good to {advice}.
The most beautiful {flower} in the garden is {colour}.
In the kitchen there is {container} for you.
At school we learn {subject}, {subject} and {subject}.
They were sitting in the {room} and talking about the {event}.
We are going to {do outside} this {part}.
I think that {season} is the best time to {do outside}.
I do not know if the {shop} is open on {weekday}.
What a {day_adj} {part}!
What a {thing_adj} {gift} you have there!
How {good_mood} we were when the {season} came!
"""

YOU = """
Please {do any}.
Please {do home} before you {do evening}.
Please give me the {dish} and a {fruit}.
Please do not {do home} now, because the baby is asleep.
Please remember to {do any}, and do not forget your {thing}.
Do not forget to {do any}.
Do not be {bad_mood}, because tomorrow is a new day.
Do you like {joy}?
Do you like {plain_meal}, or would you prefer {plain_meal}?
Do you know the {job} who lives near the {nature}?
Do you know where the {thing} is?
Do you know how to {do any}?
Do you remember the {day_adj} day when we {did outside}?
Do you want to {do outside} with us on {weekday}?
Do you ever think about the {nature} where we {did picnic}?
Did you {do any} yesterday?
Did you hear {sound} last night?
Did you see the {colour} {clothes} in the window of the shop?
Can you {do any}, or are you too tired?
Can you help me to {do any}?
Can you see the {bird} on the roof of the {building}?
Could you please {do any} while I talk to the {job}?
Could you lend me your {thing} until {weekday}?
Would you like {container}?
Would you like to {do outside} this {part}?
Would you rather {do home} or {do outside}?
Will you {do any} tomorrow {part}?
Have you ever been to {city} in {season}?
Have you ever seen a {far_animal} or a {sea_animal}?
Have you got a {tool} and a piece of string?
Have you seen my {colour} {clothes}?
Are you going to {do town} on {weekday}?
Are you {bad_mood}, or are you only tired?
Is there any {stuff} in the cupboard?
Is it far from here to the {place}?
Is the {shop} open on {weekday} {part}?
Where did you buy that {thing_adj} {gift}?
Where can I find a {shop} that sells {vegetable.s}?
When will you {do any}?
When does the {vehicle} to {city} leave?
Why did you {do any} so late?
Why is the {pet} hiding under the {furniture}?
Who was the {job} with the {colour} {clothes}?
Who wants to {do outside} with me?
What did you {do_eat} for breakfast?
What would you do if you met a {far_animal}?
What do you think about the {event}?
How long does it take to {do any}?
How do you {do music} so well?
How many {fruit.s} do we need for the cake?
Which do you like better, {season} or {season}?
If you {do any}, I will {do any}.
If you are cold, put on your {clothes} or {do sport}.
If you turn left at the {building}, you will see the {place}.
If it rains on {weekday}, we can {do home}.
If I had more time, I would {do music} and {do garden}.
If I were you, I would {do any} first.
You should {do any} more often.
You should not {do outside} when you have a {illness}.
You can {do town} in the {part}, or you can {do home}.
You can take the {vehicle} to the {place} and walk from there.
You look {bad_mood}, so let us {do outside}.
You never know what you will find in an old {building}.
You must {do any} before {clock}.
Let us {do outside} and then {do evening}.
Let us meet in front of the {place} at {clock}.
Take the {road_to}, and then turn right at the {building}.
Take your {clothes}, because it may {weather_will}.
Put the {dish.s} on the table and {do kitchen}.
Open the window, and you can hear {sound}.
Look at the {sky_thing}, and make a wish!
Come in, sit down and tell us about the {event}.
Wait a moment, I only have to close the {home_open}.
Thank you for the {gift}, it is just what I needed.
Thank you for everything, and see you on {weekday}.
I will wait here while you {do any}.
I would like a cup of {hot_drink} and a {treat}.
I would like {container}, please.
I would like to {do town}, but I have to {do home}.
I wish you a [wonderful|lovely|happy|very good] {event_nice}!
We could {do outside} or {do town}; what do you think?
"""

# Sentences that begin with a time.
TIMES = """
{back_then} {s} {did any}.
{back_then} {s} {did any} and {did any}.
{back_then} {s} {did outside}, and {s2} {did outside}.
{back_then} {both} {did town}.
{back_then} {both} {did any}, although {bad_weather}.
{back_then} {bad_weather}, so {s} {did home}.
{back_then} {s} wanted to {do any}, but {excuse}.
{this_day} {s} {did any} because {s2} had asked {o} to do it.
{this_day} {s} {did work} and {did work}.
{then} {s} {did any}, and {s2} {did any}.
{at_last} {s} {did evening} and {did evening}.
{habit} {s} {does any} and {does any}.
{soon} {s} will {do any} and then {do any}.
"""

# Statements in the present and future about somebody.
ABOUT = """
{s} <like> {joy}, but {s} {dont} like {dislike}.
{s} <love> {joy} and {joy}.
{s} <want> to {do any}.
{s} <want> to be a {job} one day.
{s} always {does any} before {s} {does evening}.
{s} never {does any} on {weekday}s.
{s} often {does outside} with {p} {relative}.
{s} sometimes {does music} when nobody is listening.
{s} usually {does any} in the {part}.
{s} <live> near the {nature} and often {does outside}.
{s} <work> in a {building} in the middle of the {town}.
{s} <know> a lot about {subject} and {small_animal.s}.
{s} <think> that {season} is the best time to {do outside}.
{s} <hope> that it will {weather_nice} on {weekday}.
{s} <need> {shopping} and {shopping}.
{s} <have> a {pet}, {number} {pet.s} and a garden full of {flower.s}.
{s} <have> to {do any} before {clock}.
{s} <be> going to {do any} on {weekday}.
{s} <be> looking for a {thing_adj} {gift} for {p} {relative}.
{s} <be> not afraid of {afraid_of}.
{s} can {do music}, but {s} cannot {do sport}.
{s} will {do any} tomorrow.
{s} will {do town} on {weekday} if the weather is good.
{s} would like to {do any}, but there is no time.
{s} would like {drink} and a {treat}.
{s} must {do any} before the guests arrive.
{s} may {do outside} if it does not rain.
{s} used to {do any} every {weekday}.
{s} {has} never been to {city}, but {s} would like to go there.
{s} {has} already {done_thing} today.
{s} {has} lived in {city} for {number} years.
{s} {has} a {colour} {clothes} and a pair of {colour} {pair.s}.
{habit} {s} {does any}.
{habit} {s} {does any} and {does any}.
{soon} {s} will {do any} and {do any}.
{soon} {both} will {do town}.
{soon} {s} <want> to {do any}, because {s2} is coming.
When it rains, {s} {does home} or {does kitchen}.
When the sun shines, {s} {does outside}.
When {s} <be> {bad_mood}, {s} {does music}.
If it is warm enough, {s} {does outside} after work.
After a long day {s} {does evening} and {does evening}.
In {season} {s} {does outside}, and in {season} {s} {does home}.
On {weekday}s {s} {does town} with {p} {relative}.
Before breakfast {s} {does morning}.
To stay healthy, {s} {does sport} every {weekday}.
For {p} birthday {s} <want> a {gift} and a {cake_kind} cake.
{p} favourite animal is the {far_animal}, but {s} <like> {pet.s} too.
{p} {relative} is a {job} and often {does_her}.
"""


PICTURES = """
# the river @we
- The river runs through the middle of the {town} and goes under {number_small} bridges.
| The river was [quiet|wide|brown after the rain|cold and clear].
| The sea was [calm|grey|rough|as smooth as glass] that {part}.
| The lake lies between two hills, and {tree.s} grow on its banks.
- In {season} the children {do beach}, and in winter the water is covered with ice.
| On the bank {number} {duck_bird} were sleeping in the sun.
| An old boat was lying in the grass, and nobody knew whose it was.
| A man was fishing, but he had not caught anything.
- The sun shone on the water, and the wind made small waves.
| From time to time a fish jumped out of the water.
| The water was so clear that one could see the stones on the ground.
- In the evening people walk along the bank and talk about the day.
| When it gets dark, the lights of the {town} shine in the water.
| Far away one could hear {sound}.
- If you follow it long enough, you will come to the sea.
| It is the most beautiful place that I know.
| Nothing moved, and even the birds were silent.

# in the kitchen @one
- In the kitchen it was warm, and the {soup_kind} soup was cooking on the stove.
| In the kitchen {p} {relative:m} was {cooking_ing}.
| The kitchen was the warmest room in the house.
| The food was almost ready, and everybody was hungry.
- On the table stood a bowl of {fruit.s} and a jug of {cold_drink}.
| The window was open, and the smell of {smell} came in.
| The cat sat on the window sill and looked at the birds.
- "Can I taste it?" {s} asked.
| "Set the table, please," said {p} {relative:m}.
| {s} cut the bread and put the plates on the table.
- There was {plain_meal}, and after that there was {cake_kind} cake.
| At {clock} they all sat down and began to eat.
- Nobody said a word, because it tasted so good.
| "Is there any more?" {s} asked with a full mouth.
| After the meal they washed the dishes and sang.
- Outside it was already dark, but inside it was bright and warm.
| It was an evening like many others, and that was the best thing about it.

# the market square @we
- On {weekday}s there is a market in the square.
| The street was full of people, and everybody was in a hurry.
| At the market you can buy {fruit.s}, {vegetable.s} and fresh {stuff}.
- An old woman was selling {flower.s}, and a young man was selling {fruit.s}.
| A farmer sells {vegetable.s}, eggs and honey from his own bees.
| A boy with a {colour} cap was playing the {instrument}.
- "Fresh {fruit.s}!" somebody called. "Only today!"
| A dog ran between the tables and stole a sausage.
| The baker had sold everything by {clock}.
- People stopped, talked for a while and walked on.
| The pigeons waited for crumbs, and the clock on the tower struck {clock_hour}.
| A little girl had lost her mother, but a kind {job} helped her.
- At noon the sun came out, and the cafés put their tables outside.
| Then it began to rain, and everybody ran under the roofs.
- In the evening the square was empty again.
| Only a few leaves and an old newspaper were left.

# the window and the night @we
- The window was open, and the wind moved the curtains.
| The stars were bright, and the moon hung over the {nature}.
| The house was quiet, and everybody was asleep.
| The street was empty, and all the windows were dark.
| The snow lay on the roofs, and it was very still.
- Only a {wild} was walking through the garden.
| Somewhere a dog barked, and then it was quiet again.
| A clock struck {clock_hour}, and far away a train went by.
| A light was still burning in the house across the street.
- There an old man was reading a {text}.
| A woman stood at the window and could not sleep.
| A young mother sang a song for her baby.
- Slowly the sky in the east turned grey and then pink.
| Then the first birds began to sing.
- The baker opened his shop, and the smell of bread filled the street.
| The first bus came around the corner, and a new day began.
| Soon the children would get up and go to school.

# the horse and the bird @we
- The horse stood in the field and waited for somebody to bring it an apple.
| The bird sat on the highest branch and sang.
| The horse was old, but it could still run.
| The {bird:b} flew over the house and sat down on the roof.
| The {farm_animal:b} looked over the fence and waited.
- A little {child_one} came every day after school.
| It was {season}, and the grass was wet in the mornings.
| Behind the trees one could hear the children play.
- One day the gate was open, and nobody was there.
| That {part} the sky was dark, and the wind was strong.
| One {part} something strange happened.
- It walked along the road until it came to the {landmark}.
| It was not afraid, because it knew the way.
| It looked around, shook its head and went on.
- Everybody looked for it, and in the evening the {job} found it near the {landmark}.
| There it met a {pet} that was just as curious.
- Then it was tired and wanted to go home.
| After that the gate was always closed at night.
| At home there was fresh water and something good to eat.

# the man, the woman @we
- The man [sat down|looked at the clock|put down his newspaper|opened his bag] and said nothing.
| The old woman [smiled|opened the window|put on her glasses|sat down by the fire].
| The boy [ran down the hill|climbed over the wall|picked up the ball|looked up at the sky].
| The girl [opened the book|looked at her shoes|waved her hand|began to sing].
| The doctor came in and closed the door.
| The children were playing in the {yard} when it began to rain.
| They were [sitting around the fire|walking home|waiting for the bus|very tired].
- It had been a long {part}, and {weather_was}.
| Nobody else was there, and the room was very quiet.
| For a while there was no sound but the ticking of the clock.
| There was a strange light in the sky.
- Then somebody asked, "What shall we do now?"
| Suddenly there was a knock at the door.
| Then {number} {bird.s} flew past the window.
| At that moment the phone rang.
- A {job} came in and brought a {gift} with a {colour} ribbon.
| It was the {job}, who had lost the way and needed help.
| "I have an idea," said a quiet voice. "We could {do home we}."
- Everybody was surprised, and then everybody laughed.
| After that it was much easier to wait.
| So they made a pot of tea and talked {how_long}.
- When it was time to go, nobody wanted to leave.
| In the end everything was all right.
| It was one of those days that one does not forget.

# what I think @I
- I think that {season} is the best time of the year.
| I think it is important to {advice}.
| I want to {do any}, but I do not know if there is enough time.
| I do not know what to do today.
| I hope that the weather will be better tomorrow.
| I am [tired|hungry|happy|a little sad|very busy] today, because {reason_i}.
| I need {shopping} and {shopping} for the weekend.
| I always wanted to have a {pet}.
| I remember the day when we {did outside} together.
| I have a {relative} who lives in {city}.
- Maybe I will {do home} first and then {do any}.
| My {relative} says that it is better to {advice}.
| On {weekday} I have more time, and then I can {do town}.
| It would be nice to {do outside} with a good friend.
- Sometimes I just sit by the window and look at the {sky_thing}.
| When I am {bad_mood}, I {do music}, and that always helps.
| There are so many things that I want to learn: {subject}, {subject} and {sport}.
- But first I must {do any}, because I promised it.
| Then I drink {drink} and everything looks better.
| Perhaps you know the feeling.
- We will see what tomorrow brings.
| In the evening I will write it all down in my diary.
| In any case, it is going to be a good day.

# we are going @we
- We are going to {do outside} this {part}.
| Today we {do town} and then we {do home}.
| Tomorrow we will {do outside} with our {relative}.
| We want to {do outside} on {weekday}, if the weather is good.
| At school we are learning about the {sky.s}.
| We have invited {number} friends for dinner.
- Everybody is excited, and the bags are already packed.
| We still have to buy {shopping} and {shopping}.
| Our {relative} will bring {treat.s} and {cold_drink}.
| The most important thing is that we are all together.
- We will take the {vehicle_pub} because it is faster.
| We will leave at {clock} and be back before dark.
| If it rains, we will {do home} and nobody will be sad.
- The children want to {do outside}, and the others want to {do town}.
| Maybe we will see a {wild} or a {bird}.
- We hope that you can come too.
| I am sure that it will be fun.
| Bring warm clothes, because the evenings are cool.

# before and after @one
- Before {s} <leave> the house, {s} always {does morning}.
| Before the guests came, {s} {did home} and {did kitchen}.
| After lunch {s} went straight home, because {reason_happy}.
| After a long day at work {s} only wanted to {do evening}.
| Until yesterday {s} had never seen the sea.
- {p} {relative} called and said, "I will be there at {clock}."
| Everything was ready, but something was missing.
| {s} checked everything twice, because {s} often <forget> things.
- Then {s} remembered the {stuff}.
| The {thing} was not in its place, and that was strange.
| {s} {was} so excited that {s} could not sit still.
- {s2} said, "Do not worry. We have plenty of time."
| {s} ran to the {shop} and was back in {number} minutes.
- In the end everything was fine, and {we} laughed about it.
| {then} {we} sat down and had a cup of tea.
| Later {we} {did home} and {did evening}.
- It is always good to have a plan, and it is also good to change it.
| {s} learned that it is best to {advice}.
"""

# A day after the first: told after scenes whose title ends in "...".
NEXT = """
# the next day, TOPIC +home +kitchen +garden +town +friends +small +picnic +sport
- {next_time} {n} {did TOPIC} and {did TOPIC}.
| {next_time} {weather_was}, and {n} {did TOPIC}.
| {next_time} the weather was better, and {n} {did TOPIC}.
| {next_time} there was a lot to do, and {n} {did TOPIC}.
| But {next_small} {n} had other plans and {did TOPIC}.
| {next_time} {n} woke up early and {did morning}.
| {next_time} {n} told {p} {relative} all about it.
- {s} {did TOPIC}, and {then_small} {s} {did TOPIC}.
| "What shall we do today?" asked {n2}.
| "Did you sleep well?" asked {n2}.
| While {s} {was} at work, {s2} {did TOPIC}.
| Nobody was in a hurry, so {we} {did TOPIC} together.
| It was a [quiet|busy|sunny|cold] day, and {s} {did TOPIC} {how_long}.
- {then} {s2} came to visit and brought {treat.s}.
| {then} {s} heard {sound} and went to have a look.
| {we} {did TOPIC} and talked about the {event}.
| "Let us {do TOPIC}," said {n2}.
- {at_last} {we} {did evening}.
| {at_last} {s} {was} tired but {good_mood}.
| {at_last} {s} {did evening}, and {s2} {did evening}.
| And so another {day_adj} day came to an end.
| {at_last} {sleepy_end}.
| {reaction}.
"""


def _frames(text: str) -> list[str]:
    """Split a list of frames; a line that begins with a space goes on from the one before."""
    return re.split(r"\n(?! )", text.strip())


def _scene(title: str, frames: list[str]) -> str:
    """Turn a list of frames into a scene of one beat."""
    return f"# {title}\n- " + "\n| ".join(frames) + "\n"


def _timed(frames: list[str]) -> list[str]:
    """Put a time before the frames that begin with the main character."""
    return ["{back_then} " + f if f.startswith("{s} ") else f for f in frames]


_MOMENTS = _frames(MOMENTS)
_ACTS = [f for f in _MOMENTS if f.startswith("{s} ") and "When" not in f]

SENTENCES = "".join(
    (
        _scene("moments @solo", _MOMENTS),
        _scene("moments with a time @solo", _timed(_ACTS)),
        _scene("about somebody @any", _frames(ABOUT)),
        _scene("statements @we", _frames(STATEMENTS)),
        _scene("to you @you", _frames(YOU)),
        _scene("times @any", _frames(TIMES)) * 2,
    )
)

_OPENINGS = (
    ("@one", _MOMENTS),
    ("@one", _timed(_ACTS)),
    ("@solo", _MOMENTS),
    ("@solo", _timed(_ACTS)),
)
_MOMENT_SCENES = [
    _scene(f"moment {cast} ...", frames).rstrip() + AFTER_A_MOMENT for cast, frames in _OPENINGS
]


def _going_on(scenes: str) -> str:
    """Mark every scene as one that may be followed by the next day."""
    return re.sub(r"^(# .*)$", r"\1 ...", scenes, flags=re.M)


SCENES = "\n".join(
    [
        *map(_going_on, (PAST, PAST_TOO, PAST_THREE)),
        *(PRESENT, FACTS, HOW_TO, TALK, LETTERS, TALES, PICTURES * 2),
        *_MOMENT_SCENES * 3,
    ]
)
