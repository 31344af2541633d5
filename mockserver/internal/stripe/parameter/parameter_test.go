package parameter_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"cariqamock/internal/property"
	"cariqamock/mockserver/internal/stripe/parameter"
)

const (
	setup   = "stripe_setup_intents_confirm"
	payment = "stripe_payment_intents_confirm"
	method  = "stripe_payment_methods_create"
	token   = "stripe_tokens_create"
	get     = "stripe_setup_intents_retrieve"

	session      = "stripe_elements_sessions_retrieve"
	cancel       = "stripe_setup_intents_source_cancel"
	authenticate = "stripe_3ds2_authenticate"
	complete     = "stripe_3ds2_challenge_complete"
	lookup       = "stripe_consumers_sessions_lookup"
)

func read(t *testing.T, form string) map[string][]string {
	t.Helper()
	v, err := url.ParseQuery(form)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRefused has one of each kind of mistake, at the top and below.
func TestRefused(t *testing.T) {
	unknown := func(param, hint string) *parameter.Mistake {
		return &parameter.Mistake{Code: "parameter_unknown", Param: param, Message: "Received unknown parameter: " + param + hint}
	}
	empty := func(param string) *parameter.Mistake {
		return &parameter.Mistake{Code: "parameter_invalid_empty", Param: param, Message: "You passed an empty string for '" + param +
			"'. We assume empty values are an attempt to unset a parameter; however '" + param + "' cannot be unset. You should remove '" + param +
			"' from your request or supply a non-empty value."}
	}
	without := func(param, message string) *parameter.Mistake {
		return &parameter.Mistake{Param: param, Message: message}
	}
	country := func(param, code string) *parameter.Mistake {
		return without(param, "Country '"+code+"' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', 'EG', or 'GB'. "+
			"A full list of country codes is available at https://en.wikipedia.org/wiki/ISO_3166-1_alpha-2#Officially_assigned_code_elements")
	}
	keys := func(list, key string, next int) *parameter.Mistake {
		return without(list, fmt.Sprintf("If passing an array with explicit keys (e.g. foo[0]=a&foo[1]=b) instead of as an array (e.g. foo[]=a&foo[]=b), "+
			"the keys must be numeric and sequential starting from 0. You passed the keys `%s`, we expected to have a key with the value `%d`.", key, next))
	}
	expand := func(path string) *parameter.Mistake {
		return without("", "This property cannot be expanded ("+path+").")
	}
	const data = "payment_method_data[billing_details]"
	for _, c := range []struct {
		call, form string
		want       *parameter.Mistake
	}{
		{setup, "foo=bar", unknown("foo", "")},
		{method, "type=card&bogus=1", unknown("bogus", "")},
		{token, "card[numbr]=1", unknown("card[numbr]", ". Did you mean card[number]?")},
		{get, "client_secrt=x", unknown("client_secrt", ". Did you mean client_secret?")},
		{get, "payment_method=x", unknown("payment_method", "")},
		{payment, "recurring[interval]=month", unknown("recurring", "")},
		{payment, "return_ulr=x", unknown("return_ulr", ". Did you mean return_url?")},
		{setup, "payment_method_data[shipping]=x", unknown("payment_method_data[shipping]", "")},
		{setup, data + "[addresz][city]=x", unknown(data+"[addresz]", ". Did you mean "+data+"[address]?")},
		{setup, data + "[address][zip]=x", unknown(data+"[address][zip]", "")},
		{setup, data + "[address][?]=x", unknown(data+"[address][?]", "")},
		{setup, "payment_method_options[card][request_3ds]=any", unknown("payment_method_options[card][request_3ds]", "")},
		{setup, "foo[a]=1&foo[b]=2", unknown("foo", "")},
		{setup, "foo=1&bar=2", &parameter.Mistake{Code: "parameter_unknown", Param: "bar", Message: "Received unknown parameters: bar, foo"}},
		{setup, "foo=1&use_stripe_sdk=x", unknown("foo", "")},
		{payment, "amount_to_confirm=ten", &parameter.Mistake{Code: "parameter_invalid_integer", Param: "amount_to_confirm", Message: "Invalid integer: ten"}},
		{payment, "amount_to_confirm=1.5", &parameter.Mistake{Code: "parameter_invalid_integer", Param: "amount_to_confirm", Message: "Invalid integer: 1.5"}},
		{setup, "use_stripe_sdk=yes", without("use_stripe_sdk", "Invalid boolean: must be true or false")},
		{setup, "use_stripe_sdk=", empty("use_stripe_sdk")},
		{setup, "payment_method=", empty("payment_method")},
		{setup, "client_secret=", empty("client_secret")},
		{setup, "return_url=", empty("return_url")},
		{payment, "capture_method=later", without("capture_method", "Invalid capture_method: must be one of automatic, automatic_async or manual")},
		{setup, "payment_method_options[card][request_three_d_secure]=always", without("payment_method_options[card][request_three_d_secure]",
			"Invalid payment_method_options[card][request_three_d_secure]: must be one of any, automatic or challenge")},
		{method, "allow_redisplay=never", without("allow_redisplay", "Invalid allow_redisplay: must be one of always, limited or unspecified")},
		{method, "billing_details=x", without("billing_details", "Invalid object")},
		{method, "billing_details[name][first]=x", without("billing_details[name]", "Invalid string")},
		{method, "metadata=x", without("metadata", "Invalid object")},
		{method, "metadata[a][b]=x", without("metadata", "Invalid object")},
		{setup, "expand=payment_method", without("expand", "Invalid array")},
		{setup, "expand[a]=payment_method", keys("expand", "a", 0)},
		{setup, "expand[-1]=payment_method", keys("expand", "-1", 0)},
		{setup, "expand[][a]=payment_method", without("expand[]", "Invalid string")},
		{session, "deferred_intent[payment_method_types][card]=card", keys("deferred_intent[payment_method_types]", "card", 0)},
		{method, "metadata[]=x", without("metadata", "Invalid object")},
		{method, "type[]=card", without("type", "Invalid string")},
		{method, "type=", empty("type")},
		{method, "type=card&card[token]=", empty("card[token]")},
		{setup, "mandate_data[customer_acceptance][type]=none", without("mandate_data[customer_acceptance][type]",
			"Invalid mandate_data[customer_acceptance][type]: must be one of offline or online")},
		{method, "billing_details[address][country]=JA", country("billing_details[address][country]", "JA")},
		{setup, data + "[address][country]=Germany", country(data+"[address][country]", "Germany")},
		{setup, data + "[address][country]=DEU", country(data+"[address][country]", "DEU")},
		{payment, "shipping[address][country]=UK&shipping[name]=x", country("shipping[address][country]", "UK")},
		{method, "billing_details[email]=jo", &parameter.Mistake{Code: "email_invalid", Param: "billing_details[email]", Message: "Invalid email address: jo"}},
		{setup, data + "[email]=jo@example", &parameter.Mistake{Code: "email_invalid", Param: data + "[email]", Message: "Invalid email address: jo@example"}},
		{setup, data + "[email]=jo doe@example.org", &parameter.Mistake{Code: "email_invalid", Param: data + "[email]", Message: "Invalid email address: jo doe@example.org"}},
		{setup, "expand[]=nonsense", expand("nonsense")},
		{get, "expand[]=payment_method&expand[]=metadata", expand("metadata")},
		{get, "expand[]=payment_method.billing_details", expand("payment_method.billing_details")},
		{get, "expand[]=payment_method.card.nonsense", expand("payment_method.card.nonsense")},
		{get, "expand[]=last_setup_error", expand("last_setup_error")},
		{get, "expand[]=", expand("")},
		{get, "expand[]=?", expand("?")},
		{get, "expand[]=customer.a.b.c.d", expand("customer.a.b.c.d")},
		{method, "expand[]=payment_method", expand("payment_method")},
		{token, "expand[]=card", expand("card")},
		{session, "type=setup_intent&clientsecret=x", unknown("clientsecret", ". Did you mean client_secret?")},
		{session, "guid=x", unknown("guid", "")},
		{session, "deferred_intent[amountt]=1", unknown("deferred_intent[amountt]", ". Did you mean deferred_intent[amount]?")},
		{session, "deferred_intent[payment_method_configuration][name]=x", unknown("deferred_intent[payment_method_configuration][name]", "")},
		{session, "deferred_intent[payment_method_types]=card", without("deferred_intent[payment_method_types]", "Invalid array")},
		{session, "deferred_intent=payment", without("deferred_intent", "Invalid object")},
		{session, "link[funding]=x", unknown("link[funding]", "")},
		{session, "seller_details[id]=x", unknown("seller_details[id]", "")},
		{session, "expand[]=payment_method", expand("payment_method")},
		{session, "expand[]=payment_method_preference.setup_intent", expand("payment_method_preference.setup_intent")},
		{cancel, "source=&client_secret=x", unknown("client_secret", "")},
		{cancel, "source[id]=x", without("source", "Invalid string")},
		{cancel, "source=x&expand[]=source", expand("source")},
		{"stripe_payment_intents_source_cancel", "sourc=x", unknown("sourc", ". Did you mean source?")},
		{"stripe_setup_intents_refresh", "client_secret=x&source=y", unknown("source", "")},
		{"stripe_payment_intents_refresh", "client_secret=x&expand[]=latest_attempt", expand("latest_attempt")},
		{authenticate, "source=x&ap={}", unknown("ap", ". Did you mean app?")},
		{authenticate, "source=x&fallback_return_url[a]=x", without("fallback_return_url", "Invalid string")},
		{authenticate, "source=", empty("source")},
		{authenticate, "source=x&expand[]=source", expand("source")},
		{complete, "source=x&app={}", unknown("app", "")},
		{lookup, "email=a@b.de", unknown("email", "")},
		{lookup, "email_address[0]=a@b.de", without("email_address", "Invalid string")},
		{lookup, "do_not_log_consumer_funnel_event=1", without("do_not_log_consumer_funnel_event", "Invalid boolean: must be true or false")},
	} {
		if diff := cmp.Diff(c.want, parameter.Check(c.call, read(t, c.form))); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.call, c.form, diff)
		}
	}
}

