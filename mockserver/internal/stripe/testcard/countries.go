package testcard

import "strings"

// foreign are the cards by country, which all succeed without 3-D Secure. The
// two that have no token (Carnet of Mexico, Visa of Saudi Arabia) are left out.
func foreign() []entry {
	visa := func(country, number string) entry {
		return entry{token: "pm_card_" + country, brand: "visa", numbers: []string{number}}
	}
	return []entry{
		visa("us", "4242424242424242"), visa("ar", "4000000320000021"), visa("br", "4000000760000002"), visa("ca", "4000001240000000"),
		visa("cl", "4000001520000001"), visa("co", "4000001700000003"), visa("cr", "4000001880000005"), visa("ec", "4000002180000000"),
		visa("mx", "4000004840008001"), visa("pa", "4000005910000000"), visa("py", "4000006000000066"), visa("pe", "4000006040000068"),
		visa("uy", "4000008580000003"),
		visa("ae", "4000007840000001"), {token: "pm_card_ae_mastercard", brand: "mastercard", numbers: []string{"5200007840000022"}},
		visa("at", "4000000400000008"), visa("be", "4000000560000004"), visa("bg", "4000001000000000"), visa("by", "4000001120000005"),
		visa("hr", "4000001910000009"), visa("cy", "4000001960000008"), visa("cz", "4000002030000002"), visa("dk", "4000002080000001"),
		visa("ee", "4000002330000009"), visa("fi", "4000002460000001"), visa("fr", "4000002500000003"), visa("de", "4000002760000016"),
		visa("gi", "4000002920000005"), visa("gr", "4000003000000030"), visa("hu", "4000003480000005"), visa("ie", "4000003720000005"),
		visa("it", "4000003800000008"), visa("lv", "4000004280000005"), visa("li", "4000004380000004"), visa("lt", "4000004400000000"),
		visa("lu", "4000004420000006"), visa("mt", "4000004700000007"), visa("nl", "4000005280000002"), visa("no", "4000005780000007"),
		visa("pl", "4000006160000005"), visa("pt", "4000006200000007"), visa("ro", "4000006420000001"), visa("si", "4000007050000006"),
		visa("sk", "4000007030000001"), visa("es", "4000007240000007"), visa("se", "4000007520000008"), visa("ch", "4000007560000009"),
		visa("gb", "4000008260000000"), visa("gb_debit", "4000058260000005"),
		{token: "pm_card_gb_mastercard", brand: "mastercard", numbers: []string{"5555558265554449"}},
		visa("au", "4000000360000006"), visa("cn", "4000001560000002"), visa("hk", "4000003440000004"), visa("in", "4000003560000008"),
		visa("jp", "4000003920000003"), visa("my", "4000004580000002"), visa("nz", "4000005540000008"), visa("sg", "4000007020000003"),
		visa("tw", "4000001580000008"), visa("th_credit", "4000007640000003"), visa("th_debit", "4000057640000008"),
	}
}

// Country is where the card of a token is from, ISO 3166 alpha-2. Cards by
// brand are from the United States, JCB's from Japan.
func Country(token string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(token, "pm_card_"), "_")
	switch {
	case len(name) == 2:
		return strings.ToUpper(name)
	case name == "jcb":
		return "JP"
	}
	return "US"
}
