// Package stripesdk contains only tests: Stripe's own Go and Node SDKs work with
// the fake when only its API base is replaced. It is a separate module, so that users of
// the fake do not depend on the SDK.
package stripesdk
