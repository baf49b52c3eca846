"""The same five short texts in 17 languages, to count tokens on.

They were written for this kit, in plain words without names, and translated by one hand:
natural enough to count with, not checked by native speakers. Five texts are few; the
error bars of the comparison say how few.
"""

from __future__ import annotations

SUPPORTED = ("English", "German", "French", "Italian", "Portuguese", "Spanish", "Hindi", "Thai")
"""The languages that the model card names."""

UNSPACED = ("Thai", "Chinese", "Japanese")
"""Written without spaces between words, so that "per word" means nothing here."""

PASSAGES: dict[str, tuple[str, ...]] = {
    "English": (
        "The train leaves at seven in the morning. If you miss it, you have to wait two hours "
        "for the next one.",
        "My grandmother bakes bread every Saturday. The whole house smells of it, and the "
        "neighbours come to ask for a slice.",
        "Water boils at a lower temperature on a mountain, because the air up there presses "
        "less on its surface.",
        "She opened the letter, read it twice and put it back into the drawer without saying a "
        "word.",
        "Everyone has the right to rest and leisure. Working hours must be limited, and there "
        "must be paid holidays.",
    ),
    "German": (
        "Der Zug fährt um sieben Uhr morgens ab. Wenn du ihn verpasst, musst du zwei Stunden "
        "auf den nächsten warten.",
        "Meine Großmutter backt jeden Samstag Brot. Das ganze Haus duftet danach, und die "
        "Nachbarn kommen und bitten um eine Scheibe.",
        "Auf einem Berg kocht Wasser bei niedrigerer Temperatur, weil die Luft dort oben weniger "
        "auf seine Oberfläche drückt.",
        "Sie öffnete den Brief, las ihn zweimal und legte ihn in die Schublade zurück, ohne ein "
        "Wort zu sagen.",
        "Jeder hat das Recht auf Erholung und Freizeit. Die Arbeitszeit muss begrenzt sein, und "
        "es muss bezahlten Urlaub geben.",
    ),
    "French": (
        "Le train part à sept heures du matin. Si tu le rates, tu dois attendre le suivant "
        "pendant deux heures.",
        "Ma grand-mère fait du pain tous les samedis. Toute la maison en sent l'odeur, et les "
        "voisins viennent en demander une tranche.",
        "En montagne, l'eau bout à une température plus basse, parce que l'air y presse moins "
        "sur sa surface.",
        "Elle ouvrit la lettre, la lut deux fois et la remit dans le tiroir sans dire un mot.",
        "Toute personne a droit au repos et aux loisirs. La durée du travail doit être limitée, "
        "et il doit y avoir des congés payés.",
    ),
    "Italian": (
        "Il treno parte alle sette del mattino. Se lo perdi, devi aspettare due ore per il "
        "prossimo.",
        "Mia nonna fa il pane ogni sabato. Tutta la casa ne profuma, e i vicini vengono a "
        "chiederne una fetta.",
        "In montagna l'acqua bolle a una temperatura più bassa, perché lassù l'aria preme meno "
        "sulla sua superficie.",
        "Aprì la lettera, la lesse due volte e la rimise nel cassetto senza dire una parola.",
        "Ogni persona ha diritto al riposo e allo svago. L'orario di lavoro deve essere "
        "limitato, e devono esserci ferie pagate.",
    ),
    "Portuguese": (
        "O trem parte às sete da manhã. Se você o perder, terá de esperar duas horas pelo próximo.",
        "Minha avó faz pão todos os sábados. A casa inteira cheira a pão, e os vizinhos vêm "
        "pedir uma fatia.",
        "Na montanha, a água ferve a uma temperatura mais baixa, porque lá em cima o ar "
        "pressiona menos a sua superfície.",
        "Ela abriu a carta, leu-a duas vezes e guardou-a de novo na gaveta sem dizer uma palavra.",
        "Toda pessoa tem direito ao descanso e ao lazer. As horas de trabalho devem ser "
        "limitadas, e deve haver férias pagas.",
    ),
    "Spanish": (
        "El tren sale a las siete de la mañana. Si lo pierdes, tienes que esperar dos horas "
        "hasta el siguiente.",
        "Mi abuela hornea pan todos los sábados. Toda la casa huele a pan, y los vecinos vienen "
        "a pedir una rebanada.",
        "En una montaña el agua hierve a una temperatura más baja, porque allí arriba el aire "
        "presiona menos sobre su superficie.",
        "Abrió la carta, la leyó dos veces y la volvió a guardar en el cajón sin decir una "
        "palabra.",
        "Toda persona tiene derecho al descanso y al tiempo libre. Las horas de trabajo deben "
        "ser limitadas, y debe haber vacaciones pagadas.",
    ),
    "Hindi": (
        "ट्रेन सुबह सात बजे छूटती है। अगर वह छूट गई, तो तुम्हें अगली ट्रेन के लिए दो घंटे इंतज़ार करना पड़ेगा।",
        "मेरी दादी हर शनिवार को रोटी पकाती हैं। पूरा घर उसकी खुशबू से भर जाता है, और पड़ोसी एक टुकड़ा "
        "माँगने आते हैं।",
        "पहाड़ पर पानी कम तापमान पर उबलता है, क्योंकि वहाँ ऊपर हवा उसकी सतह पर कम दबाव डालती है।",
        "उसने चिट्ठी खोली, उसे दो बार पढ़ा और बिना एक शब्द कहे वापस दराज में रख दिया।",
        "हर व्यक्ति को आराम और अवकाश का अधिकार है। काम के घंटे सीमित होने चाहिए, और वेतन सहित छुट्टियाँ "
        "मिलनी चाहिए।",
    ),
    "Thai": (
        "รถไฟออกตอนเจ็ดโมงเช้า ถ้าพลาดขบวนนี้ คุณต้องรอขบวนถัดไปอีกสองชั่วโมง",
        "คุณยายของฉันอบขนมปังทุกวันเสาร์ ทั้งบ้านมีกลิ่นหอมของขนมปัง และเพื่อนบ้านก็มาขอสักแผ่น",
        "บนภูเขาน้ำเดือดที่อุณหภูมิต่ำกว่า เพราะอากาศข้างบนนั้นกดลงบนผิวน้ำน้อยกว่า",
        "เธอเปิดจดหมาย อ่านสองรอบ แล้วเก็บกลับเข้าลิ้นชักโดยไม่พูดอะไรสักคำ",
        "ทุกคนมีสิทธิที่จะพักผ่อนและมีเวลาว่าง ชั่วโมงทำงานต้องมีจำกัด และต้องมีวันหยุดที่ได้รับค่าจ้าง",
    ),
    "Polish": (
        "Pociąg odjeżdża o siódmej rano. Jeśli się na niego spóźnisz, musisz czekać dwie godziny "
        "na następny.",
        "Moja babcia piecze chleb w każdą sobotę. Cały dom nim pachnie, a sąsiedzi przychodzą "
        "prosić o kromkę.",
        "W górach woda wrze w niższej temperaturze, ponieważ powietrze tam na górze słabiej "
        "naciska na jej powierzchnię.",
        "Otworzyła list, przeczytała go dwa razy i bez słowa włożyła z powrotem do szuflady.",
        "Każdy człowiek ma prawo do odpoczynku i czasu wolnego. Godziny pracy muszą być "
        "ograniczone i muszą być płatne urlopy.",
    ),
    "Turkish": (
        "Tren sabah saat yedide kalkıyor. Kaçırırsan bir sonrakini iki saat beklemen gerekir.",
        "Büyükannem her cumartesi ekmek pişirir. Bütün ev ekmek kokar ve komşular bir dilim "
        "istemeye gelir.",
        "Dağda su daha düşük bir sıcaklıkta kaynar, çünkü yukarıda hava suyun yüzeyine daha az "
        "basınç yapar.",
        "Mektubu açtı, iki kez okudu ve tek kelime etmeden çekmeceye geri koydu.",
        "Herkesin dinlenme ve boş zaman hakkı vardır. Çalışma saatleri sınırlı olmalı ve ücretli "
        "izin verilmelidir.",
    ),
    "Russian": (
        "Поезд отправляется в семь часов утра. Если ты на него опоздаешь, придётся два часа "
        "ждать следующего.",
        "Моя бабушка печёт хлеб каждую субботу. Весь дом пахнет хлебом, и соседи приходят "
        "попросить кусочек.",
        "В горах вода кипит при более низкой температуре, потому что воздух там наверху слабее "
        "давит на её поверхность.",
        "Она открыла письмо, прочитала его дважды и положила обратно в ящик, не сказав ни слова.",
        "Каждый человек имеет право на отдых и досуг. Рабочее время должно быть ограничено, и "
        "должен быть оплачиваемый отпуск.",
    ),
    "Greek": (
        "Το τρένο φεύγει στις επτά το πρωί. Αν το χάσεις, πρέπει να περιμένεις δύο ώρες για το "
        "επόμενο.",
        "Η γιαγιά μου ψήνει ψωμί κάθε Σάββατο. Όλο το σπίτι μοσχοβολάει και οι γείτονες έρχονται "
        "να ζητήσουν μια φέτα.",
        "Στο βουνό το νερό βράζει σε χαμηλότερη θερμοκρασία, επειδή εκεί πάνω ο αέρας πιέζει "
        "λιγότερο την επιφάνειά του.",
        "Άνοιξε το γράμμα, το διάβασε δύο φορές και το έβαλε πάλι στο συρτάρι χωρίς να πει λέξη.",
        "Κάθε άνθρωπος έχει δικαίωμα στην ανάπαυση και στον ελεύθερο χρόνο. Οι ώρες εργασίας "
        "πρέπει να είναι περιορισμένες και να υπάρχει άδεια με αποδοχές.",
    ),
    "Arabic": (
        "يغادر القطار في الساعة السابعة صباحا. إذا فاتك فعليك أن تنتظر القطار التالي ساعتين.",
        "تخبز جدتي الخبز كل يوم سبت. يمتلئ البيت كله برائحته، ويأتي الجيران ليطلبوا قطعة منه.",
        "يغلي الماء على الجبل في درجة حرارة أقل، لأن الهواء هناك في الأعلى يضغط على سطحه ضغطا أقل.",
        "فتحت الرسالة وقرأتها مرتين وأعادتها إلى الدرج دون أن تقول كلمة واحدة.",
        "لكل إنسان الحق في الراحة وفي أوقات الفراغ. يجب أن تكون ساعات العمل محدودة، وأن تكون هناك "
        "إجازات مدفوعة الأجر.",
    ),
    "Bengali": (
        "ট্রেন সকাল সাতটায় ছাড়ে। এটা ধরতে না পারলে পরের ট্রেনের জন্য তোমাকে দুই ঘণ্টা অপেক্ষা করতে হবে।",
        "আমার দাদি প্রতি শনিবার রুটি বানান। সারা বাড়ি তার গন্ধে ভরে যায়, আর প্রতিবেশীরা এক টুকরো চাইতে আসে।",
        "পাহাড়ে পানি কম তাপমাত্রায় ফোটে, কারণ সেখানে উপরে বাতাস তার পৃষ্ঠে কম চাপ দেয়।",
        "সে চিঠিটা খুলল, দুবার পড়ল এবং একটি কথাও না বলে আবার দেরাজে রেখে দিল।",
        "প্রত্যেক মানুষের বিশ্রাম ও অবসরের অধিকার আছে। কাজের সময় সীমিত হতে হবে, এবং সবেতন ছুটি থাকতে হবে।",
    ),
    "Chinese": (
        "火车早上七点出发。如果你错过了，就得等两个小时才有下一班。",
        "我奶奶每个星期六都烤面包。整个屋子都是面包的香味，邻居们会来要一片。",
        "在山上，水在较低的温度下就会沸腾，因为那里的空气对水面的压力较小。",
        "她打开信，读了两遍，一句话也没说就把它放回了抽屉里。",
        "人人有休息和闲暇的权利。工作时间必须有限制，而且必须有带薪休假。",
    ),
    "Japanese": (
        "電車は朝七時に出ます。それに乗り遅れたら、次の電車まで二時間待たなければなりません。",
        "祖母は毎週土曜日にパンを焼きます。家じゅうにいい匂いが広がり、近所の人たちが一切れもらいに来ます。",
        "山の上では空気が水面を押す力が弱いので、水はより低い温度で沸騰します。",
        "彼女は手紙を開けて二回読み、何も言わずに引き出しに戻しました。",
        "すべての人には休息と余暇の権利があります。労働時間は制限されなければならず、有給休暇がなければなりません。",
    ),
    "Korean": (
        "기차는 아침 일곱 시에 출발합니다. 놓치면 다음 기차를 두 시간 동안 기다려야 합니다.",
        "우리 할머니는 토요일마다 빵을 구우십니다. 온 집 안에 빵 냄새가 퍼지고, 이웃들이 한 조각 "
        "얻으러 옵니다.",
        "산 위에서는 공기가 수면을 누르는 힘이 약하기 때문에 물이 더 낮은 온도에서 끓습니다.",
        "그녀는 편지를 열어 두 번 읽고 아무 말 없이 다시 서랍에 넣었습니다.",
        "모든 사람은 휴식과 여가를 누릴 권리가 있습니다. 노동 시간은 제한되어야 하고, 유급 "
        "휴가가 있어야 합니다.",
    ),
}
