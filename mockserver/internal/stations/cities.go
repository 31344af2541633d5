package stations

import "strings"

// A city is where synthetic stations stand.
type city struct {
	name    string
	country int // position in countries
	at      position
	radius  int32 // of the densest part, in millionths of a degree of latitude
	across  int32 // the same in longitude
	codes   []string
	streets []string
}

// cities lists believable places, inland so that no station ends up in the
// sea. A line is: country, weight, kilometres of the densest part, latitude
// and longitude in millionths, postal codes, streets.
func cities() (list []city, byWeight []uint8) {
	rows := cityRows()
	list = make([]city, len(rows))
	for i, r := range rows {
		// 111.2 km to the degree; a longitude shrinks by the cosine, taken from
		// a table because the last bit of math.Cos differs between machines.
		radius := int64(r.km) * 1_000_000_000 / 111_200
		list[i] = city{
			name: r.name, country: r.country, at: position{r.lat, r.lon},
			radius: int32(radius), across: int32(radius * 1000 / permilleCos(r.lat)),
			codes: strings.Split(r.codes, " "), streets: strings.Split(r.streets, "|"),
		}
		for range r.weight {
			byWeight = append(byWeight, uint8(i))
		}
	}
	return list, byWeight
}

// permilleCos is the cosine of a latitude between 41 and 56 degrees.
func permilleCos(lat int32) int64 {
	table := [...]int64{755, 743, 731, 719, 707, 695, 682, 669, 656, 643, 629, 616, 602, 588, 574, 559}
	return table[min(max(lat/1_000_000-41, 0), int32(len(table)-1))]
}

type cityRow struct {
	country, weight, km int
	lat, lon            int32
	name                string
	codes, streets      string
}

const (
	germany = iota
	austria
	italy
)

func cityRows() []cityRow {
	return append(germanRows(), southernRows()...)
}

func germanRows() []cityRow {
	return []cityRow{
		{germany, 26, 14, 52516300, 13404900, "Berlin", "10115 10243 10785 12043 13353", "Karl-Marx-Allee|Frankfurter Allee|Kantstraße|Turmstraße|Sonnenallee|Schönhauser Allee"},
		{germany, 15, 11, 48137200, 11575500, "München", "80331 80538 80796 81369", "Leopoldstraße|Lindwurmstraße|Rosenheimer Straße|Nymphenburger Straße"},
		{germany, 14, 11, 53550700, 9993600, "Hamburg", "20095 20251 22083 22767", "Mönckebergstraße|Hoheluftchaussee|Wandsbeker Chaussee|Max-Brauer-Allee"},
		{germany, 12, 9, 50938000, 6956700, "Köln", "50667 50823 51063 50937", "Aachener Straße|Venloer Straße|Luxemburger Straße|Deutzer Freiheit"},
		{germany, 11, 8, 50110600, 8682100, "Frankfurt am Main", "60311 60327 60486 60594", "Hanauer Landstraße|Mainzer Landstraße|Berger Straße|Schweizer Straße"},
		{germany, 10, 8, 48775500, 9182900, "Stuttgart", "70173 70182 70376 70565", "Königstraße|Hauptstätter Straße|Neckarstraße|Vaihinger Straße"},
		{germany, 8, 7, 51227200, 6773400, "Düsseldorf", "40210 40223 40474", "Berliner Allee|Bilker Allee|Kaiserswerther Straße|Immermannstraße"},
		{germany, 7, 7, 51339900, 12373000, "Leipzig", "04103 04109 04229 04315", "Prager Straße|Karl-Liebknecht-Straße|Eisenbahnstraße|Ritterstraße"},
		{germany, 7, 7, 51513600, 7465300, "Dortmund", "44135 44139 44263", "Hohe Straße|Märkische Straße|Rheinische Straße|Hörder Bahnhofstraße"},
		{germany, 7, 7, 52375900, 9732000, "Hannover", "30159 30169 30449", "Hildesheimer Straße|Podbielskistraße|Limmerstraße|Vahrenwalder Straße"},
		{germany, 7, 7, 49452000, 11076800, "Nürnberg", "90402 90429 90459", "Fürther Straße|Königstraße|Allersberger Straße|Bayreuther Straße"},
		{germany, 6, 7, 51050400, 13737300, "Dresden", "01067 01099 01307", "Prager Straße|Königsbrücker Straße|Pfotenhauerstraße|Borsbergstraße"},
		{germany, 6, 7, 53079300, 8801700, "Bremen", "28195 28203 28215", "Am Wall|Ostertorsteinweg|Schwachhauser Heerstraße|Admiralstraße"},
		{germany, 5, 6, 51455600, 7011600, "Essen", "45127 45130 45326", "Rüttenscheider Straße|Huyssenallee|Altendorfer Straße|Steeler Straße"},
		{germany, 5, 5, 49487500, 8466000, "Mannheim", "68159 68161 68165", "Augustaanlage|Bismarckstraße|Seckenheimer Straße|Kunststraße"},
		{germany, 5, 5, 49006900, 8403700, "Karlsruhe", "76133 76135 76137", "Kaiserallee|Kriegsstraße|Ettlinger Straße|Durlacher Allee"},
		{germany, 4, 5, 49992900, 8247300, "Mainz", "55116 55118 55130", "Große Bleiche|Kaiserstraße|Rheinallee|Göttelmannstraße"},
		{germany, 3, 4, 49634100, 8350700, "Worms", "67547 67549 67551", "Ludwigstraße|Mainzer Straße|Speyerer Straße|Siegfriedstraße"},
		{germany, 4, 5, 47999000, 7842100, "Freiburg im Breisgau", "79098 79100 79106", "Kaiser-Joseph-Straße|Habsburgerstraße|Günterstalstraße|Eschholzstraße"},
		{germany, 4, 5, 51312700, 9479700, "Kassel", "34117 34119 34127", "Wilhelmshöher Allee|Königstor|Holländische Straße|Frankfurter Straße"},
		{germany, 4, 5, 50984800, 11029900, "Erfurt", "99084 99089 99096", "Anger|Magdeburger Allee|Arnstädter Straße|Johannesstraße"},
		{germany, 4, 5, 51961800, 7625700, "Münster", "48143 48149 48155", "Hammer Straße|Steinfurter Straße|Warendorfer Straße|Wolbecker Straße"},
		{germany, 4, 5, 52120500, 11627600, "Magdeburg", "39104 39108 39112", "Breiter Weg|Große Diesdorfer Straße|Halberstädter Straße|Otto-von-Guericke-Straße"},
		{germany, 4, 5, 49013400, 12101600, "Regensburg", "93047 93049 93053", "Maximilianstraße|Prüfeninger Straße|Landshuter Straße|Galgenbergstraße"},
		{germany, 3, 5, 48401100, 9987600, "Ulm", "89073 89075 89077", "Neue Straße|Karlstraße|Olgastraße|Wagnerstraße"},
		{germany, 3, 5, 48370500, 10897800, "Augsburg", "86150 86153 86159", "Maximilianstraße|Gögginger Straße|Haunstetter Straße|Jakoberstraße"},
		{germany, 3, 5, 49791300, 9953400, "Würzburg", "97070 97072 97080", "Juliuspromenade|Sanderring|Schweinfurter Straße|Mergentheimer Straße"},
		{germany, 3, 5, 52279900, 8047200, "Osnabrück", "49074 49076 49080", "Neuer Graben|Lotter Straße|Iburger Straße|Bramscher Straße"},
	}
}

