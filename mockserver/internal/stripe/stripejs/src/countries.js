// The countries to choose from: the codes of ISO 3166-1 except those where
// Stripe accepts no cards (assumed). Their names come from the browser.

const COUNTRIES = ('AC AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CD CF CG CH '
  + 'CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT '
  + 'GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD '
  + 'ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PY QA RE '
  + 'RO RS RU RW SA SB SC SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ '
  + 'VA VC VE VG VN VU WF WS XK YE YT ZA ZM ZW').split(' ');

// Countries for which the payment element also asks for a postal code, like
// Stripe's.
const POSTAL_COUNTRIES = ['CA', 'GB', 'PR', 'US'];

// countryNames returns the countries sorted by their names in a language.
function countryNames(tag) {
  let name = code => code;
  if (typeof Intl !== 'undefined' && Intl.DisplayNames) {
    const names = new Intl.DisplayNames([tag, 'en'], { type: 'region', fallback: 'code' });
    name = code => names.of(code);
  }
  return COUNTRIES.map(code => ({ code, name: name(code) })).sort((a, b) => a.name.localeCompare(b.name, tag));
}

// homeCountry returns the country to start with. Stripe looks at the address of
// the browser; here it is the country of the browser's language, else of the
// locale.
function homeCountry(wanted, tag) {
  const known = code => typeof code === 'string' && COUNTRIES.indexOf(code.toUpperCase()) >= 0;
  if (known(wanted)) {
    return wanted.toUpperCase();
  }
  const regions = [navigator.language, tag].map(t => (/-([A-Za-z]{2})$/.exec(t || '') || [])[1]);
  const found = regions.filter(known)[0];
  return found ? found.toUpperCase() : /^de/i.test(tag) ? 'DE' : 'US';
}