// TestAccepted has what Stripe's libraries send.
func TestAccepted(t *testing.T) {
	const telemetry = "guid=a&muid=b&sid=c&payment_user_agent=stripe.js&referrer=https://a&time_on_page=12&pasted_fields=number&" +
		"client_attribution_metadata[client_session_id]=x&client_attribution_metadata[merchant_integration_additional_elements][]=payment&" +
		"radar_options[hcaptcha_token]=x&key=pk_test_1&_stripe_version=2020-08-27&_stripe_account=acct_1&"
	inData := func(s string) string {
		var out []string
		for pair := range strings.SplitSeq(strings.TrimSuffix(s, "&"), "&") {
			name, value, _ := strings.Cut(pair, "=")
			root, rest, nested := strings.Cut(name, "[")
			if nested {
				rest = "[" + rest
			}
			out = append(out, "payment_method_data["+root+"]"+rest+"="+value)
		}
		return strings.Join(out, "&") + "&"
	}
	const card = "type=card&card[number]=4242&card[cvc]=123&card[exp_month]=1&card[exp_year]=30&allow_redisplay=unspecified&" +
		"billing_details[address][line2]=&billing_details[address][country]=de&billing_details[name]=&billing_details[email]=jo%2Btag@mail.example.org&metadata[a]=&"
	for _, c := range []struct{ call, form string }{
		{method, telemetry + card},
		{token, telemetry + "card[number]=1&card[exp_month]=1&card[exp_year]=30&card[cvc]=1&card[name]=x&card[address_zip]=1&card[currency]=eur"},
		{setup, telemetry + inData(card+"guid=a&payment_user_agent=x&client_attribution_metadata[a]=b&time_on_page=1&") +
			"client_secret=x&use_stripe_sdk=true&expected_payment_method_type=card&return_url=app://x&expand[]=payment_method&" +
			"mandate_data[customer_acceptance][type]=online&mandate_data[customer_acceptance][online][infer_from_client]=true&set_as_default_payment_method=false"},
		{payment, telemetry + "payment_method=pm_1&client_secret=x&setup_future_usage=&receipt_email=&payment_method_options[card][cvc]=123&" +
			"shipping[name]=x&shipping[address][line1]=y&off_session=one_off&save_payment_method=true&mandate_data=&capture_method=manual&error_on_requires_action=false"},
		{get, "client_secret=x&key=pk_test_1&is_stripe_sdk=false&_stripe_version=x&expand[]=payment_method.customer&expand[]=latest_attempt.payment_method_details.card"},
		{get, "expand[]=last_setup_error.payment_method.customer&expand[]=customer.sources.data"},
		{session, "type=setup_intent&client_secret=x&locale=de-DE&mobile_app_id=a&mobile_session_id=b&client_default_payment_method=pm_1&country_override=DE&" +
			"external_payment_methods[]=external_a&custom_payment_methods[]=cpmt_1&link[disallow_funding_source_creation][]=USSS&" +
			"payment_sheet_config[layout][a]=b&expand[]=payment_method_preference.setup_intent.payment_method"},
		{session, "type=deferred_intent&key=pk_test_1&deferred_intent[mode]=payment&deferred_intent[amount]=1&deferred_intent[currency]=eur&" +
			"deferred_intent[setup_future_usage]=off_session&deferred_intent[capture_method]=automatic&deferred_intent[on_behalf_of]=acct_1&" +
			"deferred_intent[payment_method_types][]=card&deferred_intent[payment_method_configuration][id]=pmc_1&" +
			"deferred_intent[payment_method_options][card][setup_future_usage]=on_session&seller_details[network_id]=a&seller_details[external_id]=b"},
		{session, "client_secret=x&type=payment_intent&locale=en&referrer_host=localhost&stripe_js_id=x&elements_init_source=stripe.elements&client_betas[]=a&" +
			"currency=eur&_stripe_version=2024-06-20&expand[]=payment_method_preference.payment_intent.payment_method"},
		{cancel, "source="},
		{"stripe_payment_intents_source_cancel", telemetry + "source=src_1"},
		{"stripe_setup_intents_refresh", "client_secret=x&expand[]=payment_method"},
		{"stripe_payment_intents_refresh", "client_secret=x&expand[]=payment_method"},
		{authenticate, "source=src_1&app={}&fallback_return_url=app://x"},
		{authenticate, "source=src_1&browser={}&one_click_authn_device_support[hosted]=false&key=pk_test_1"},
		{complete, "source=src_1&final_cres={}"},
		{lookup, "email_address=a@b.de&request_surface=android_payment_element&session_id=x&customer_id=cus_1&do_not_log_consumer_funnel_event=true"},
		{lookup, "email_address=a@b.de&email_source=user_action&request_surface=ios_payment_element&cookies[verification_session_client_secrets][]=x"},
	} {
		if m := parameter.Check(c.call, read(t, c.form)); m != nil {
			t.Errorf("%s %s: %+v", c.call, c.form, *m)
		}
	}
}