func southernRows() []cityRow {
	return []cityRow{
		{austria, 14, 10, 48208200, 16373800, "Wien", "1010 1030 1070 1100 1220", "Mariahilfer Straße|Landstraßer Hauptstraße|Favoritenstraße|Wagramer Straße|Währinger Straße"},
		{austria, 6, 6, 47070700, 15439500, "Graz", "8010 8020 8051", "Annenstraße|Conrad-von-Hötzendorf-Straße|Wiener Straße|Elisabethstraße"},
		{austria, 5, 6, 48306900, 14285800, "Linz", "4020 4030 4040", "Landstraße|Wiener Straße|Hauptstraße|Goethestraße"},
		{austria, 5, 5, 47809500, 13055000, "Salzburg", "5020 5023 5026", "Alpenstraße|Ignaz-Harrer-Straße|Linzer Gasse|Moosstraße"},
		{austria, 4, 4, 47269200, 11404100, "Innsbruck", "6020 6026", "Maria-Theresien-Straße|Innrain|Amraser Straße|Höttinger Au"},
		{austria, 3, 4, 46622800, 14305000, "Klagenfurt", "9020 9073", "Völkermarkter Straße|St. Veiter Straße|Rosentaler Straße|Villacher Straße"},
		{italy, 13, 10, 45464200, 9190000, "Milano", "20121 20124 20136 20145", "Corso Buenos Aires|Viale Monza|Via Torino|Corso Sempione|Viale Certosa"},
		{italy, 12, 11, 41902800, 12496400, "Roma", "00184 00185 00198 00153", "Via Nazionale|Via Tuscolana|Viale Trastevere|Via Nomentana|Via Appia Nuova"},
		{italy, 8, 8, 45070300, 7686900, "Torino", "10121 10128 10138", "Corso Francia|Via Po|Corso Vittorio Emanuele II|Via Nizza"},
		{italy, 6, 6, 44494900, 11342600, "Bologna", "40121 40126 40138", "Via dell'Indipendenza|Via Emilia Ponente|Via Mazzini|Via San Vitale"},
		{italy, 5, 5, 43769600, 11255800, "Firenze", "50122 50127 50136", "Viale Giacomo Matteotti|Via Pisana|Via Aretina|Viale Europa"},
		{italy, 5, 5, 45438400, 10991600, "Verona", "37121 37131 37138", "Corso Porta Nuova|Via Mameli|Corso Milano|Via Mantovana"},
		{italy, 4, 5, 45406400, 11876800, "Padova", "35121 35131 35137", "Corso del Popolo|Via Venezia|Via Guizza|Corso Milano"},
		{italy, 4, 4, 46498300, 11354800, "Bolzano", "39100", "Via Roma|Viale Druso|Corso Libertà|Via Resia"},
		{italy, 3, 4, 45541600, 10211800, "Brescia", "25121 25126 25134", "Via Cremona|Via Milano|Viale Venezia|Via Triumplina"},
		{italy, 3, 4, 43110700, 12390800, "Perugia", "06121 06124 06128", "Via XX Settembre|Corso Vannucci|Via Settevalli|Via Mario Angeloni"},
	}
}
