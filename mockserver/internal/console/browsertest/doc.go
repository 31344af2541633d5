// Package browsertest contains only tests: pages in Chromium that use the fake
// as an app uses the vendor's API and Stripe. It is a separate module, so that
// users of the fake do not depend on browser automation.
package browsertest