// TestAnyParameters: no form makes Check panic, and what it names is in the form.
func TestAnyParameters(t *testing.T) {
	part := rapid.SampledFrom([]string{"", "?", "a", "expand", "metadata", "payment_method_data", "billing_details", "address", "country", "card", "key", "amount_details", "line_items"})
	property.Check(t, func(t *rapid.T) {
		form := map[string][]string{}
		for range rapid.IntRange(0, 5).Draw(t, "parameters") {
			parts := rapid.SliceOfN(part, 1, 5).Draw(t, "parts")
			name := parts[0]
			for _, p := range parts[1:] {
				name += "[" + p + "]"
			}
			form[name] = []string{rapid.SampledFrom([]string{"", "x", "JA", "12", "true"}).Draw(t, "value")}
		}
		for _, call := range []string{setup, payment, method, token, get, session, cancel, authenticate, complete, lookup} {
			m := parameter.Check(call, form)
			if m == nil || m.Param == "" {
				continue
			}
			found := false
			for name := range form {
				found = found || strings.HasPrefix(name, m.Param)
			}
			if !found || m.Message == "" {
				t.Errorf("%s: %+v of %v", call, *m, form)
			}
		}
	})
}

func TestCountries(t *testing.T) {
	for code, want := range map[string]bool{
		"DE": true, "de": true, "XK": true, "GB": true, "CU": true, "UK": false, "JA": false, "": false, "D": false, "ZZ": false, "AC ": false, "D A": false, " A": false,
	} {
		if parameter.IsCountry(code) != want {
			t.Errorf("IsCountry(%q) is %v", code, !want)
		}
	}
}
