"""The commonest English words, of any kind, for `ordinary_words`."""

from __future__ import annotations

COMMON = """
ability about above abroad absence absolute absolutely accept access accessibility accident
according account accurate achieve across action active actual actually address adult advance
advantage advice affair afford afraid after afternoon again against agenda ahead aim airport alarm
album alive allow almost alone along already alright although always amazing among amount ancient
anger angry animal announce annual another answer anxious anybody anymore anyone anything anyway
anywhere apart apparent appeal appear apple apply approach approve april archive area argue
argument arise around arrange arrival arrive article ashamed aside asleep aspect assume attack
attempt attend attention attitude attract audience august author autumn available average avoid
awake award aware away awesome awful baby back background badly balance ball band bank barely
barrier base basic basically basis basket bathroom battle beach bear beat beautiful became because
become bedroom been beer before began begin beginning behave behaviour behind being belief believe
belong below bend beneath benefit beside besides best better between beyond bicycle bigger bill
bins bird birth birthday biscuit bite blame blank bless blind block blog blood board boat body
boil boiler bone book border bored boring born borrow boss both bother bottle bottom bought bowl
boys brain branch brave bread break breakfast breath breathe bridge brief briefly bright brilliant
bring broad broken brother brought budget build built bulletin bunch burn bury bus busy butter
button cake call calm came camera camp cancel candle cannot canteen capable capital captain card
career careful carefully carry case cash cast castle catch category caught cause celebrate cell
census certain certainly chain chair challenge champion change channel chapter character charities
cheap check cheer cheese chemist chicken chief child chips chocolate choice choose chosen
christmas church cinema circle citizen civil claim class classic clean cleaner cleaners clear
clearly clerk clever click client climate climb clock close closed closely closer cloth clothes
cloud club coach coaching coal coast coat code coffee cold collect colour column combine come
comfort comfortable coming comment committee common comms communities compare compete complain
complaint complete completely complex compost concept concern concert condition confirm conflict
confuse confused connect consider consult contact contain content contest context continue
contract contrast contribute control convince cool cope copy corner correct cost cough could
council councils count couple courage course court cousin cover coworker crash crazy cream create
creative credit crew crime crisis critic critical crowd cruel cultural cure curious current
currently curtain custom customer cyber cycle daily damage dance dancer danger dangerous dare dark
dashboard date daughter dead deadline deal dear death debate debt decade december decent decide
decision deep deeply defeat defend define definitely degree delay deliver delivery demand deny
depend depends depth describe desert deserve desire desk despite destroy detail determine develop
device diary died diet differ difference different difficult difficulty dinner direct direction
directly dirty disabled disagree disappear disaster discover discuss discussion disease dish
display distance diverse diversity divide doctor document does doing done door double doubt down
download dozen draft drag drama draw dream dress drew dried drink drive driven driver drop drove
dust duty each early earn earth ease easier easily east easter easy edge edit effect effective
effort eight either elderly elect electric eleven else email emotion employ empty encourage ending
enemy engage engagement enjoy enormous enough ensure enter entire entirely entry equal equally
error escape especially essay ethics even evening event eventually ever every everybody everyday
everyone everything everywhere evidence exact exactly exam example excellent except exchange
excited exciting excuse exercise exist expect expensive experience expert explain explore express
extend extra extreme extremely face facilitator facing fact factor factory fail failure fair
fairly faith fall false familiar family famous fancy fantastic farm farmer fashion fast father
fault favour favourite fear feature february feedback feel feeling feet fell fellow felt female
fence festival fetch fever fewer fiction fifteen fifth fifty fight figure file fill film final
finally find fine finger finish firewall firm first fish five fixed flag flat flew flight floor
flow flower fold folk folks follow following food fool foot football force foreign forever forget
forgive form formal former forty forum forward fought found four framework free freedom fresh
friday fridge friend friendly friends front fruit fuel full fully function funding funny further
gain game games gang gate gather gave general generally gentle genuine gift girl give given giving
glad glass goal goes going gold gone good goodbye goodnight governance graduate grand grants grass
great greatly greet grew ground group grow growth guess guest guidance guide guilty gym habit
hackathon hair half handle hang happen happening happy hard hardly harm hashtag hate have having
head heading heal hear heard heart heat heavy heel held hell hello help helpful hence here hero
hide high highly hill himself hire hold hole holiday home homework honest hook hoped hopefully
horrible horse host hour hours house household how however huge hundred hungry hurry hurt husband
hybrid idea ideal identify idiot ignore illness image imagine immediately impact important improve
include including income increase increasingly indeed index indicate individual initial inner
innovate inside inspire instead intend interest interested interesting intern internet internship
into introduce invite involve island issue item itself january join joke journey judge juice july
jump june junior just keen keep kept keyboard kick kids kill kind kindly king kiss kitchen knee
knew knife knock know knowing known lack lady laid lake lamp land language laptop large largely
last late lately later latest laugh lazy lead leader leaders leaf lean learn least leave leaving
lecture left legal lend length less lesson letter letters level librarian librarians library lied
life lift light like liked likely limit line link lion list listen literally live lived lives
living load loan local lock lonely longer look looked looking loose lord lose loss lost lots loud
loved lovely lover lower luck lucky lunch machine magic mail main mainly maintain major make maker
making male manage manager managers manner many march mark marriage married mass master match mate
material matter maybe meal mean meaning means meant measure meat meet meetings meetup member
memory mental mention mentor mess message metadata metal method middle might mild mile milk mind
mine minister minor minute minutes mirror miss missed missing mistake mix mixed mobile model
modern moment monday money month months mood moral more moreover morning most mostly mother motion
motor mountain mouse mouth move moved movement movie much multiple mum murder muscle must myself
naked name named names narrow nasty natural naturally nature near nearby nearly neat necessary
neck need needed needs neighbour neither nerve nervous network never nevertheless news newsletter
newspaper next nice night nine nobody noise none nonprofit normal normally north nose note notes
nothing notice novel november nowadays nowhere number nurse object obvious obviously occasion
occur ocean october odd offer offline often okay older once ones online onsite onto open opening
operate opinion opportunity oppose opposite option orange order ordinary organise original other
others otherwise ought ourselves outcome outreach outside over overall owner pace pack page paid
pain paint pair pale paper pardon parent parents park part particular particularly partly partner
party pass passed password past path patient patients pattern pause peace pedagogy people perfect
perfectly perform perhaps period permanent permit person personal phone photo phrase pick picture
piece pink pint pipe place plain plan plane planned planning plant plastic plate platform play
player please pleased pleasure plenty pocket podcast poem poet point police policies polite
politics pool poor popular position positive possible possibly post posted poster potato pound
pour power powerful practical practice praise pray prefer prepare present president press pretend
pretty prevent previous previously price pride prime print prior prison private prize probably
problem proceed process procurement produce product professor profit programme progress project
projects promise proof proper properly protect proud prove proved provide public pull pupil pupils
purpose push puts qualitative quality quarter queen query question quick quickly quiet quietly
quite quote race radio rail rain raise random range rapid rare rarely rate rather reach react
reader reading ready real realise reality really reason reasonable receive recent recently recipe
record recruit recycling reduce refer reflect refuse regard region regular reject relate relax
release relevant relief rely remain remarkable remember remind remote remove rent repair repeat
replace reply report represent request require rescue research researcher researchers respect
respond response rest result return retweet reveal review reward rice ride right ring rise risk
road roadmap role roll romantic roof room root rough round route routine royal rubbish ruin rule
rules running rural rush sadly safe safely sail salad salary sale salt same sand sandwich satisfy
saturday save saved saying says scale scared scene schedule scheme scholar scholarship school
science scream screen search season seat second secret seem seems seen self sell seminar send
senior sense sensible sent sentence separate september series serious seriously serve server
session setting settle seven several severe sexual shade shadow shake shall shame shape share
shared sharp sheet shelf shell shine ship shirt shock shoe shoes shoot shop shopping shore short
shortly should shoulder shout show shower shown shut sick side sight sign signal silence silent
silly silver similar simple simply since sing singer single sink sister site sitting situation
sixty size skill skin sleep slept slice slide slight slightly slip slow slowly smell smile smoke
smooth snow soap social soft software soil sold soldier solid solution solve somebody somehow
someone something sometimes somewhat somewhere song soon sorry sort soul sound soup source south
space spare speak special specific speech speed spell spend spent spirit split spoke sport spot
spread spreadsheet spring square stable stage stair stand standard start started startup state
statement station stay stayed steady steal steel steep step stick still stomach stood stop stopped
store storm strange stranger strategy stream strength stress strict strike string strong strongly
struggle student students studio stuff stupid style subject succeed success such sudden suddenly
suffer sugar suggest suit suitable summer sunday supper supply suppose sure surely surface
surprise surprised surround survey survive sustainability sustainable swap sweet swim switch
syllabus table tail take taken taking tale talk talked talking tall tape target task taste taught
teacher teachers teaching tear tech telephone television tell telling template tend tennis term
terrible test text than thank thankful thanks that theatre their them theme themselves then theory
there therefore these they thick thin thing things think thinking third thirty this those though
thought thousand thread threat three threw through throughout throw thursday thus ticket tidy tied
tight till time times tiny tired title today together toilet told tomorrow tone tongue tonight
took tool toolkit tools tooth topic total totally touch tough tour towards tower trade tradition
traffic trail train trainer training translate trap travel treat treatment tree trend trial trick
tried trip trouble truck true truly trust trustee truth trying tuesday tune turn turned tweet
tweets twelve twenty twice type typical typically ugly ultimate uncle under understand unfair
unhappy union unique unit unite unknown unless unlike until unusual update upon upper upset
upstairs urban urge used useful user username usual usually vague valley value various vast
vegetable vehicle version very victory video view viewer village violent visit visitor vital voice
volume volunteer volunteers vote wait waited waiting wake walk walked wall want wanted wants warm
warn wash waste watch watched watching wave weak wealth wear webinar website wednesday week
weekend weekly weight weird welcome wellbeing went were west western what whatever wheel when
whenever where whereas wherever whether which while whisper whole whom whose wide widely wife wifi
wild will willing window wine wing winner winter wish with within without woke wonder wonderful
wondering wooden word words wore work worked worker working works workshop workshops world worried
worry worse worst worth would wound wrap write writer writing wrong wrote yard yeah year years
yellow yesterday young younger your yours yourself youth zero zone
"""
